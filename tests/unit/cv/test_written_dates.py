"""Dates as people write them: cv.written_dates and cv.months."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale, localedata
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from cv import months
from cv.dates import PartialDate
from cv.months import month_of, names_in_cldr
from cv.written_dates import is_present, read_date, read_period

ROOT = Path(__file__).parents[3]
LABELS: dict[str, dict[str, str]] = json.loads((ROOT / "templates" / "_shared" / "labels.json").read_text())


WRITTEN: dict[str, dict[str, int]] = json.loads((Path(months.__file__).parent / "months.json").read_text())


@pytest.fixture
def cldr() -> Iterator[None]:
    """Babel's data as it was shipped: a look-up for one language changes what it has for others."""
    localedata._cache.clear()
    yield
    localedata._cache.clear()


def test_the_names_of_months_are_those_of_cldr() -> None:
    assert names_in_cldr() == WRITTEN, "run: python -m cv.months"


@pytest.mark.parametrize("others", [(), ("he", "ar", "th"), ("th", "ar", "he")])
def test_the_names_of_months_do_not_depend_on_what_was_looked_up_before(others: tuple[str, ...]) -> None:
    for language in others:
        format_date(date_of(PartialDate(2021, 3)), "LLLL", locale=Locale.parse(language))
    assert names_in_cldr() == WRITTEN


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.usefixtures("cldr")
def test_each_language_has_what_its_own_file_of_cldr_says(language: str) -> None:
    # The file by itself, without what it inherits, so without what Babel makes of that.
    file = {"nb": "no", "pt-BR": "pt", "zh-Hans": "zh"}.get(language, language.replace("-", "_"))
    data = localedata.load(file, merge_inherited=False)
    forms: list[Any] = [data.get("months", {}).get(use, {}) for use in ("format", "stand-alone")]
    names = [item for form in forms for width in ("wide", "abbreviated") for item in widths_of(form, width)]
    assert len(names) >= 12
    for month, name in names:
        digits = any(character.isdigit() for character in name)
        assert digits or month_of(name, language) == month, name


def widths_of(form: Any, width: str) -> list[tuple[int, str]]:
    """The names of one width; what is only an alias of others has none of its own."""
    found = form.get(width, {}) if isinstance(form, dict) else {}
    return list((found[1] if isinstance(found, tuple) else found if isinstance(found, dict) else {}).items())


def test_each_language_has_months_in_its_own_scripts() -> None:
    scripts = {
        language: {unicodedata.name(letter).split()[0] for name in names for letter in name if letter.isalpha()}
        for language, names in WRITTEN.items()
    }
    assert {language: found for language, found in scripts.items() if len(found) > 1} == {"sr": {"CYRILLIC", "LATIN"}}


@pytest.mark.parametrize(
    ("value", "date"),
    [
        *((text, "2024-09") for text in (
            "2024-9", "2024/09", "2024.09", "2024. 9.", "09/2024", "9/2024", "9.2024", "09-2024", "202409", 202409,
            "September 2024", "september 2024", "Sept. 2024", "Sep-2024", "Sep/2024", "Sep'24", "2024 September",
            "September, 2024", "(September 2024)", "septembre 2024", "setembro de 2024", "septiembre de 2024",
            "2024 m. rugsėjis", "2024. szeptember", "2024. gada septembris", "2024年9月", "2024년 9월", "tháng 9 2024",
            "Tháng 9/2024", "กันยายน 2567", "ก.ย. 2567", "سبتمبر ٢٠٢٤", "سپتامبر ۲۰۲۴", "сентябрь 2024 г.",
            "вересень 2024", "सितंबर 2024", "ספטמבר 2024", "Σεπτέμβριος 2024", "Eylül 2024", "ستمبر 2024",
            "令和6年9月", "民國113年9月", "2567-09", "9/2567",
            {"year": 2024, "month": 9}, {"year": "2024", "month": "September"}, {"year": 2024, "month": "09"},
        )),
        *((text, "2020-01-15") for text in (
            "2020-1-15", "2020/01/15", "15.1.2020", "15/01/2020", "1/15/2020", "15 January 2020", "15. Januar 2020",
            "January 15, 2020", "Jan 15th, 2020", "15 de enero de 2020", "2020年1月15日", "20200115",
            "2020-01-15T00:00:00.000Z", "2020-01-15 10:30:00", "Wed Jan 15 2020 10:30:00 GMT+0100", 1579082400,
            1579082400000, {"year": 2020, "month": 1, "day": 15}, {"seconds": 1579082400, "nanoseconds": 0},
        )),
        *((text, "2019") for text in (
            "2019", " 2019 ", "2562", "em 2019", "令和元年", 2019, 2019.0, "2019.", "2019年", "2019 г.", "2019-00-00",
        )),
        ("2018-06-31", "2018-06"),
        ("1er janvier 2020", "2020-01-01"),
        ("d'agost de 2020", "2020-08"),
    ],
)  # fmt: skip
def test_what_is_certain_is_read(value: Any, date: str) -> None:
    assert str(read_date(value)) == date


@pytest.mark.parametrize(
    "value",
    [
        *("Summer 2018", "Q3 2024", "2024-W12", "3/4/2020", "2019-13", "2019?", "ca. 2019", "since 2019", "seit 2019"),
        *("May 2025 (expected)", "Expected May 2025", "Sept 24", "09/24", "listopad 2020", "May", "令和 年9月", "0999"),
        *("1401-03", "۱۴۰۱/۰۳", "مارس ۱۴۰۱"),
        *("May or June 2020", "2019, 2020", "May 2019 2020", "", " ", "soon", "x" * 1000, "9" * 1000, "40 May 2020"),
        *(True, None, 5, -2019, 2019.5, float("nan"), float("inf"), 10**30, [], {}, {"year": "soon"}, {"month": 5}),
    ],
)
def test_nothing_is_guessed(value: Any) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.usefixtures("cldr")
def test_the_months_of_each_language_are_read_in_it(language: str, month: int) -> None:
    locale = Locale.parse(language, sep="-")
    date = PartialDate(2021, month)
    for form in ("MMMM y", "LLLL y", "y MMMM"):
        written = format_date(date_of(date), form, locale=locale)
        assert read_date(written, language) == date, written


def date_of(date: PartialDate) -> Any:
    import datetime

    return datetime.date(date.year, date.month or 1, 1)


def test_a_month_that_languages_differ_about_is_not_guessed() -> None:
    assert month_of("listopad") is None
    assert (month_of("listopad", "pl"), month_of("listopad", "hr-HR"), month_of("listopad", "en")) == (11, 10, None)


@pytest.mark.parametrize(
    "text", [*(labels["present"] for labels in LABELS.values()), "Present", "(current)", "до н.в."]
)
def test_what_goes_on_is_known_in_each_language(text: str) -> None:
    assert is_present(text) or is_present(text.removeprefix("до "))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("January 2019 to Present", ("2019-01", "None")),
        ("Januar - April 2014", ("2014-01", "2014-04")),
        ("Janvier-Avril 2014", ("2014-01", "2014-04")),
        ("Dec-Feb 2021", ("2020-12", "2021-02")),
        ("de 2017 a 2018", ("2017", "2018")),
        ("desde marzo de 2019 hasta abril de 2020", ("2019-03", "2020-04")),
        ("von März 2019 bis April 2020", ("2019-03", "2020-04")),
        ("с 2018 по 2020", ("2018", "2020")),
        ("平成30年9月から令和2年6月まで", ("2018-09", "2020-06")),
        ("2018년 3월부터 2020년 2월까지", ("2018-03", "2020-02")),
        ("ab August 2026", ("2026-08", "None")),
        ("10/02/2022 - 23/04/2023", ("2022-02-10", "2023-04-23")),
        ("3/4/2020 - 4/25/2021", ("2020-03-04", "2021-04-25")),
        ("2019-2021", ("2019", "2021")),
        ("2557 - 2561", ("2014", "2018")),
        ("۱۳۹۵ - ۱۳۹۹", ("1395", "1399")),
        ("2019 – heute", ("2019", "None")),
        ("08/2012 – 05/2016", ("2012-08", "2016-05")),
        ("2019-01 - 2020-02", ("2019-01", "2020-02")),
        ("2016年9月至今", ("2016-09", "None")),
        ("2019年4月 ～ 現在", ("2019-04", "None")),
        ("2016/09-2021/12", ("2016-09", "2021-12")),
        ("May 2020-Present", ("2020-05", "None")),
        ("2016--2021", ("2016", "2021")),
        ("2016 -- 2021", ("2016", "2021")),
        ("Seit Januar 2026", ("2026-01", "None")),
        ("10/2018 –", ("2018-10", "None")),
    ],
)
def test_a_period_in_one_text_is_read(text: str, period: tuple[str, str]) -> None:
    found = read_period(text)
    assert found is not None
    assert (str(found[0]), str(found[1])) == period


@pytest.mark.parametrize(
    "text",
    ["2019", "2012-2016 (part time)", "2019-05", "2019-05-01", "before 2019", "2017-10-2018", "Present - 2019", "–"],
)
def test_a_period_that_is_not_certain_is_none(text: str) -> None:
    assert read_period(text) is None


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["", "en", "de-AT", "zh_Hant"]))
def test_any_text_is_read_or_not(text: str, language: str) -> None:
    read_date(text, language)
    read_period(text, language)
    is_present(text)
