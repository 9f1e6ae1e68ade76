"""docs/warnings.md: it is what the code says, and each code has its sentences."""

from __future__ import annotations

import pytest

from cv.warnings import WarningCode
from docs.generate import DOCS
from docs.warnings_page import page


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "warnings.md").read_text() == page(), "docs/warnings.md is out of date: make docs"


@pytest.mark.parametrize("code", WarningCode)
def test_each_code_has_a_row_of_its_own(code: WarningCode) -> None:
    assert page().count(f'<a id="{code.anchor}"></a>`{code.value}`') == 1
    for sentence in (code.meaning, code.advice):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
        assert "|" not in sentence
