"""veraPDF's verdicts on PDF files; the checker (tests/verapdf, Java) is built when it is not there yet."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

PROJECT = Path(__file__).parent.parent / "verapdf"
JAR = PROJECT / "target" / "verapdf-check.jar"

_BUILD_SECONDS = 600
# The engine takes a second to start and then about one for ten pages.
_START_SECONDS = 60
_FILE_SECONDS = 60


class Failure(TypedDict):
    """A rule that is broken: where it is broken first, and how often. Without a clause: the file cannot be read."""

    clause: str
    test: int
    message: str
    context: str
    count: int


class Verdict(TypedDict):
    """Whether a file conforms to a standard, and each rule that it breaks once."""

    passed: bool
    failures: list[Failure]


class Verdicts(TypedDict):
    """The verdicts on one file, as the checker writes them: PDF/UA-1 and PDF/A-2a."""

    file: str
    ua1: Verdict
    a2a: Verdict


class CheckerMissing(RuntimeError):
    """The checker cannot be built or run here; the message says what is missing."""


def validate(files: Sequence[Path]) -> dict[Path, Verdicts]:
    """The verdicts on all files, from one run of the checker; CheckerMissing when there can be none."""
    if not files:
        return {}
    names = "".join(f"{file.resolve()}\n" for file in files)
    run = subprocess.run(
        [_program("java"), "-jar", str(build())],
        input=names,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_START_SECONDS + _FILE_SECONDS * len(files),
    )
    verdicts: list[Verdicts] = [json.loads(line) for line in run.stdout.splitlines()]
    if len(verdicts) != len(files):
        raise CheckerMissing(f"the checker gave up (exit code {run.returncode}): {run.stderr.strip()[-500:]}")
    return dict(zip(files, verdicts, strict=True))


def build() -> Path:
    """The checker's jar, built anew when its sources are younger. Processes that come at once wait for the first."""
    with _locked(PROJECT / "target" / ".lock"):
        if not JAR.exists() or JAR.stat().st_mtime < max(source.stat().st_mtime for source in _sources()):
            command = [_program("mvn"), "-q", "-B", "package"]
            run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=_BUILD_SECONDS)
            if run.returncode:
                raise CheckerMissing(f"tests/verapdf cannot be built:\n{(run.stdout + run.stderr).strip()[-2000:]}")
            # Maven leaves a jar alone that would be the same.
            JAR.touch()
    return JAR


def _sources() -> Iterator[Path]:
    yield PROJECT / "pom.xml"
    yield from (PROJECT / "src").rglob("*.java")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CheckerMissing(f"checking PDFs needs a JDK (17 or later) and Maven: there is no {name} on the PATH")
    return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
