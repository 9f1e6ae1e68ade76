"""templates/_shared/labels.json: the words that documents have of their own, in every language."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from cv.options import SECTIONS
from renderer.html.glyphs import Coverage
from renderer.html.languages import TRANSLATED

ROOT = Path(__file__).parents[4]
LABELS: dict[str, dict[str, str]] = json.loads((ROOT / "templates/_shared/labels.json").read_text("utf-8"))
FONTS = ROOT / "tests/data/fonts.txt"
# A language's own letters, where they are not Latin ones: a label in another script would be a slip.
SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ur"), "ARABIC"),
    **dict.fromkeys(("bg", "ru", "sr", "uk"), "CYRILLIC"),
    **dict.fromkeys(("zh-Hans", "zh-Hant"), "CJK"),
    "el": "GREEK",
    "he": "HEBREW",
    "hi": "DEVANAGARI",
    "th": "THAI",
    "ko": "HANGUL",
}
# Written as it is all over the world.
FOREIGN = {("el", "email")}
PLACEHOLDERS = {"photo": ["{name}"], "page": ["{pages}", "{page}"]}


def coverage() -> Coverage:
    """What the fonts of the image have; see test_glyphs.py beside this."""
    fonts = []
    for line in FONTS.read_text().splitlines():
        family, _, charset = line.partition(":")
        bounds = (part.partition("-") for part in charset.split())
        fonts.append((family, [(int(first, 16), int(last or first, 16)) for first, _, last in bounds]))
    return Coverage(fonts)


def test_the_languages_are_those_that_the_renderer_knows() -> None:
    assert LABELS.keys() == TRANSLATED
    assert len(LABELS) >= 32


def test_every_section_has_a_heading() -> None:
    assert LABELS["en"].keys() >= set(SECTIONS) - {"customSections"}


@pytest.mark.parametrize("key", LABELS)
def test_a_language_has_every_label(key: str) -> None:
    labels = LABELS[key]
    assert list(labels) == list(LABELS["en"])
    for name, label in labels.items():
        assert label.strip() == label != "", name
        assert unicodedata.is_normalized("NFC", label), name
        assert sorted(re.findall(r"\{.*?\}", label)) == PLACEHOLDERS.get(name, []), name
        assert len(label) <= 40, name
        assert "<" not in label


@pytest.mark.parametrize("key", LABELS)
def test_a_languages_headings_differ(key: str) -> None:
    headings = [LABELS[key][section] for section in SECTIONS if section != "customSections"]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("key", sorted(LABELS.keys() - {"en"}))
def test_a_language_is_not_english(key: str) -> None:
    for name in ("work", "education", "skills", "languages", "present"):
        assert LABELS[key][name] != LABELS["en"][name]


@pytest.mark.parametrize(("key", "script"), SCRIPTS.items())
def test_a_label_is_in_its_languages_script(key: str, script: str) -> None:
    for name, label in LABELS[key].items():
        letters = [letter for letter in re.sub(r"\{.*?\}", "", label) if letter.isalpha()]
        if (key, name) not in FOREIGN:
            assert all(unicodedata.name(letter).startswith(script) for letter in letters), (name, label)


def test_the_fonts_have_every_label_as_it_is_and_in_capitals() -> None:
    fonts = coverage()
    for labels in LABELS.values():
        for label in labels.values():
            assert not fonts.replace_text(label)[1]
            assert not fonts.replace_text(label.upper())[1]
