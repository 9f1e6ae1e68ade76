"""What a preview finds and follows: template, CVs, Chromium, changes of files."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from local import chromium
from preview.cvs import Cv, Unreadable, read_cv
from preview.paths import (
    TEMPLATES,
    VERAPDF_VARIABLE,
    NotFound,
    find_chromium,
    find_cvs,
    find_verapdf,
    find_workspace,
    shown,
)
from preview.watch import Watcher, changed, snapshot
from renderer.html.fill import Templates


def template(folder: Path, text: str = "") -> Path:
    folder.mkdir(parents=True)
    folder.joinpath("template.json").write_text('{"name": "Own", "description": "An own one."}', encoding="utf-8")
    folder.joinpath("template.html.j2").write_text(text, encoding="utf-8")
    folder.joinpath("style.css").write_text("", encoding="utf-8")
    folder.joinpath("sample.json").write_text('{"basics": {"name": "Sam"}}', encoding="utf-8")
    return folder


def test_a_template_of_the_project_uses_its_shared_files() -> None:
    found = find_workspace(TEMPLATES / "modern")

    assert (found.template_id, found.shared) == ("modern", TEMPLATES)
    assert set(found.sources()) == {TEMPLATES / "modern", TEMPLATES / "_shared"}


def test_an_own_template_elsewhere_is_filled_with_the_project_s_shared_files(tmp_path: Path) -> None:
    frame = '{% extends "_shared/document.html.j2" %}{% block body %}<h1>{{ cv.basics.name }}</h1>{% endblock %}'
    found = find_workspace(template(tmp_path / "elsewhere" / "own", frame))
    links = tmp_path / "links"
    links.mkdir()

    found.link(links)

    assert Templates([links]).ids == ["own"]


def test_the_templates_that_a_template_extends_are_there_too(tmp_path: Path) -> None:
    found = find_workspace(template(tmp_path / "own", '{% extends "modern/template.html.j2" %}'))

    assert set(found.sources()) == {tmp_path / "own", TEMPLATES / "_shared", TEMPLATES / "modern"}


def test_an_own_copy_of_a_template_comes_before_the_project_s(tmp_path: Path) -> None:
    own = template(tmp_path / "modern")
    links = tmp_path / "links"
    links.mkdir()

    find_workspace(own).link(links)

    assert (links / "modern").resolve() == own


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        ("nowhere", None, "no such folder"),
        ("empty", [], "has no template.json"),
        ("Own One", ["template.json"], "a-z, 0-9 and -"),
    ],
)
def test_a_folder_that_is_no_template_is_told(tmp_path: Path, name: str, files: list[str] | None, said: str) -> None:
    if files is not None:
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text("{}", encoding="utf-8")

    with pytest.raises(NotFound, match=said):
        find_workspace(tmp_path / name)


def test_the_given_cv_comes_first_then_the_template_s_own(tmp_path: Path) -> None:
    own, data = template(tmp_path / "own"), tmp_path / "cv.json"
    workspace = find_workspace(own)

    assert next(iter(find_cvs(workspace, None).values())) == own / "sample.json"
    assert list(find_cvs(workspace, data).values())[:2] == [data, own / "sample.json"]
    assert TEMPLATES / "modern" / "sample.json" in find_cvs(workspace, data).values()


def test_chromium_is_the_one_of_this_machine(tmp_path: Path) -> None:
    named = tmp_path / "mine"
    named.write_text("#!/bin/sh\n", encoding="utf-8")
    named.chmod(0o755)

    assert find_chromium({chromium.VARIABLE: str(named)}) == named
    with pytest.raises(NotFound, match="there is no such program"):
        find_chromium({chromium.VARIABLE: str(tmp_path / "none")})


def test_verapdf_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    jar = tmp_path / "check.jar"
    jar.touch()

    assert find_verapdf(jar, {}) == jar
    assert find_verapdf(None, {VERAPDF_VARIABLE: str(jar)}) == jar
    with pytest.raises(NotFound, match=r"gone\.jar: there is no such file"):
        find_verapdf(tmp_path / "gone.jar", {})


def test_paths_are_shown_from_where_the_reader_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert shown(tmp_path / "own" / "style.css") == "own/style.css"
    assert shown(TEMPLATES / "modern") == "templates/modern"
    assert shown(Path("/elsewhere/cv.json")) == "/elsewhere/cv.json"


@pytest.mark.parametrize(
    ("content", "cv"),
    [
        ({"basics": {}}, Cv({"basics": {}}, {})),
        ({"cvData": 1}, Cv(1, {})),
        (
            {"cvData": {}, "locale": "ar", "options": {"density": "compact"}, "userId": "x"},
            Cv({}, {"locale": "ar", "density": "compact"}),
        ),
        ({"cvData": {}, "options": "bold"}, Cv({}, "bold")),
        ([], Cv([], {})),
    ],
)
def test_a_cv_is_read_alone_or_from_a_request(tmp_path: Path, content: object, cv: Cv) -> None:
    file = tmp_path / "cv.json"
    file.write_text(json.dumps(content), encoding="utf-8")

    assert read_cv(file) == cv


def test_a_cv_that_is_no_json_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "cv.json"
    file.write_text('{\n"basics": {\n', encoding="utf-8")

    with pytest.raises(Unreadable) as caught:
        read_cv(file)
    assert (caught.value.file, caught.value.line) == (file, 3)
    with pytest.raises(Unreadable) as caught:
        read_cv(tmp_path / "gone.json")
    assert caught.value.reason == "there is no such file"


def test_a_cv_with_a_field_twice_is_not_shown_without_one_of_them(tmp_path: Path) -> None:
    file = tmp_path / "cv.json"
    file.write_text('{"basics": {"name": "Sam"}, "work": [{"position": "A", "position": "B"}]}', encoding="utf-8")

    with pytest.raises(Unreadable) as caught:
        read_cv(file)
    assert caught.value.reason == "an object has the same field twice: position"


def test_a_snapshot_tells_what_was_written_made_and_removed(tmp_path: Path) -> None:
    own = template(tmp_path / "own")
    before = snapshot([own, tmp_path / "cv.json"])
    (own / "style.css").write_text("h1 {}", encoding="utf-8")
    (own / "sample.json").unlink()
    (tmp_path / "cv.json").write_text("{}", encoding="utf-8")
    (own / "sample.png").write_bytes(b"a picture")
    (own / ".style.css.swp").write_bytes(b"an editor's")
    # Within one tick of the clock, and of the same length.
    os.utime(own / "template.json", ns=(1, 1))

    found = changed(before, snapshot([own, tmp_path / "cv.json"]))

    assert found == sorted(
        [own / "style.css", own / "sample.json", tmp_path / "cv.json", own / "template.json"],
    )


async def test_a_watcher_wakes_those_who_wait(tmp_path: Path) -> None:
    own = template(tmp_path / "own")
    watcher = Watcher(lambda: [own], every=0.01)
    watching = asyncio.ensure_future(watcher.run())
    try:
        assert await watcher.wait(0, seconds=0.02) == 0
        (own / "style.css").write_text("h1 {}", encoding="utf-8")
        assert await watcher.wait(0, seconds=10) == 1
        assert await watcher.wait(0, seconds=10) == 1
        assert watcher.files == [own / "style.css"]
    finally:
        watching.cancel()
