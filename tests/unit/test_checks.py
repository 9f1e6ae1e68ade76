"""A commit is checked by what `make check` runs, and CI by what the README names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from cluster import dockerfile

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text())
    return found


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found
    variables = {"$(BIN)": ".venv/bin", "$(PYTHON)": "python3", "$(MAKE)": "make"}
    text = found[1]
    for name, value in variables.items():
        text = text.replace(name, value)
    return [line.strip() for line in text.splitlines()]


def test_a_commit_is_checked_by_what_make_check_runs() -> None:
    (repository,) = load(".pre-commit-config.yaml")["repos"]
    hooks = repository["hooks"]
    assert [hook["entry"] for hook in hooks if "commit-msg" not in hook.get("stages", [])] == [
        *recipe("check-code"),
        *recipe("check-deployment"),
    ]


def test_the_hooks_fetch_nothing() -> None:
    (repository,) = load(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} <= {"system", "pygrep"}


def test_ci_runs_the_test_commands_where_the_images_stand() -> None:
    job = load(".github/workflows/ci.yml")["jobs"]["test"]
    preamble, _ = dockerfile.stages((ROOT / "Dockerfile").read_text())
    assert f"ARG DEBIAN_IMAGE={job['container']['image']}" in preamble
    gate = (ROOT / ".ci" / "run").read_text().splitlines()
    for command in ("make test", "make test-kubernetes"):
        assert command in [step.get("run") for step in job["steps"]]
        assert command in gate
