"""What a line does not break in."""

from __future__ import annotations

import pytest

from renderer.html.whole import keep_whole, longest_word


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pages 155–179.", ["155–179"]),
        ("since 2019-03-28", ["2019-03-28"]),
        ("call +44 1632 960 417 now", ["+44 1632 960 417"]),
        ("call (912) 555-4321", ["(912) 555-4321"]),
        ("RFC 9457, 5 - 3, 12 000", []),
        ("example.org/2019-2021/x", []),
        ("A4-120-series", []),
        ("Dr. Ann Lee", ["Dr. Ann"]),
        ("Prof. Dr. med. Anna Weber", ["Prof. Dr. med. Anna"]),
        ("by J. R. R. Tolkien", ["J. R. R. Tolkien"]),
        ("Tolkien, J. R. R., Lewis, C. S. (1954)", ["Tolkien, J. R. R.", "Lewis, C. S."]),
        ("Annals, B. Roe", ["B. Roe"]),
        ("Sammy Davis Jr. sang, Charles III reigned", ["Davis Jr.", "Charles III"]),
        ("Ann Lee, PhD, and Bo Roe, M.D.", ["Lee, PhD", "Roe, M.D."]),
        ("e.g. We led. Then Drew of Main St. Company left", []),
        ("Dr. Wolfeschlegelsteinhausenbergerdorff", []),
    ],
)
def test_numbers_and_names_are_kept_whole(text: str, kept: list[str]) -> None:
    texts = keep_whole(text)
    assert [part.partition("</span>")[0] for part in texts.split('<span class="whole">')[1:]] == kept
    assert texts.replace('<span class="whole">', "").replace("</span>", "") == text


def test_the_longest_word_of_a_label() -> None:
    assert longest_word(["Go and Rust", "Krisen-Kommunikation/Presse"]) == len("Kommunikation")
    assert longest_word(["人工知能 プログラミング", "ภาษาไทย"]) == 0
    assert longest_word([]) == 0
