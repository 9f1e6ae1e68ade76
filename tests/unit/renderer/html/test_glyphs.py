"""Which texts are shown, and what becomes of the others: renderer.html.glyphs with the fonts of the image.

tests/data/fonts.txt is what `fc-list --format='%{family[0]}:%{charset}\\n' | sort -u` says in it. What Chromium makes
of these texts was looked up in its PDFs: .notdef for those that are replaced here, glyphs for all others.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cv.resume import Resume, validate_cv
from cv.warnings import Warning, WarningCode
from renderer.html.glyphs import REPLACEMENT, Coverage
from renderer.html.languages import LISTED_FAMILIES, language
from renderer.html.richtext.resume import rich_resume
from renderer.html.richtext.tree import STRONG, Paragraph, RichText, Run

DATA = Path(__file__).parents[3] / "data"
FONTS = DATA / "fonts.txt"


def fc_list(folder: Path, script: str) -> str:
    """A PATH on which fc-list is this shell script."""
    program = folder / "fc-list"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> Coverage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", fc_list(tmp_path_factory.mktemp("bin"), f"cat '{FONTS}'"))
        return Coverage.of_system()


@pytest.mark.parametrize(
    "text",
    [
        *("Zoë Łukasz Ștefan İpek ðÞ", "Трудовая", "Πείρα", "Nguyễn Thị Ánh", "שָׁלוֹם", "اَلسِّيرَة", "می‌خواهم"),
        "राष्ट्र क़िला",
        *("ประสบการณ์ทำงาน", "履歴 工作经历 學歷", "경력", "ąžuolas ė̃ ẹ́ q̃", "ударе́ние", "が か゚", "„“”–—…·•→★✓№€₿"),
        *("👩‍🚀 🇩🇰 👋🏽 1️⃣ 👩‍👩‍👧 ☺︎ ☺️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\U0001fae8", "\U00020bb7野家"),
        *("zero\u200bwidth\u200cjoin\u200ders\u2060", "\u200emarks\u200f \u061c", "葛\U000e0100飾"),
        "a\u034fb",
        "two\nlines",
    ],
)  # fmt: skip
def test_what_has_glyphs_is_left_as_it_is(coverage: Coverage, text: str) -> None:
    resume = validate_cv({"basics": {"name": "J", "summary": text}})
    assert resume.basics.summary == text
    assert coverage.replace(resume) == (resume, ())
    assert not coverage.replace_text(text)[1]


@pytest.mark.parametrize(
    ("text", "shown", "named"),
    [
        ("a\ua7f0b", "a\ufffdb", "U+A7F0"),
        ("\U00012000", "\ufffd", "U+12000"),
        ("x \u0378 y", "x \ufffd y", "U+0378"),
        ("\ue000\uf8ff\U000f0000\U0010fffd", "\ufffd" * 4, "U+E000, U+F8FF, U+F0000, U+10FFFD"),
        ("\ufdd0\U0001ffff\ufff0", "\ufffd" * 3, "U+FDD0, U+1FFFF, U+FFF0"),
        # Each of the two has a glyph, but in no font both.
        ("\u3042\u0303!", "\u3042\ufffd!", "U+0303"),
        ("\u0915\u0301\u093f", "\u0915\u093f\ufffd", "U+0301"),
        ("\U0001f697\u20e0", "\U0001f697\ufffd", "U+20E0"),
        ("\u3042\u200d\u0303\u0489", "\u3042\u200d\ufffd", "U+0303, U+0489"),
        # A text in tags, without the flag or without its end.
        ("Hi\U000e0068\U000e0069", "Hi\ufffd\ufffd", "U+E0068, U+E0069"),
        ("\U0001f3f4\U000e0067", "\U0001f3f4\ufffd", "U+E0067"),
        ("\U000e0001", "\ufffd", "U+E0001"),
    ],
)
def test_what_has_none_is_replaced_and_named(coverage: Coverage, text: str, shown: str, named: str) -> None:
    resume = validate_cv({"basics": {"name": "J"}, "work": [{}, {"name": "A"}, {"highlights": ["x", text]}]})
    replaced, warnings = coverage.replace(resume)
    assert replaced.work[1].highlights == ["x", shown]
    assert replaced.work[0] == resume.work[0]
    assert coverage.replace_text(text)[1]
    assert not coverage.replace_text(shown)[1]
    message = f"has characters that no font here can show: {named}"
    # Its place among the entries that are printed; empty ones are dropped before.
    assert warnings == (Warning(WarningCode.CHARACTER_REPLACED, "cvData.work[1].highlights[1]", message),)


def test_the_cv_that_was_given_stays_as_it_is(coverage: Coverage) -> None:
    data = {
        "basics": {"name": "J\ua7f0", "location": {"city": "\ua7f0"}},
        "customSections": [{"title": "T", "summary": "\ua7f0"}],
    }
    resume = validate_cv(data)
    replaced, warnings = coverage.replace(resume)
    assert resume == validate_cv(data)
    assert isinstance(replaced, Resume)
    assert replaced == validate_cv(json.loads(json.dumps(data).replace("\\ua7f0", "\\ufffd")))
    assert [warning.field for warning in warnings] == [
        "cvData.basics.name",
        "cvData.basics.location.city",
        "cvData.customSections[0].summary",
    ]


def test_a_text_with_markup_keeps_it(coverage: Coverage) -> None:
    resume = validate_cv({"basics": {"name": "J", "summary": "**a \ue000** &#x2603;&#xe001;"}})
    replaced, warnings = coverage.replace(rich_resume(resume, "auto"))
    assert isinstance(replaced.basics.summary, RichText)
    (paragraph,) = replaced.basics.summary.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph[0] == Run(f"a {REPLACEMENT}", STRONG)
    assert [warning.field for warning in warnings] == ["cvData.basics.summary"]


def test_a_warning_names_each_character_once_and_ten_at_most(coverage: Coverage) -> None:
    text = "".join(chr(0xE000 + place) for place in range(12)) * 2
    (warning,) = coverage.replace(validate_cv({"basics": {"name": text}}))[1]
    assert warning.message.endswith("U+E008, U+E009 and 2 more")
    assert warning.message.count("U+") == 10


def test_titles_are_replaced_under_their_own_name(coverage: Coverage) -> None:
    titles, warnings = coverage.replace_titles({"work": "Arbeit", "skills": "K\ue000"}, "options.sectionTitles")
    assert titles == {"work": "Arbeit", "skills": "K\ufffd"}
    assert [warning.field for warning in warnings] == ["options.sectionTitles.skills"]


def test_without_the_sign_for_it_a_question_mark_stands_in() -> None:
    latin = Coverage([("Some", [(0x20, 0x7E), (0xA0, 0xFF)])])
    assert latin.replace_text("né Ж") == ("né ?", "Ж")
    assert Coverage([]).replace_text("Jane Ж\n") == ("Jane ?\n", "Ж")


def test_a_font_that_documents_do_not_name_is_asked_only_for_what_those_have_not() -> None:
    fonts = [("Lato", [(0x20, 0x7E)]), ("Other", [(0x20, 0x7E), (0x301, 0x301), (0x430, 0x44F)])]
    coverage = Coverage(fonts)
    # Chromium takes x from Lato and asks no further; а is in Other alone, with its accent.
    assert coverage.replace_text("x\u0301") == ("x\ufffd".replace("\ufffd", coverage.replacement), "\u0301")
    assert not coverage.replace_text("а\u0301")[1]


def test_fc_list_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fc_list(tmp_path, "exit 1"))
    with pytest.raises(subprocess.CalledProcessError):
        Coverage.of_system()
    (tmp_path / "fc-list").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        Coverage.of_system()


def test_every_family_that_documents_name_is_in_the_image() -> None:
    families = {line.partition(":")[0] for line in FONTS.read_text().splitlines()}
    assert families >= LISTED_FAMILIES
    for tag in ("en", "ja", "zh-HK", "ar", "he", "hi", "th", "ko"):
        assert LISTED_FAMILIES.issuperset(
            {*language(tag).fallback_fonts("Lato"), *language(tag).fallback_fonts("Vollkorn")}
        )
