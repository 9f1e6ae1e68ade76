"""What a line does not break in."""

from __future__ import annotations

import pytest

from renderer.html.whole import keep_korean, keep_whole, longest_word


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
        ("회로 설계(Logic Design)를 80%까지 (부록)", ["계(", ")를", "%까"]),
    ],
)
def test_numbers_and_names_are_kept_whole(text: str, kept: list[str]) -> None:
    texts = keep_korean(keep_whole(text))
    assert [part.partition("</span>")[0] for part in texts.split('<span class="whole">')[1:]] == kept
    assert texts.replace('<span class="whole">', "").replace("</span>", "") == text


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://a.example/b?c", "https://a.example/b?c"),
        ("https://archive.example/20/http://b.example/m.do?x=1",
         'https://archive.example/<wbr>20/<wbr>http://b.example/<wbr><span class="whole">m.do?x=1</span>'),
        ("MySQL/PostgreSQL/SQLite", "MySQL/<wbr>PostgreSQL/<wbr>SQLite"),
        ("Kommunikation/Pressearbeit. Then", "Kommunikation/<wbr>Pressearbeit. Then"),
        ("kommunikation/pressearbeit.html", "kommunikation/pressearbeit.html"),
        ("Python/Java, 10/2019, a/b, example.org/boats/kites", "Python/Java, 10/2019, a/b, example.org/boats/kites"),
        (f"https://ada-king.example/{'long-' * 9}",
         f'<span class="whole">https://ada-king.example/</span><wbr>{"long-" * 9}'),
    ],
)  # fmt: skip
def test_long_words_and_addresses_break_after_slashes(address: str, written: str) -> None:
    assert keep_whole(f"(see {address} there)") == f"(see {written} there)"


def test_a_dash_between_spaces_begins_no_line() -> None:
    text = "Kites – of silk — and flying–lines, May 2019 – today, 서울 – 부산"
    assert keep_whole(text) == "Kites\u00a0– of silk\u00a0— and flying–lines, May 2019 – today, 서울 – 부산"
    assert keep_whole("Hà Nội – hiện tại – nay") == "Hà Nội\u00a0– hiện tại\u00a0– nay"
    assert keep_whole("công nghệ – นคร – x") == "công nghệ\u00a0– นคร – x"


def test_the_longest_word_of_a_label() -> None:
    assert longest_word(["Go and Rust", "Krisen-Kommunikation/Presse"]) == len("Kommunikation")
    assert longest_word(["人工知能 プログラミング", "ภาษาไทย"]) == 0
    assert longest_word([]) == 0
