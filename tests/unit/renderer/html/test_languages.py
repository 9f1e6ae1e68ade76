"""What a document's language means for it: renderer.html.languages and renderer.html.dates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cv.dates import PartialDate
from cv.locale_data import with_own_data
from cv.options import LOCALE_PATTERN
from renderer.html import dates
from renderer.html.dates import Dates
from renderer.html.languages import LISTED_FAMILIES, TRANSLATED, language

LABELS = json.loads((Path(__file__).parents[4] / "templates/_shared/labels.json").read_text("utf-8"))
# The ABNF of RFC 5646, 2.1, without private use and extensions.
WELL_FORMED = re.compile(
    r"([a-z]{2,3}|[a-z]{4}|[a-z]{5,8})(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
)


@pytest.mark.parametrize(
    ("tag", "written", "labels"),
    [
        ("en", "en", "en"),
        ("EN_us", "en-US", "en"),
        ("de-AT", "de-AT", "de"),
        ("de-1996", "de-1996", "de"),
        ("no", "nb", "nb"),
        ("nn-NO", "nn-NO", "nb"),
        ("pt", "pt", "pt"),
        ("pt-AO", "pt-AO", "pt"),
        ("pt-br", "pt-BR", "pt-BR"),
        ("zh", "zh", "zh-Hans"),
        ("zh-CN", "zh-CN", "zh-Hans"),
        ("zh-SG", "zh-SG", "zh-Hans"),
        ("zh-TW", "zh-TW", "zh-Hant"),
        ("zh-HK", "zh-HK", "zh-Hant"),
        ("zh-MO", "zh-MO", "zh-Hant"),
        ("ZH-hant-cn", "zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans-TW", "zh-Hans"),
        ("sr", "sr", "sr"),
        ("sr-Latn", "sr-Latn", "sr-Latn"),
        ("sr-ME", "sr-ME", "sr-Latn"),
        ("sh", "sr-Latn", "sr-Latn"),
        ("iw", "he", "he"),
        ("in", "id", "id"),
        ("es-419", "es-419", "es"),
        # What is not well-formed is left out, what is only unknown is not.
        ("de-de-de", "de-DE", "de"),
        ("fr-x-secret", "fr", "fr"),
        ("en-a-bbb", "en", "en"),
        ("sv-XX", "sv-XX", "sv"),
    ],
)
def test_a_tag_is_written_as_it_should_be_and_finds_its_labels(tag: str, written: str, labels: str) -> None:
    found = language(tag)
    assert (found.tag, found.labels, found.translated) == (written, labels, True)


@pytest.mark.parametrize("key", sorted(TRANSLATED))
def test_every_translated_language_is_found_by_its_own_name(key: str) -> None:
    found = language(key)
    assert found.labels == key
    assert found.tag == key
    assert found.translated
    assert found.locale.language == key.split("-")[0]


@pytest.mark.parametrize(
    ("tag", "locale", "rtl"),
    [("mr", "mr", False), ("ka", "ka", False), ("pa-PK", "pa_Arab_PK", True), ("xx", "en", False)],
)
def test_without_a_translation_there_are_english_labels_and_dates_that_babel_knows(
    tag: str, locale: str, rtl: bool
) -> None:
    found = language(tag)
    assert not found.translated
    assert (found.labels, str(found.locale), found.rtl) == ("en", locale, rtl)
    assert found.tag == tag


@pytest.mark.parametrize(
    ("tag", "rtl"),
    [
        ("ar", True),
        ("fa", True),
        ("ur", True),
        ("he", True),
        ("ps", True),
        ("az-Arab", True),
        ("az", False),
        ("ja", False),
    ],
)
def test_a_languages_direction_is_its_scripts(tag: str, rtl: bool) -> None:
    assert language(tag).rtl == rtl


@pytest.mark.parametrize(
    ("tag", "sans", "serif"),
    [
        ("en", "Noto Sans", "Noto Serif"),
        ("ru", "Noto Sans", "Noto Serif"),
        ("ar", "Noto Sans Arabic", "Noto Naskh Arabic"),
        ("fa", "Noto Sans Arabic", "Noto Naskh Arabic"),
        ("he", "Noto Sans Hebrew", "Noto Serif Hebrew"),
        ("hi", "Noto Sans Devanagari", "Noto Serif Devanagari"),
        ("th", "Noto Sans Thai", "Noto Serif Thai"),
        ("ja", "Noto Sans CJK JP", "Noto Sans CJK JP"),
        ("ko", "Noto Sans CJK KR", "Noto Sans CJK KR"),
        ("zh-CN", "Noto Sans CJK SC", "Noto Sans CJK SC"),
        ("zh-TW", "Noto Sans CJK TC", "Noto Sans CJK TC"),
        ("zh-HK", "Noto Sans CJK HK", "Noto Sans CJK HK"),
    ],
)
def test_the_fonts_that_stand_in_are_the_languages_own_first(tag: str, sans: str, serif: str) -> None:
    for family, first in (("Lato", sans), ("Vollkorn", serif)):
        families = language(tag).fallback_fonts(family)
        assert families[0] == first
        assert families[-1] == "Noto Color Emoji"
        assert "Noto Sans" in families
        assert len(set(families)) == len(families)
        assert LISTED_FAMILIES.issuperset(families)


@given(st.from_regex(re.compile(LOCALE_PATTERN), fullmatch=True))
def test_any_tag_that_is_taken_gives_a_language_that_is_well_formed(tag: str) -> None:
    found = language(tag)
    assert WELL_FORMED.fullmatch(found.tag)
    assert found.labels in TRANSLATED
    assert Dates(found.locale, "now").period(PartialDate(2021, 3), None).endswith(" – now")


@pytest.mark.parametrize(
    ("tag", "period"),
    [
        ("en", "Mar 2021 – Sep 2022"),
        ("de", "März 2021 – Sept. 2022"),
        ("fr", "mars 2021 – sept. 2022"),
        ("pt", "03/2021 – 09/2022"),
        ("pt-BR", "mar. de 2021 – set. de 2022"),
        ("fi", "3.2021 – 9.2022"),
        ("hu", "2021. márc. – 2022. szept."),
        ("bg", "03.2021 – 09.2022"),
        ("ru", "март 2021 – сент. 2022"),
        ("uk", "бер. 2021 – вер. 2022"),
        ("el", "Μαρ 2021 – Σεπ 2022"),
        ("vi", "3/2021 – 9/2022"),
        ("ar-EG", "مارس 2021 – سبتمبر 2022"),
        ("fa", "مارس 2021 – سپتامبر 2022"),
        ("he", "מרץ 2021 – ספט׳ 2022"),
        ("hi", "मार्च 2021 – सित॰ 2022"),
        ("th", "มี.ค. 2021 – ก.ย. 2022"),
        ("zh", "2021年3月 – 2022年9月"),
        ("zh-TW", "2021年3月 – 2022年9月"),
        ("ja", "2021年3月 – 2022年9月"),
        ("ko", "2021년 3월 – 2022년 9월"),
        ("az-Arab", "2021-03 – 2022-09"),
    ],
)
def test_a_period_is_written_as_its_language_has_it(tag: str, period: str) -> None:
    assert Dates(language(tag).locale, "now").period(PartialDate(2021, 3), PartialDate(2022, 9)) == period


@pytest.mark.parametrize(
    ("tag", "period"),
    [
        ("en", "2019 – Present"),
        ("de", "2019 – heute"),
        ("fr", "2019 – aujourd’hui"),
        ("bg", "2019 – до момента"),
        ("sr", "2019. – данас"),
        ("ar", "2019 – الآن"),
        ("ja", "2019年 – 現在"),
        ("zh-Hant", "2019年 – 至今"),
    ],
)
def test_what_goes_on_ends_with_the_languages_word_for_it(tag: str, period: str) -> None:
    found = language(tag)
    assert Dates(found.locale, LABELS[found.labels]["present"]).period(PartialDate(2019), None) == period


def test_a_period_needs_no_two_dates() -> None:
    english = Dates(language("en").locale, "Present")
    day = PartialDate(2021, 3, 14)
    assert english.month(day) == "Mar 2021"
    assert english.period(day, PartialDate(2021, 3, 30)) == "Mar 2021"
    assert english.period(None, day) == "Mar 2021"
    assert english.period(None, None) == ""


def test_a_languages_dates_do_not_depend_on_those_written_before() -> None:
    def written(tags: list[str]) -> dict[str, list[str]]:
        dates._month.cache_clear()
        with_own_data.cache_clear()
        return {
            tag: [Dates(language(tag).locale, "").month(PartialDate(2021, m)) for m in range(1, 13)] for tag in tags
        }

    # What Babel lacks or has by reference only, and would leave behind for the others.
    tags = ["az-Arab", "he", *sorted(TRANSLATED), "ar-EG", "nn", "haw", "vai", "zh-HK"]
    forwards, backwards = written(tags), written(tags[::-1])
    assert forwards == backwards
    assert forwards["ko"][2] == "2021년 3월"


@pytest.mark.parametrize("key", sorted(TRANSLATED))
def test_dates_hold_no_marks_of_direction_and_digits_that_all_programs_read(key: str) -> None:
    for month in range(1, 13):
        written = Dates(language(key).locale, LABELS[key]["present"]).month(PartialDate(2021, month))
        assert "2021" in written
        assert not re.search("[\u200e\u200f\u061c\u202a-\u202f\u2066-\u2069]", written)
