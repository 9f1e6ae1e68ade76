"""An image's name follows its content: what a Dockerfile's target is made of, and which files go in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cluster import dockerfile, images, sources
from cluster.paths import CHECKOUT

TEXT = """\
# A comment \\
ARG BASE=debian
FROM ${BASE} AS base
RUN apt-get update \\
    # a comment in between
    && apt-get install python3

FROM base AS packages
COPY requirements/a.txt /tmp/
RUN --mount=type=cache,target=/root/.cache pip install -r /tmp/a.txt

FROM base AS app
COPY --chown=1:1 api ./shared/ /app/
COPY --from=packages /opt/venv /opt/venv

FROM base AS other
COPY ["other", "/app/"]
"""


def test_a_target_has_the_files_and_instructions_of_all_stages_under_it() -> None:
    target = dockerfile.target(TEXT, "app")

    assert target.sources == {"requirements/a.txt", "api", "shared"}
    assert "RUN apt-get update     && apt-get install python3" in target.instructions
    assert "ARG BASE=debian" in target.instructions
    assert not any("other" in instruction for instruction in target.instructions)


def test_a_stage_that_a_target_does_not_need_does_not_change_it() -> None:
    changed = TEXT.replace('"other", "/app/"', '"elsewhere", "/app/"')

    assert dockerfile.target(changed, "app") == dockerfile.target(TEXT, "app")
    assert dockerfile.target(changed, "other") != dockerfile.target(TEXT, "other")


@pytest.mark.parametrize(
    "line",
    [
        "RUN --mount=type=bind,source=secret,target=/s cat /s",
        "RUN --network=none --mount=target=/s cat /s",
        "COPY src/*.py /app/",
        "COPY $SOURCE /app/",
        "ADD https://example.org/x /x",
        "RUN <<EOF",
    ],
)
def test_what_cannot_be_followed_is_refused_rather_than_missed(line: str) -> None:
    with pytest.raises(dockerfile.NotUnderstood):
        dockerfile.stages(f"FROM debian AS app\n{line}\n")


def test_the_dockerfile_of_the_project_is_understood_for_every_target() -> None:
    text = (CHECKOUT / "Dockerfile").read_text()

    for name in images.TARGETS:
        assert dockerfile.target(text, name).sources


@pytest.mark.parametrize("name", images.TARGETS)
def test_no_image_has_the_preview_or_the_local_installation(name: str) -> None:
    """They are tools for authors of templates and for developers: no program needs them."""
    copied = dockerfile.target((CHECKOUT / "Dockerfile").read_text(), name).sources

    assert not {source for source in copied if source.strip("./").split("/")[0] in {"", "preview", "local"}}


def test_the_name_follows_what_git_sees(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    def name() -> str:
        return sources.content_hash(tmp_path, target)

    target = dockerfile.Target(("FROM scratch", "COPY api /"), frozenset({"api"}))
    git("init")
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "a.py").write_text("1")
    first = name()

    (tmp_path / "api" / "a.pyc").write_text("ignored")
    (tmp_path / "README").write_text("not copied")
    assert name() == first

    (tmp_path / "api" / "b.py").write_text("not committed, but not ignored")
    second = name()
    assert second != first

    (tmp_path / "api" / "a.py").chmod(0o755)
    assert name() not in {first, second}

    (tmp_path / "api" / "a.py").chmod(0o644)
    (tmp_path / "api" / "b.py").unlink()
    assert name() == first


def test_a_context_is_the_same_whenever_it_is_copied(tmp_path: Path) -> None:
    target = dockerfile.target((CHECKOUT / "Dockerfile").read_text(), "control")
    copies = [tmp_path / "one", tmp_path / "two"]
    for copy in copies:
        copy.mkdir()
        sources.stage_context(CHECKOUT, target, copy)

    seen = [
        sorted((str(file.relative_to(copy)), file.stat().st_mtime, file.stat().st_mode) for file in copy.rglob("*"))
        for copy in copies
    ]
    assert seen[0] == seen[1]
    assert any(name.startswith("api/") for name, _time, _mode in seen[0])
    assert not any("__pycache__" in name for name, _time, _mode in seen[0])


def test_old_versions_go_by_target_and_what_is_not_ours_stays() -> None:
    ours = [f"localhost/pdf-export/control:{number:016x}" for number in range(7)]
    other = ["localhost/pause:1", "localhost/pdf-export/control:dev", "localhost/pdf-export/renderer:" + "0" * 16]

    assert images.outdated([*ours, *other]) == ours[5:]
    assert images.outdated([*ours, *other], keep=[ours[6]]) == ours[5:6]
