"""A file name that a stranger chose becomes one that is only ever a name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crds.filenames import MAX_BYTES, MAX_LENGTH, content_disposition, safe_file_name


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("John_Doe_CV", "John_Doe_CV"),
        ("John Doe.pdf", "John Doe"),
        ("a.PDF.pdf", "a"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x", "C_Windows_x"),
        (".htaccess", "htaccess"),
        ("name\x00\r\nSet-Cookie: a=b", "name Set-Cookie_ a=b"),
        ("履歴書 山田太郎", "履歴書 山田太郎"),
        ("سيرة ذاتية", "سيرة ذاتية"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("console", "console"),
        ("", "cv"),
        (None, "cv"),
        (" . ", "cv"),
        ("x" * 300, "x" * MAX_LENGTH),
        ("履" * 200, "履" * 83),
        ("con" + "\u00e9" * 200, "con" + "\u00e9" * 124),
        ("100% me", "100% me"),
    ],
)
def test_it_is_made_safe(wanted: str | None, expected: str) -> None:
    assert safe_file_name(wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "person", "expected"),
    [
        (None, "Ada Lovelace", "Ada Lovelace_CV"),
        ("...", "Ada", "Ada_CV"),
        (None, "/", "__CV"),
        (None, "\u202e", "cv"),
        ("mine", "Ada", "mine"),
    ],
)
def test_without_a_usable_name_it_is_the_persons(wanted: str | None, person: str | None, expected: str) -> None:
    assert safe_file_name(wanted, person=person) == expected


@given(wanted=st.text(max_size=400), person=st.none() | st.text(max_size=400))
@example(wanted=".\u200d.", person=None)
@example(wanted="con.\ue000.", person=None)
@example(wanted="\U0001f468\u200d" * 150, person=None)
def test_whatever_comes_in(wanted: str, person: str | None) -> None:
    name = safe_file_name(wanted, person=person)
    assert 1 <= len(name) <= MAX_LENGTH
    assert len(name.encode()) <= MAX_BYTES
    assert content_disposition(name).isascii()
    assert not set('\\/:*?"<>|') & set(name)
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not name.lower().endswith(".pdf")
    assert name.partition(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt9")
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Zl", "Zp") for c in name)
    assert unicodedata.is_normalized("NFC", name)
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("John_Doe_CV", "attachment; filename=\"John_Doe_CV.pdf\"; filename*=UTF-8''John_Doe_CV.pdf"),
        ("Zo\u00eb 100%", "attachment; filename=\"Zoe 100_.pdf\"; filename*=UTF-8''Zo%C3%AB%20100%25.pdf"),
        ("\u5c65\u6b74", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%B1%A5%E6%AD%B4.pdf"),
    ],
)
def test_a_download_has_a_name_for_every_client(name: str, expected: str) -> None:
    assert content_disposition(name) == expected
