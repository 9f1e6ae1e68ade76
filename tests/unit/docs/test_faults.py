"""The page of faults: every test that makes a fault happen is named there, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "faults.md"
FAULTS = ROOT / "tests" / "chaos"


def test_the_page_names_every_test_of_a_fault_and_no_other() -> None:
    tests = {
        name
        for file in FAULTS.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE)
    }
    assert set(re.findall(r"`(test_\w+)`", PAGE.read_text())) == tests
