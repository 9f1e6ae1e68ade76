"""Faults of a template that show in its files, which the API finds as it starts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cv.template_files import faulty_templates
from cv.templates import load_templates

PROJECT = Path(__file__).parents[3] / "templates"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good template, another one to break, and what they share."""
    for source, name in (("modern", "good"), ("modern", "bad"), ("_shared", "_shared")):
        shutil.copytree(PROJECT / source, tmp_path / name)
    return tmp_path


def test_no_template_of_the_project_has_one() -> None:
    assert faulty_templates([PROJECT], list(load_templates([PROJECT]))) == frozenset()


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("template.html.j2", "<p>\n{% if %}", "template.html.j2:2: Expected an expression"),
        ("template.html.j2", None, "template.html.j2:1: cannot be read (FileNotFoundError)"),
        ("part.html.j2", "{{", "part.html.j2:1: unexpected"),
        ("style.css", None, "style.css:1: cannot be read (FileNotFoundError)"),
        ("style.css", "a {}\n@import 'x';", "style.css:2: @import is not allowed"),
        ("sample.json", "{\n,}", "sample.json:2: "),
        ("sample.json", "{}", "sample.json:1: "),
    ],
)
def test_one_that_is_broken_is_named_and_breaks_no_other(
    folder: Path, caplog: pytest.LogCaptureFixture, file: str, content: str | None, said: str
) -> None:
    if content is None:
        (folder / "bad" / file).unlink()
    else:
        (folder / "bad" / file).write_text(content)
    assert faulty_templates([folder], ["good", "bad"]) == {"bad"}
    assert f"template bad left out: {folder}/bad/{said}" in caplog.text


def test_what_is_broken_for_all_is_told_of_all(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "_shared" / "macros.html.j2").write_text("{% macro %}")
    assert faulty_templates([folder], ["good", "bad"]) == {"good", "bad"}
    assert "_shared/macros.html.j2:1: " in caplog.text


def test_one_that_is_left_out_already_is_not_looked_at(folder: Path) -> None:
    (folder / "bad" / "style.css").unlink()
    assert faulty_templates([folder], ["good"]) == frozenset()
