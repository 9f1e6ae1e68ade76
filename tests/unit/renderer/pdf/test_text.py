"""What glyphs say: the text that readers get out of finished documents, and that it looks as it was printed."""

from __future__ import annotations

import io
import re
from typing import Any
from unicodedata import normalize

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import ImageChops

from renderer.pdf.clusters import Glyph, Sign, inferred, other_signs, tells, text_string
from renderer.pdf.fonts import SILENT, UNKNOWN, Font
from tests.unit.prints import NAMES, finished, opened, printed

FONT = (1, 0)


def by_pdfium(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("indic", ["अनीता शर्मा", "सॉफ़्टवेयर इंजीनियर क्षत्रिय विद्यार्थी श्रीवास्तव", "ผู้เชี่ยวชาญ", "เพิ่มยอด", "ริเริ่ม"]),
        ("right-to-left", ["ليلى منصور", "لا إله إلا الأداء", "أولى", "خانه", "חוקרת נתונים", "ב-Python"]),
        # Letters with vowel signs, and brackets.
        ("right-to-left", ["عمّان", "فرقًا", "(2020–2024)", "(בדיקה)"]),
        ("emoji", ["👩🏽‍💻", "🇬🇧", "❤", "1️⃣", "🗺", "office"]),
        ("cjk", ["山田", "小林 王 김민수"]),
    ],
)
def test_pdfium_reads_what_went_in(name: str, texts: list[str]) -> None:
    # Marks of direction show nothing, and searches leave them out.
    read = re.sub("[\u200e\u200f]", "", by_pdfium(finished(name).pdf))
    assert [text for text in texts if text not in read] == []


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("emoji", ["👩🏽‍💻", "🇬🇧", "1️⃣"]),
        ("cjk", ["山田", "小林"]),
        ("right-to-left", ["منصور"]),
        ("indic", ["ผู้เชี่ยวชาญ", "शर्मा"]),
    ],
)
def test_a_reader_that_knows_no_actual_text_does_too(name: str, texts: list[str]) -> None:
    # Of a ligature from right to left, this one does not turn the letters around.
    read = normalize("NFKC", by_pypdf(finished(name).pdf))
    assert [text for text in texts if text not in read] == []


@pytest.mark.parametrize("name", ["indic", "right-to-left", "emoji", "cjk"])
def test_no_glyph_says_0_or_a_character_for_private_use(name: str) -> None:
    with opened(finished(name)) as pdf:
        for font in pdf.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                for text in Font(font).texts.values():
                    assert text
                    assert not re.search("[\0\ue000-\uf8ff\ufeff\ufffe\U000f0000-\U0010ffff]", text)


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_was_printed(name: str) -> None:
    with pypdfium2.PdfDocument(printed(name)) as before, pypdfium2.PdfDocument(finished(name).pdf) as after:
        for one, other in zip(before, after, strict=True):
            difference = ImageChops.difference(*(page.render(scale=2).to_pil().convert("L") for page in (one, other)))
            # A glyph may fall on the neighbouring subpixel: its edge changes, not its place.
            changed = sum(difference.histogram()[64:])
            assert changed <= 60, difference.getbbox()


def sign(text: str, *codes: int, is_reversed: bool = False) -> Sign:
    return Sign(text, tuple((FONT, code) for code in codes), is_reversed)


@pytest.mark.parametrize(
    ("signs", "known", "told"),
    [
        # A glyph alone says its cluster when its map says nothing,
        ([sign("1️⃣", 7)], {7: ""}, {7: "1️⃣"}),
        # or the same in another form,
        ([sign("山", 7)], {7: "⼭"}, {7: "山"}),
        ([sign("長", 7)], {7: "\u2ed1"}, {7: "長"}),
        ([sign("م", 7, is_reversed=True)], {7: "\ufee3"}, {7: "م"}),
        # but not something else: the space that stands for a joiner,
        ([sign("\u200c", 7, is_reversed=True)], {7: " "}, {}),
        # A ligature from right to left says its characters as they are seen, which readers turn around.
        ([sign("لا", 7, is_reversed=True)], {7: "\ufefb"}, {7: "\u0627\u0644"}),
        # Of several glyphs, the unknown one says what the others do not.
        ([sign("र्म", 1, 2)], {1: "म", 2: ""}, {2: "र्"}),
        ([sign("ดี่", 1, 2, 3)], {1: "ด", 2: "ี", 3: ""}, {3: "่"}),
        # A cluster with one unknown glyph tells more than one with two, wherever it stands.
        ([sign("abc", 1, 2, 3), sign("ab", 1, 2)], {1: "a", 2: "", 3: ""}, {2: "b", 3: "c"}),
        # A second part of one letter says nothing.
        ([sign("क्ष", 1, 2)], {1: "", 2: ""}, {1: "क्ष", 2: SILENT}),
        # The first cluster counts.
        ([sign("1️⃣", 7), sign("2️⃣", 7)], {7: ""}, {7: "1️⃣"}),
    ],
)
def test_clusters_tell_what_their_glyphs_say(signs: list[Sign], known: dict[int, str], told: dict[int, str]) -> None:
    assert inferred(signs, {FONT: known}) == {(FONT, code): text for code, text in told.items()}


@pytest.mark.parametrize(("alone", "told"), [(set(), {(FONT, 7): "'"}), ({(FONT, 7)}, {})])
def test_a_glyph_of_two_characters_says_the_one_that_is_shown(alone: set[Glyph], told: dict[Glyph, str]) -> None:
    # Given a font with one glyph for both apostrophes, whose map has the other one,
    signs, maps = [sign("'", 7), sign("", 8), sign("\u200c", 9)], {FONT: {7: "\u2019", 8: "\u2019", 9: " "}}
    # when that one is not shown, the glyph says this one.
    free = other_signs(signs, maps)
    assert free == {(FONT, 7)}
    assert inferred(signs[:1], maps, free - alone) == told


@pytest.mark.parametrize(
    ("texts", "text", "is_reversed", "expected"),
    [
        (["❤"], "❤️", False, True),
        (["山"], "⼭", False, False),
        (["a", "b"], "ab", False, False),
        (["ّ", "م"], "مّ", True, True),
        (["ّ", "\ufc43"], "لّى", True, True),
        (["("], ")", True, True),
        ([" "], "\u200c", True, False),
    ],
)
def test_maps_tell_a_cluster_or_do_not(texts: list[str], text: str, is_reversed: bool, expected: bool) -> None:
    assert tells(texts, sign(text, *range(len(texts)), is_reversed=is_reversed)) is expected


def a_font(entries: bytes) -> tuple[Any, pikepdf.Pdf]:
    """A composite font with a map, in a PDF that has to be kept."""
    pdf = pikepdf.new()
    cmap = b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n" + entries + b"endcmap\nend\n"
    descendant = pikepdf.Dictionary(DW=500, W=pikepdf.Array([1, pikepdf.Array([600, 700]), 5, 9, 800]))
    font = pikepdf.Dictionary(Subtype=pikepdf.Name.Type0, ToUnicode=pdf.make_stream(cmap))
    font.DescendantFonts = pikepdf.Array([descendant])
    return pdf.make_indirect(font), pdf


def test_a_font_knows_its_texts_and_widths() -> None:
    font, _pdf = a_font(
        b"2 beginbfchar\n<0001> <0041>\n<0002> <D83DDE00>\nendbfchar\n"
        b"1 beginbfrange\n<0005> <0007> <0061>\nendbfrange\n"
    )
    read = Font(font)
    assert read.texts == {1: "A", 2: "😀", 5: "a", 6: "b", 7: "c"}
    assert [read.advances[string] for string in (b"0001", b"0002", b"0003", b"0009", b"00010002")] == [
        600, 700, 500, 800, 1300,
    ]  # fmt: skip


def test_a_map_is_written_only_when_it_has_to_be() -> None:
    font, _pdf = a_font(b"1 beginbfchar\n<0001> <0041>\nendbfchar\n")
    before = font.ToUnicode.read_bytes()
    read = Font(font)
    read.say(1, "A")
    read.write()
    assert font.ToUnicode.read_bytes() == before


def test_every_space_is_a_plain_one() -> None:
    # A font's one glyph for spaces may be in its map as any of them; ideographs have one of their own.
    font, _pdf = a_font(b"4 beginbfchar\n<0001> <00A0>\n<0002> <202F>\n<0003> <2009>\n<0004> <3000>\nendbfchar\n")
    Font(font).write()
    assert Font(font).texts == {1: " ", 2: " ", 3: " ", 4: "\u3000"}
    assert b"<0001> <0020>" in font.ToUnicode.read_bytes()


def test_a_space_that_the_user_wrote_is_a_plain_one_too() -> None:
    assert text_string(b"<FEFF00A0>") == " "


def test_what_nobody_tells_becomes_silent_or_unknown() -> None:
    font, _pdf = a_font(b"3 beginbfchar\n<0001> <0000>\n<0002> <E001>\n<0003> <DBB9DCE5>\nendbfchar\n")
    read = Font(font)
    read.say(3, "🇬🇧")
    read.write()
    assert Font(font).texts == {1: SILENT, 2: UNKNOWN, 3: "🇬🇧"}


def test_a_long_map_is_written_in_sections_of_a_hundred() -> None:
    entries = b"".join(b"<%04X> <%04X>\n" % (code, code + 32) for code in range(1, 251))
    font, _pdf = a_font(b"250 beginbfchar\n" + entries + b"endbfchar\n1 beginbfchar\n<0FFF> <0000>\nendbfchar\n")
    Font(font).write()
    written = font.ToUnicode.read_bytes()
    assert [int(n) for n in re.findall(rb"(\d+) beginbfchar", written)] == [100, 100, 51]
    assert Font(font).texts[250] == chr(282)
    assert written.endswith(b"endcmap\nend\n")


def test_a_type_3_font_has_an_m_by_which_poppler_sizes_it() -> None:
    # Given a font as Skia makes it of ideographs: .notdef at every code that it does not use,
    pdf = pikepdf.new()
    names = [pikepdf.Name(name) for name in ("/g0", "/g5", "/g0", "/g0")]
    font = pikepdf.Dictionary(
        Subtype=pikepdf.Name.Type3,
        FontMatrix=pikepdf.Array([0.001, 0, 0, -0.001, 0, 0]),
        FirstChar=0,
        Widths=pikepdf.Array([1000, 920, 0, 0]),
        Encoding=pikepdf.Dictionary(Differences=pikepdf.Array([0, *names])),
        CharProcs=pikepdf.Dictionary(g0=pdf.make_stream(b"1000 0 d0\\n"), g5=pdf.make_stream(b"920 0 d0\\n")),
    )
    # when it is written,
    Font(font).write()
    # then one of those codes is an m, as wide as Poppler has it.
    assert font.Encoding.Differences.unparse() == b"[ 0 /g0 /g5 /m /g0 ]"
    assert font.Widths.unparse() == b"[ 1000 920 600 0 ]"
    assert "/m" in font.CharProcs
