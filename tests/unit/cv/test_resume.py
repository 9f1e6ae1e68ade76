"""What counts as a CV: cv.resume and what its fields take."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from cv.dates import FORM, PartialDate
from cv.fields import MAX_ENTRIES, MAX_LINE
from cv.photo import MAX_PIXELS_A_SIDE
from cv.resume import ITEM_COST, MAX_CHARACTERS, MAX_PROBLEMS, Location, Resume, ResumeInvalid, validate_cv

DATA = Path(__file__).parents[2] / "data"
SAMPLES = sorted(path.name for path in DATA.glob("cv-*.json"))


def cv(**sections: Any) -> dict[str, Any]:
    return {"basics": {"name": "Jane Doe"}, **sections}


def problems(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(ResumeInvalid) as caught:
        validate_cv(data)
    return [(detail["field"], detail["message"]) for detail in caught.value.details]


def png(width: int, height: int) -> str:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + body + struct.pack(">I", zlib.crc32(body))
    return "data:image/png;base64," + base64.b64encode(data).decode()


def jpeg(width: int, height: int) -> str:
    application = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8" + application + frame).decode()


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_is_a_cv(sample: str) -> None:
    validate_cv(json.loads((DATA / sample).read_text()))


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        {"basics": None},
        {"basics": {}},
        {"basics": {"name": None}},
        {"basics": {"name": " \t\u0000\u202e "}},
    ],
)
def test_a_cv_needs_a_name(data: Any) -> None:
    assert problems(data) == [("cvData.basics.name", "is required")]


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ([], "cvData", "must be an object"),
        ({"basics": []}, "cvData.basics", "must be an object"),
        ({"basics": {"name": 7}}, "cvData.basics.name", "must be a string"),
        (cv(work={}), "cvData.work", "must be a list"),
        (cv(work=["x"]), "cvData.work[0]", "must be an object"),
        (cv(work=[{}, {}, {"name": ["x"]}]), "cvData.work[2].name", "must be a string"),
        (cv(work=[{"highlights": "x"}]), "cvData.work[0].highlights", "must be a list"),
        (cv(work=[None, {"highlights": ["x", 1]}]), "cvData.work[1].highlights[1]", "must be a string"),
        (cv(education=[{"score": 3.9}]), "cvData.education[0].score", "must be a string"),
        (
            cv(skills=[{"name": "x" * (MAX_LINE + 1)}]),
            "cvData.skills[0].name",
            f"must have at most {MAX_LINE} characters",
        ),
        (
            cv(skills=[{"name": "x"}] * (MAX_ENTRIES + 1)),
            "cvData.skills",
            f"must have at most {MAX_ENTRIES} entries",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_path(data: Any, field: str, message: str) -> None:
    assert problems(data) == [(field, message)]


def test_every_problem_is_named_at_once() -> None:
    data = cv(work=[{"startDate": ["soon"], "name": 1}], skills=3)
    assert [field for field, _ in problems(data)] == [
        "cvData.work[0].name",
        "cvData.work[0].startDate",
        "cvData.skills",
    ]


def test_the_number_of_problems_is_bounded() -> None:
    assert len(problems(cv(work=[1] * (MAX_PROBLEMS + 1)))) == MAX_PROBLEMS


def test_a_problem_holds_nothing_of_the_data() -> None:
    with pytest.raises(ResumeInvalid) as caught:
        validate_cv(cv(work=[{"startDate": "SECRET", "name": {"SECRET": 1}, "url": ["SECRET"]}]))
    assert "SECRET" not in str(caught.value) + str(caught.value.details)


@pytest.mark.parametrize("text", ["2021", "2021-03", "2021-03-31", "1999-12-31", " 2024-02-29 "])
def test_dates_are_a_year_a_month_or_a_day(text: str) -> None:
    (job,) = validate_cv(cv(work=[{"name": "Acme", "startDate": text}])).work
    assert str(job.startDate) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "21",
        "2021-3",
        "2021-13",
        "2021-02-30",
        "2023-02-29",
        "2021-01-00",
        "0999",
        "3000",
        "March 2021",
        "٢٠٢١",
        "2021/03",
    ],
)
def test_other_texts_stay_as_they_are_written(text: str) -> None:
    (job,) = validate_cv(cv(work=[{"startDate": f" {text} "}])).work
    assert job.startDate == text


@pytest.mark.parametrize("value", [2021, True, {}, ["2021"]])
def test_what_is_no_text_is_no_date(value: Any) -> None:
    assert problems(cv(work=[{}, {}, {"startDate": value}])) == [("cvData.work[2].startDate", FORM)]


def test_unknown_fields_are_ignored() -> None:
    plain = cv(work=[{"name": "Acme"}])
    more = cv(work=[{"name": "Acme", "salary": {"a": [1]}}], meta={"version": 1}, **{"$schema": 3})
    assert validate_cv(more) == validate_cv(plain)


def test_null_and_empty_count_as_absent() -> None:
    sections = [name for name in Resume.model_fields if name != "basics"]
    bare = validate_cv(cv())
    assert validate_cv(cv(**dict.fromkeys(sections))) == bare
    assert validate_cv(cv(**{name: [] for name in sections})) == bare
    assert validate_cv(cv(**{name: [None] for name in sections})) == bare
    assert validate_cv(cv(**{name: [{}, None] for name in sections if name != "customSections"})) == bare
    basics = {"name": "Jane Doe", "label": None, "summary": " ", "location": None, "profiles": None}
    assert validate_cv({"basics": basics}) == bare
    job = {"startDate": None, "endDate": "", "highlights": ["", None, "  "], "url": None, "name": ""}
    assert validate_cv(cv(work=[job])) == bare


def test_a_dropped_entry_does_not_move_the_path_of_the_next() -> None:
    assert problems(cv(work=[None, {}, {"url": 1}])) == [("cvData.work[2].url", "must be a string")]


def test_characters_that_break_things_are_dropped() -> None:
    (job,) = validate_cv(
        cv(
            work=[
                {
                    "name": "Ac\u0000me\u0007 \u202eInc\u2066.\ufeff",
                    "position": "Lead\r\n\tEngineer\u2028now  here",
                    "summary": "one\u0000\r\n\r\n  two\ttabs \u202d\ud800three\n",
                }
            ]
        )
    ).work
    assert job.name == "Acme Inc."
    assert job.position == "Lead Engineer now here"
    assert job.summary == "one\n\ntwo tabs three"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\n  - b\n\t- c\n \u00a0more  d ", "a\n  - b\n    - c\n  more d"),
        ("1. a\n   2) b", "1. a\n   2) b"),
        ("a\n   b\n  -c", "a\nb\n-c"),
    ],
)
def test_lines_are_indented_only_where_that_says_which_list_they_belong_to(text: str, cleaned: str) -> None:
    assert validate_cv({"basics": {"name": "J", "summary": text}}).basics.summary == cleaned


@pytest.mark.parametrize("text", ["Zoë Łukasz", "山田 太郎", "שלום", "می‌خواهم", "👩‍🚀 🇩🇰", "a\u200eb\u200f"])
def test_letters_of_every_script_stay(text: str) -> None:
    assert validate_cv({"basics": {"name": text}}).basics.name == text


def test_texts_are_composed_and_have_no_soft_hyphens() -> None:
    data = cv(work=[{"name": "Zoe\u0308 Con\u00adsult", "summary": "Cafe\u0301\nDonau\u00addampf\u0301"}])
    data["basics"]["name"] = "e\u00ad\u0301"
    resume = validate_cv(data)
    assert resume.basics.name == "\u00e9"
    assert resume.work[0].name == "Zo\u00eb Consult"
    assert resume.work[0].summary == "Caf\u00e9\nDonaudampf\u0301"
    assert problems({"basics": {"name": "\u00ad \u00ad"}}) == [("cvData.basics.name", "is required")]


def test_custom_sections_have_a_title_and_something_under_it() -> None:
    talk = {"name": "Tides", "subtitle": "PyCon", "location": "Lund", "date": "2024-05", "keywords": ["sea", ""]}
    sections = validate_cv(
        cv(customSections=[{"title": "Talks", "entries": [talk, {}, None]}, {"title": "Empty", "entries": [{}]}])
    ).customSections
    assert [section.title for section in sections] == ["Talks"]
    (entry,) = sections[0].entries
    assert (entry.name, entry.subtitle, entry.location, str(entry.date)) == ("Tides", "PyCon", "Lund", "2024-05")
    assert entry.keywords == ["sea"]
    assert validate_cv(cv(customSections=[{"title": "T", "summary": "x"}, None])).customSections[0].summary == "x"


@pytest.mark.parametrize(
    ("section", "field", "message"),
    [
        ({}, "title", "is required"),
        ({"title": None, "summary": "x"}, "title", "is required"),
        ({"title": " \u202e ", "summary": "x"}, "title", "is required"),
        ({"title": "T", "entries": [{"date": 7}]}, "entries[0].date", "must be YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"title": "T", "entries": {}}, "entries", "must be a list"),
    ],
)
def test_what_does_not_fit_in_a_custom_section_is_named(section: Any, field: str, message: str) -> None:
    assert problems(cv(customSections=[None, section])) == [(f"cvData.customSections[1].{field}", message)]


def webp(width: int, height: int) -> str:
    canvas = (
        b"VP8X" + struct.pack("<IB3x", 10, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    return "data:image/webp;base64," + base64.b64encode(b"RIFF\x16\0\0\0WEBP" + canvas).decode()


def test_a_photo_is_a_picture_in_the_data() -> None:
    for url in (png(400, 500), jpeg(400, 500), webp(400, 500)):
        assert validate_cv({"basics": {"name": "J", "image": url}}).basics.image == url


def test_a_photo_on_the_network_is_left_out() -> None:
    assert validate_cv({"basics": {"name": "J", "image": "https://example.com/a.png"}}).basics.image == ""


@pytest.mark.parametrize(
    "url",
    [
        "data:text/html;base64,AAAA",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,AAA",
        'data:image/png;base64,AAAA" onerror="x',
        "data:image/png,AAAA",
        png(MAX_PIXELS_A_SIDE + 1, 1),
        jpeg(1, MAX_PIXELS_A_SIDE + 1),
        webp(1, MAX_PIXELS_A_SIDE + 1),
        jpeg(400, 500)[:40],
    ],
)
def test_other_pictures_are_refused(url: str) -> None:
    ((field, _),) = problems({"basics": {"name": "J", "image": url}})
    assert field == "cvData.basics.image"


def test_the_whole_is_bounded() -> None:
    job = {"summary": "x" * 9_900}
    most = MAX_CHARACTERS // (9_900 + 2 * ITEM_COST)
    validate_cv(cv(work=[job] * (most - 1)))
    ((field, message),) = problems(cv(work=[job] * (most + 1)))
    assert field == "cvData"
    assert "too long" in message


def test_the_schema_says_what_a_date_takes() -> None:
    schema = json.dumps(Resume.model_json_schema())
    assert "YYYY-MM" in schema
    assert json.loads(schema)["required"] == ["basics"]


def test_a_date_is_written_as_it_was_read() -> None:
    assert [str(PartialDate(2021)), str(PartialDate(2021, 3)), str(PartialDate(2021, 3, 9))] == [
        "2021",
        "2021-03",
        "2021-03-09",
    ]


@pytest.mark.parametrize("summary", ["\ufffcPerl and \ufffcMySQL", "\ufffcPerl\n\ufffcMySQL"])
def test_what_stands_for_an_object_is_taken_out(summary: str) -> None:
    resume = validate_cv({"basics": {"name": "\ufffcAda", "summary": summary}})
    assert resume.basics.name == "Ada"
    assert "\ufffc" not in str(resume.basics.summary)


@pytest.mark.parametrize("text", ["\uf0b7 Perl", "\uf0a7 Perl\n\uf0d8 MySQL"])
def test_bullets_of_words_fonts_are_bullets(text: str) -> None:
    resume = validate_cv({"basics": {"name": "Ada", "label": text, "summary": text}})
    assert resume.basics.label.startswith("• Perl")
    assert [line[:2] for line in str(resume.basics.summary).split("\n")] == ["• "] * len(text.split("\n"))


@pytest.mark.parametrize(
    ("address", "fields", "kept"),
    [
        (
            "123 Guess Rd.\nNew York, NY 10019",
            {"postalCode": "10019", "city": "New York", "region": "NY", "countryCode": "US"},
            {"countryCode": "US"},
        ),
        ("Hauptstr. 1, 10115 Berlin", {"postalCode": "10115", "city": "Berlin"}, {}),
        ("1 King St, Toronto ON M5H 1J9", {"postalCode": "M5H 1J9", "city": "Toronto", "region": "ON"}, {}),
        ("Calle 12, Santiago", {"city": "Santiago, Chile"}, {"city": "Chile"}),
        ("Calle 12, Santiago", {"city": "Santiago", "region": "Maipo"}, {"region": "Maipo"}),
        ("Berlin Street 5", {"city": "Berlin"}, {"city": "Berlin"}),
        ("Flat 3, 12 Berlin Road", {"city": "Berlin", "postalCode": "12"}, {"city": "Berlin", "postalCode": "12"}),
        ("", {"city": "Berlin"}, {"city": "Berlin"}),
    ],
)
def test_a_place_names_a_city_once(address: str, fields: dict[str, str], kept: dict[str, str]) -> None:
    location = Location(address=address, **fields)
    expected = {"address": address, **kept} if address else kept
    assert location.said_once().model_dump(exclude_defaults=True) == expected


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("Calle 12, Santiago\nSantiago, Chile", "Calle 12, Santiago\nChile"),
        ("Calle 12, Santiago\n\nsantiago", "Calle 12, Santiago"),
        ("1 Main St\nNew York, New York", "1 Main St\nNew York, New York"),
    ],
)
def test_a_line_of_an_address_does_not_repeat_the_end_of_the_one_before(address: str, printed: str) -> None:
    assert Location(address=address).said_once().address == printed


def test_roles_at_one_employer_that_follow_each_other_are_together() -> None:
    names = ["Verk", "Verk", "Nordlys", "Verk", "", ""]
    groups = validate_cv(cv(work=[{"name": name, "position": "Cook"} for name in names])).by_employer()
    assert [[role.name for role in roles] for roles in groups] == [["Verk", "Verk"], ["Nordlys"], ["Verk"], [""], [""]]
