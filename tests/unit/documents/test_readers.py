"""The comparison of words that docs/ats.md is made with."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.documents import ats, readers
from tests.unit.prints import finished


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<head><title>No</title></head><h1>Ann Lee</h1><p>one</p><p>two</p>", ["Ann", "Lee", "one", "two"]),
        # What is inline parts no words, nor does where a line may break.
        ("<li><b>a</b><span>b</span> c/<wbr>d</li>", ["ab", "c/d"]),
        # Every space does, and a hyphen; an ideograph is a word.
        ("<p>10\u00a0000&nbsp;data-driven\u2009山田</p>", ["10", "000", "data", "driven", "山", "田"]),
    ],
)
def test_words_of_a_page(html: str, expected: list[str]) -> None:
    assert readers.words_of_html(html) == expected


@pytest.mark.parametrize(
    ("read", "lost"),
    [
        ("Ann Young\r\nworks at a bank", []),
        ("bank a\nYoung at works Ann", []),
        # Glued, torn, and parted by what is no space to most programs.
        ("AnnYoung works at a bank", ["Ann", "Young"]),
        ("Ann Yo ung works at a bank", ["Young"]),
        ("Ann\u00a0Young works at a bank", ["Ann", "Young"]),
        # Other characters, though they look the same.
        ("Ann Young works at a b\u0430nk", ["bank"]),
    ],
)
def test_words_that_a_reader_loses(read: str, lost: list[str]) -> None:
    assert readers.lost(["Ann", "Young", "works", "at", "a", "bank"], read) == lost


@pytest.mark.parametrize(
    ("words", "read"),
    [
        # Lines end after a hyphen, between ideographs, and within a run of Thai.
        (["well", "known"], "well\ufffeknown"),
        (["山", "田"], "山\n田"),
        (["ผู้จัดการ"], "ผู้จัด\nการ"),
        # So does the paragraph after it, and an address after a slash.
        (["ผู้จัดการ", "ทักษะ"], "ผู้จัด\nการ\nทักษะ"),
        (["example.org/in/a"], "example.org/in/\n    a"),
        # Marks of direction are no text, and accents may be characters of their own.
        (["ليلى"], "\u202bليلى\u202c"),
        (["é"], "e\u0301"),
    ],
)
def test_what_does_not_count_as_lost(words: list[str], read: str) -> None:
    assert readers.lost(words, read) == []


@pytest.mark.parametrize("reader", readers.readers())
def test_every_reader_reads(reader: str) -> None:
    assert readers.lost(["Running", "name"], readers.readers()[reader](finished("table").pdf)) == []


def test_the_table_has_a_row_a_script_and_template() -> None:
    shares = {("Latin", "modern"): ats.Share(200, Counter({"pypdf": 1})), ("Greek", "modern"): ats.Share(10, Counter())}
    assert ats.table(shares, ["PDFium", "pypdf"]).splitlines()[2:] == [
        "| Latin | modern | 200 | 100.0 | 99.5 |",
        "| Greek | modern | 10 | 100.0 | 100.0 |",
    ]
