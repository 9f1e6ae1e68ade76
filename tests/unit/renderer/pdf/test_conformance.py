"""What veraPDF says of finished documents: PDF/UA-1 and PDF/A-2a, whatever HTML they came from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.documents.verapdf import validate
from tests.unit.prints import NAMES, finished, printed

pytestmark = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("mvn")), reason="no JDK and Maven (make tools)"
)


def test_finished_documents_conform(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.pdf" for name in NAMES]
    for file in files:
        file.write_bytes(finished(file.stem).pdf)
    failures = {
        (file.stem, standard): [(one["clause"], one["test"], one["context"]) for one in verdict["failures"]]
        for file, verdicts in validate(files).items()
        for standard, verdict in (("ua1", verdicts["ua1"]), ("a2a", verdicts["a2a"]))
        if not verdict["passed"]
    }
    assert failures == {}


def test_the_checker_tells_a_print_and_a_file_that_is_none(tmp_path: Path) -> None:
    raw, broken = tmp_path / "raw.pdf", tmp_path / "broken, “really”.pdf"
    raw.write_bytes(printed("structure"))
    broken.write_bytes(b"no PDF")
    verdicts = validate([raw, broken])
    ua1 = verdicts[raw]["ua1"]
    assert not ua1["passed"]
    rules = {(one["clause"], one["test"]): one["count"] for one in ua1["failures"]}
    # Each of its five links lacks a text of its own.
    assert rules["7.18.5", 2] == 5
    assert ("7.1", 3) in rules
    assert [one["clause"] for one in verdicts[broken]["a2a"]["failures"]] == [""]
