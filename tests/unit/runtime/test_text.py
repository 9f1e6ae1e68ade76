"""Words for people."""

from __future__ import annotations

import pytest

from runtime.text import counted


@pytest.mark.parametrize(("count", "words"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages")])
def test_a_noun_agrees_with_its_number(count: int, words: str) -> None:
    assert counted(count, "page") == words
