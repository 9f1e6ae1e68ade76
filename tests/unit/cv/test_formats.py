"""CVs of other programs: recognised by their shape, converted, or refused by their name."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv.accept import Accepted, accept_cv
from cv.resume import ResumeInvalid

HIDDEN = {"visible": False, "hidden": True, "name": "HIDDEN", "company": "HIDDEN"}


def section(*items: Any, **more: Any) -> dict[str, Any]:
    return {"id": "x", "name": "Heading", "columns": 1, "visible": True, "items": [*items], **more}


V2: dict[str, Any] = {
    "profile": {
        "heading": "Profile",
        "firstName": "Jane",
        "lastName": "Doe",
        "subtitle": "Developer",
        "address": {"line1": "5A Road", "line2": "Layout", "city": "Oslo", "pincode": "0150"},
        "photograph": "https://example.org/a.png",
        "website": "jane.example",
    },
    "objective": {"heading": "Aim", "body": "Builds things.", "visible": True},
    "work": {
        "heading": "Work",
        "visible": True,
        "items": [{"company": "Acme", "position": "Lead", "startDate": "2019-01-01", "summary": "- Led", "pay": "5"}],
    },
    "awards": {"heading": "Awards", "visible": False, "items": [{"title": "HIDDEN"}]},
    "social": {"heading": "Social", "visible": True, "items": [{"network": "GitHub", "username": "jane"}]},
    "hobbies": {"heading": "Hobbies", "visible": True, "items": [{"name": "Poetry"}]},
    "metadata": {"font": "Open Sans"},
    "preview": "https://example.org/p.png",
    "public": True,
}
V1: dict[str, Any] = {
    "data": {
        "profile": {"firstName": "Jane", "lastName": "Doe", "photo": "https://example.org/a.png"},
        "work": {
            "enable": True,
            "heading": "Work",
            "items": [
                {
                    "enable": True,
                    "title": "Acme",
                    "role": "Lead",
                    "start": "Jan 2013",
                    "end": "2018",
                    "description": "Led",
                },
                {"enable": False, "title": "HIDDEN"},
            ],
        },
        "education": {"enable": True, "heading": "Schools", "items": [{"enable": True, "name": "U", "major": "Sea"}]},
        "awards": {"enable": False, "heading": "Awards", "items": [{"enable": True, "title": "HIDDEN"}]},
        "extras": {"enable": True, "heading": "Personal", "items": [{"enable": True, "key": "Born", "value": "Oslo"}]},
        "letter": {"text": "Dear all"},
    },
    "theme": {"layout": "Onyx"},
}
V3: dict[str, Any] = {
    "id": 1,
    "name": "My resume",
    "basics": {
        "name": "Jane Doe",
        "headline": "Developer",
        "birthdate": "1990-01-02",
        "website": "https://jane.example",
        "summary": "Builds **things**.",
        "photo": {"url": "https://example.org/a.png", "visible": True, "filters": {"size": 128}},
        "profiles": [{"id": "1", "network": "GitHub", "username": "jane", "url": "https://github.com/jane"}],
        "location": {"address": "", "city": "Oslo", "region": "", "country": "Norway", "postalCode": "0150"},
    },
    "sections": {
        "work": section(
            HIDDEN,
            {"url": "", "date": {"start": "2020-01-05T23:00:00.000Z", "end": ""}, "name": "Acme", "position": "Lead"},
        ),
        "skills": section({"name": "Python", "level": "", "levelNum": 3, "keywords": ["asyncio"]}),
        "9a-8b": section({"title": "Tides", "subtitle": "PyCon", "date": {"start": "2020-01", "end": "2020-02"}}),
    },
    "metadata": {"css": {"value": "p {}"}, "locale": "en"},
    "public": True,
}
V4: dict[str, Any] = {
    "basics": {
        "name": "Jane Doe",
        "headline": "Developer",
        "location": "Oslo",
        "url": {"label": "", "href": "https://jane.example"},
        "customFields": [{"id": "1", "icon": "user", "name": "Pronouns", "value": "she"}],
        "picture": {"url": "https://example.org/a.png", "size": 64, "effects": {"hidden": False}},
    },
    "sections": {
        "summary": {"name": "Summary", "visible": True, "content": "<p>Builds things.</p>"},
        "experience": section(
            HIDDEN,
            {
                "company": "Acme",
                "position": "Lead",
                "date": "January 2019 to Present",
                "summary": "<ul><li><p>Led</p></li></ul>",
                "url": {"label": "", "href": "https://acme.example"},
            },
        ),
        "projects": section({"name": "Tides", "description": "Author", "date": "", "summary": "<p>Sea</p>"}),
        "skills": section({"name": "Web", "description": "Advanced", "level": 4, "keywords": ["CSS"]}),
        "languages": section({"name": "English", "description": "", "level": 5}),
        "references": section({"name": "HIDDEN"}, visible=False),
        "profiles": section({"network": "GitHub", "username": "jane", "icon": "github", "url": {"href": ""}}),
        "custom": {"k1": section({"name": "Tides", "description": "Speaker", "summary": "<p>Sea</p>"}, name="Talks")},
    },
    "metadata": {"template": "onyx", "notes": "Private"},
}
V5: dict[str, Any] = {
    "picture": {"hidden": False, "url": "https://example.org/a.png", "size": 80},
    "basics": {
        "name": "Jane Doe",
        "headline": "Developer",
        "website": {"url": "https://jane.example", "label": ""},
        "customFields": [{"id": "1", "icon": "book", "text": "Blog", "link": "https://blog.example"}],
    },
    "summary": {"title": "", "columns": 1, "hidden": False, "content": "<p>Builds things.</p>"},
    "sections": {
        "profiles": {"items": [{"hidden": False, "network": "GitHub", "username": "jane", "website": {"url": ""}}]},
        "experience": {
            "items": [
                HIDDEN,
                {"company": "Acme", "position": "Lead", "period": "2019 - Present", "description": "<p>Led</p>"},
            ]
        },
        "education": {"items": [{"school": "U", "degree": "BSc", "area": "CS", "grade": "1.0", "period": "2012-2016"}]},
        "skills": {"items": [{"name": "Python", "proficiency": "Expert", "level": 5, "keywords": ["asyncio"]}]},
        "languages": {"items": [{"language": "English", "fluency": "Native", "level": 5}]},
        "references": {"hidden": True, "items": [{"name": "HIDDEN"}]},
    },
    "customSections": [
        {"type": "experience", "title": "Teaching", "hidden": False, "items": [{"company": "U", "position": "Tutor"}]}
    ],
    "metadata": {"template": "onyx"},
}
RENDERCV: dict[str, Any] = {
    "cv": {
        "name": "Jane Doe",
        "headline": "Developer",
        "location": "Oslo",
        "email": "jane@example.org",
        "social_networks": [{"network": "GitHub", "username": "jane"}],
        "sections": {
            "summary": ["Builds things.", "At sea."],
            "experience": [
                {
                    "company": "Acme",
                    "position": "Lead",
                    "start_date": "2019-01",
                    "end_date": "present",
                    "highlights": ["Led"],
                }
            ],
            "education": [{"institution": "U", "degree": "BSc", "area": "CS", "start_date": 2012, "end_date": 2016}],
            "publications": [{"title": "Sea", "authors": ["J. Doe", "A. Roe"], "doi": "10.1/x", "date": "2020-01"}],
            "skills": [{"label": "Languages", "details": "Python, Go"}],
            "selected_honors": [{"bullet": "First"}, {"bullet": "Second"}],
            "Talks": ["Tides.", {"name": "Sea", "date": "2020"}, {"label": "Where", "details": "PyCon"}],
        },
    },
    "design": {"theme": "classic"},
}


def taken(data: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What was taken, and the warnings."""
    result: Accepted = accept_cv(data)
    found = result.resume.model_dump(exclude_defaults=True)
    assert "HIDDEN" not in str(found)
    return found, [(warning.code.value, warning.field) for warning in result.warnings]


def test_an_export_of_reactive_resume_1() -> None:
    found, warnings = taken(V1)
    assert found == {
        "basics": {"name": "Jane Doe"},
        "work": [{"name": "Acme", "position": "Lead", "startDate": "2013-01", "endDate": "2018", "summary": "Led"}],
        "education": [{"institution": "U", "area": "Sea"}],
        "customSections": [{"title": "Personal", "entries": [{"name": "Born", "subtitle": "Oslo"}]}],
    }
    assert warnings == [
        ("FormatConverted", "cvData"),
        ("PhotoIgnored", "cvData.data.profile.photo"),
        ("FieldIgnored", "cvData.data.letter.text"),
    ]
    assert ("education", "Schools", False) in titles(V1)
    assert ("", "Profile", True) in titles(V2)


def test_an_export_of_reactive_resume_2() -> None:
    found, warnings = taken(V2)
    assert found == {
        "basics": {
            "name": "Jane Doe",
            "label": "Developer",
            "url": "jane.example",
            "summary": "Builds things.",
            "location": {"address": "5A Road\nLayout", "postalCode": "0150", "city": "Oslo"},
            "profiles": [{"network": "GitHub", "username": "jane"}],
        },
        "work": [{"name": "Acme", "position": "Lead", "startDate": "2019-01-01", "summary": "- Led"}],
        "interests": [{"name": "Poetry"}],
    }
    assert warnings == [
        ("FormatConverted", "cvData"),
        ("PhotoIgnored", "cvData.profile.photograph"),
        ("FieldIgnored", "cvData.work.items[0].pay"),
    ]


def test_an_export_of_reactive_resume_3() -> None:
    found, warnings = taken(V3)
    assert found["basics"] == {
        "name": "Jane Doe",
        "label": "Developer",
        "url": "https://jane.example",
        "summary": "Builds **things**.",
        "location": {"postalCode": "0150", "city": "Oslo", "countryCode": "Norway"},
        "profiles": [
            {"network": "GitHub", "username": "jane", "url": "https://github.com/jane"},
            {"network": "Birthdate", "username": "1990-01-02"},
        ],
    }
    assert found["work"] == [{"name": "Acme", "position": "Lead", "startDate": "2020-01-05"}]
    assert found["skills"] == [{"name": "Python", "level": "3/10", "keywords": ["asyncio"]}]
    talk = {"name": "Tides", "subtitle": "PyCon", "startDate": "2020-01", "endDate": "2020-02"}
    assert found["customSections"] == [{"title": "Heading", "entries": [talk]}]
    assert warnings == [
        ("FormatConverted", "cvData"),
        ("PhotoIgnored", "cvData.basics.photo.url"),
        ("FieldIgnored", "cvData.name"),
    ]


def test_an_export_of_reactive_resume_4() -> None:
    found, warnings = taken(V4)
    assert found["basics"] == {
        "name": "Jane Doe",
        "label": "Developer",
        "url": "https://jane.example",
        "summary": "<p>Builds things.</p>",
        "location": {"address": "Oslo"},
        "profiles": [{"network": "GitHub", "username": "jane"}, {"network": "Pronouns", "username": "she"}],
    }
    assert found["work"] == [
        {
            "name": "Acme",
            "position": "Lead",
            "startDate": "2019-01",
            "url": "https://acme.example",
            "summary": "<ul><li><p>Led</p></li></ul>",
        }
    ]
    assert found["projects"] == [{"name": "Tides", "roles": ["Author"], "description": "<p>Sea</p>"}]
    assert found["skills"] == [{"name": "Web", "level": "Advanced", "keywords": ["CSS"]}]
    assert found["languages"] == [{"language": "English", "fluency": "5/5"}]
    talk = {"name": "Tides", "subtitle": "Speaker", "summary": "<p>Sea</p>"}
    assert found["customSections"] == [{"title": "Talks", "entries": [talk]}]
    assert warnings == [
        ("FormatConverted", "cvData"),
        ("PhotoIgnored", "cvData.basics.picture.url"),
        ("FieldIgnored", "cvData.metadata.notes"),
    ]


def test_an_export_of_reactive_resume_5() -> None:
    found, warnings = taken(V5)
    assert found["basics"] == {
        "name": "Jane Doe",
        "label": "Developer",
        "url": "https://jane.example",
        "summary": "<p>Builds things.</p>",
        "profiles": [{"network": "GitHub", "username": "jane"}, {"network": "Blog", "url": "https://blog.example"}],
    }
    assert found["work"] == [{"name": "Acme", "position": "Lead", "startDate": "2019", "summary": "<p>Led</p>"}]
    assert found["education"] == [
        {"institution": "U", "studyType": "BSc", "area": "CS", "score": "1.0", "startDate": "2012", "endDate": "2016"}
    ]
    assert found["skills"] == [{"name": "Python", "level": "Expert", "keywords": ["asyncio"]}]
    assert found["languages"] == [{"language": "English", "fluency": "Native"}]
    assert found["customSections"] == [{"title": "Teaching", "entries": [{"name": "Tutor", "subtitle": "U"}]}]
    assert warnings == [("FormatConverted", "cvData"), ("PhotoIgnored", "cvData.picture.url")]


def test_the_label_of_a_link_of_reactive_resume_stands_for_its_address() -> None:
    link = {"url": "https://example.org/a?b=1&c", "label": 'The "map"'}
    data = {
        "basics": {"name": "Jane Doe", "website": {"url": "https://jane.example", "label": "Portfolio"}},
        "sections": {
            "experience": section({"company": "Acme", "website": link, "description": "<p>Led</p>"}),
            "projects": section(
                {"name": "Tides", "website": {"url": "", "label": "Go, Redis"}, "description": "- Sea"}
            ),
            "awards": section(
                {"title": "Prize", "website": {"url": "https://prize.example/x", "label": "prize.example"}}
            ),
            "references": section({"name": "A. Roe", "website": link}),
            "profiles": section(
                {
                    "network": "ORCID",
                    "username": "",
                    "website": {"url": "https://orcid.example/1", "label": "My papers"},
                },
                {"network": "Git", "username": "jane", "website": {"url": "https://git.example/j", "label": "code"}},
            ),
        },
        "customSections": [{"title": "Talks", "items": [{"title": "Sea", "website": link}]}],
    }
    found, warnings = taken(data)
    shown = '<a href="https://example.org/a?b=1&amp;c">The &quot;map&quot;</a>'
    plain = '[The "map"](https://example.org/a?b=1&c)'
    assert found["work"] == [{"name": "Acme", "summary": f"<p>Led</p><p>{shown}</p>"}]
    assert found["projects"] == [{"name": "Tides", "description": "- Sea\n\nGo, Redis"}]
    assert found["awards"] == [{"title": "Prize", "url": "https://prize.example/x"}]
    assert found["references"] == [{"name": "A. Roe", "reference": plain}]
    assert found["basics"]["profiles"] == [
        {"username": "Portfolio", "url": "https://jane.example"},
        {"network": "ORCID", "username": "My papers", "url": "https://orcid.example/1"},
        {"network": "Git", "username": "jane, code", "url": "https://git.example/j"},
    ]
    assert found["customSections"] == [{"title": "Talks", "entries": [{"name": "Sea", "summary": plain}]}]
    assert warnings == [("FormatConverted", "cvData")]


def test_what_a_referee_of_reactive_resume_is_stands_in_paragraphs() -> None:
    referee = {"name": "A. Roe", "position": "Director, R&D", "phone": "555", "description": "<p>Good.</p>"}
    found, _ = taken({"basics": {"name": "Jane Doe"}, "sections": {"references": section(referee)}})
    (reference,) = found["references"]
    assert reference["reference"].split("\n") == ["<p>Director, R&amp;D</p>", "<p>555</p>", "<p>Good.</p>"]


@pytest.mark.parametrize("address", [["https://a.example"], 5, True, {"url": 5, "label": [1]}, {"label": "Go"}])
def test_an_address_of_any_type(address: Any) -> None:
    items = section({"name": "A", "website": address, "url": address})
    names = ("experience", "projects", "references", "profiles", "awards", "own")
    data = {"basics": {"name": "Jane", "website": address}, "sections": dict.fromkeys(names, items)}
    assert accept_cv(data).resume.work[0].name == "A"


@pytest.mark.parametrize(
    ("item", "entries"),
    [
        (
            {"company": "Acme", "period": "2010 - 2018", "roles": [{"position": "Lead", "period": "2014 - 2018"}]},
            [
                {"subtitle": "Acme", "startDate": "2010", "endDate": "2018"},
                {"name": "Lead", "startDate": "2014", "endDate": "2018"},
            ],
        ),
        (
            {"school": "U", "degree": "BSc", "area": "Sea", "grade": "1.0"},
            [{"name": "BSc, Sea", "subtitle": "U", "keywords": ["1.0"]}],
        ),
        (
            {"name": "Sextant", "proficiency": "Expert", "level": 5, "keywords": ["Sun"]},
            [{"name": "Sextant", "keywords": ["Sun", "Expert"]}],
        ),
        ({"language": "Latin", "fluency": "", "level": 2}, [{"name": "Latin", "keywords": ["2/5"]}]),
        ({"title": "Sails", "level": "Guest", "levelNum": 5}, [{"name": "Sails", "keywords": ["Guest"]}]),
        ({"network": "ORCID", "username": "0-1"}, [{"name": "ORCID", "subtitle": "0-1"}]),
        (
            {"name": "A. Roe", "position": "Skipper", "phone": "555", "description": "<p>Good.</p>"},
            [{"name": "A. Roe", "subtitle": "Skipper", "summary": "<p>Good.</p>", "keywords": ["555"]}],
        ),
        ({"recipient": "<p>Ms Roe</p>", "content": "<p>Dear</p>"}, [{"summary": "<p>Ms Roe</p><p>Dear</p>"}]),
    ],
)
def test_a_section_of_ones_own_has_the_items_of_any_other(item: dict[str, Any], entries: list[Any]) -> None:
    data = {"basics": {"name": "Jane"}, "sections": {}, "customSections": [{"title": "More", "items": [HIDDEN, item]}]}
    found, warnings = taken(data)
    assert found["customSections"] == [{"title": "More", "entries": entries}]
    assert warnings == [("FormatConverted", "cvData")]


def test_a_section_of_ones_own_may_go_on_with_another() -> None:
    own = {"type": "experience", "title": "Experience", "items": [{"company": "Old", "position": "Tutor"}]}
    found, _ = taken({**V5, "customSections": [own]})
    assert [work["name"] for work in found["work"]] == ["Acme", "Old"]
    assert "customSections" not in found


@pytest.mark.parametrize(
    ("summary", "text"), [("<p>b</p>", "<p>An app &amp; more.</p><p>b</p>"), ("", "An app & more.")]
)
def test_a_sentence_under_the_name_of_a_project_is_text(summary: str, text: str) -> None:
    item = {"name": "Tides", "description": "An app & more.", "summary": summary}
    sections = {"projects": section(item), "custom": {"k": section({**item, "date": ""}, name="Own")}}
    found, _ = taken({"basics": {"name": "Jane"}, "sections": sections, "metadata": {}})
    assert found["projects"] == [{"name": "Tides", "description": text}]
    assert found["customSections"] == [{"title": "Own", "entries": [{"name": "Tides", "summary": text}]}]


def test_all_words_about_a_level_are_kept() -> None:
    skills = section(
        {"name": "Go", "description": "Advanced", "level": "daily"}, {"name": "C", "level": "old", "levelNum": 3}
    )
    found, warnings = taken({"basics": {"name": "Jane"}, "sections": {"skills": skills}})
    assert found["skills"] == [{"name": "Go", "level": "Advanced, daily"}, {"name": "C", "level": "old"}]
    assert warnings == [("FormatConverted", "cvData")]


def test_levels_are_of_ten_where_one_is_above_five() -> None:
    skills = section({"name": "Go", "level": 4}, {"name": "C", "level": 8})
    found, _ = taken({"basics": {"name": "Jane"}, "sections": {"skills": skills}})
    assert found["skills"] == [{"name": "Go", "level": "4/10"}, {"name": "C", "level": "8/10"}]


def test_texts_beside_the_sections_of_reactive_resume_are_named() -> None:
    inner = {**V5, "picture": None, "metadata": {"notes": "<p>Private</p>", "template": "onyx"}, "sections": {}}
    inner["sections"]["skills"] = {
        "title": "",
        "items": [{"name": "Go"}],
        "keywordLayout": "list",
        "footer": "See below",
    }
    _, warnings = taken(
        {"id": "1", "slug": "a", "name": "Application", "tags": ["sea"], "visibility": "public", "data": inner}
    )
    assert [field for code, field in warnings if code == "FieldIgnored"] == [
        "cvData.data.metadata.notes",
        "cvData.data.sections.skills.footer",
        "cvData.name",
        "cvData.tags[0]",
    ]


def test_a_file_of_rendercv() -> None:
    found, warnings = taken(RENDERCV)
    assert found["basics"] == {
        "name": "Jane Doe",
        "label": "Developer",
        "email": "jane@example.org",
        "summary": "Builds things.\nAt sea.",
        "location": {"address": "Oslo"},
        "profiles": [{"network": "GitHub", "username": "jane"}],
    }
    assert found["work"] == [{"name": "Acme", "position": "Lead", "startDate": "2019-01", "highlights": ["Led"]}]
    assert found["education"] == [
        {"institution": "U", "studyType": "BSc", "area": "CS", "startDate": "2012", "endDate": "2016"}
    ]
    assert found["publications"] == [
        {"name": "Sea", "releaseDate": "2020-01", "url": "https://doi.org/10.1/x", "authors": "J. Doe, A. Roe"}
    ]
    assert found["skills"] == [{"name": "Languages", "keywords": ["Python", "Go"]}]
    assert found["customSections"] == [
        {"title": "Selected honors", "entries": [{"highlights": ["First", "Second"]}]},
        {
            "title": "Talks",
            "entries": [{"summary": "Tides."}, {"name": "Sea", "date": "2020"}, {"name": "Where", "summary": "PyCon"}],
        },
    ]
    assert warnings == [("FormatConverted", "cvData")]


def rendercv(**sections: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    return taken({"cv": {"name": "Jane Doe", "sections": sections}})


@pytest.mark.parametrize(
    ("title", "entries", "kept"),
    [
        (
            "certifications",
            [{"name": "Welder", "date": "2020", "location": "Oslo", "highlights": ["Scored 9"]}],
            [{"name": "Welder", "date": "2020", "location": "Oslo", "highlights": ["Scored 9"]}],
        ),
        ("awards", [{"label": "Prize", "details": "second"}], [{"name": "Prize", "summary": "second"}]),
        (
            "references",
            [{"name": "A. Roe", "summary": "Boss", "highlights": ["555"]}],
            [{"name": "A. Roe", "summary": "Boss", "highlights": ["555"]}],
        ),
        (
            "Consulting",
            [{"company": "Acme", "highlights": ["Led"], "roles": [{"position": "Adviser", "start_date": "2016"}]}],
            [{"subtitle": "Acme", "highlights": ["Led"]}, {"name": "Adviser", "startDate": "2016"}],
        ),
        (
            "Courses",
            [{"institution": "U", "degree": "Cert", "area": "Sea", "gpa": 3.9}],
            [{"name": "Cert, Sea", "subtitle": "U", "keywords": ["3.9"]}],
        ),
        (
            "Papers read",
            [{"title": "Sea", "authors": [{"name": "J. Doe"}, "A. Roe"], "doi": "10.1/x", "url": "https://a.example"}],
            [
                {
                    "name": "Sea",
                    "url": "https://a.example",
                    "summary": "[10.1/x](https://doi.org/10.1/x)\nJ. Doe, A. Roe",
                }
            ],
        ),
        ("Bits", [{"bullet": "One", "date": "2020"}], [{"date": "2020", "highlights": ["One"]}]),
        ("Facts", [{"label": "A", "details": "b", "date": "2020"}], [{"name": "A", "summary": "b", "date": "2020"}]),
        ("Roles", [{"name": "Sea", "position": "Lead", "company": "U"}], [{"name": "Sea", "subtitle": "Lead, U"}]),
    ],
)
def test_entries_of_rendercv_that_no_section_has_the_fields_of(title: str, entries: list[Any], kept: list[Any]) -> None:
    found, warnings = rendercv(**{title: entries})
    assert found["customSections"] == [{"title": title.capitalize() if title.islower() else title, "entries": kept}]
    assert "FieldIgnored" not in [code for code, _ in warnings]


@pytest.mark.parametrize("title", ["perfil", "Profil", "sobre_mi"])
def test_the_summary_of_rendercv_may_have_its_name_in_any_language(title: str) -> None:
    found, _ = rendercv(**{title: [{"bullet": "Builds things."}]})
    assert found["basics"]["summary"] == "Builds things."


def test_a_file_of_rendercv_with_nothing_or_a_text_in_a_section() -> None:
    found, _ = rendercv(Summary="Builds things.", Experience=None, Projects=[], Skills={"Tools": ["git", "make"]})
    assert found == {
        "basics": {"name": "Jane Doe", "summary": "Builds things."},
        "skills": [{"name": "Tools", "keywords": ["git", "make"]}],
    }
    assert accept_cv({"cv": {"name": "Jane", "label": "Welder", "sections": None}, "design": {}}).format == "RenderCV"


def test_how_to_reach_somebody_in_rendercv() -> None:
    inner = {"name": "Jane", "phone": "tel:+47-1", "email": ["a@x.example", "b@x.example"], "sections": {}}
    found, warnings = taken(
        {"cv": {**inner, "website": ["https://a.example", "https://b.example"]}, "notes": "Private"}
    )
    assert found["basics"] == {
        "name": "Jane",
        "email": "a@x.example, b@x.example",
        "phone": "+47-1",
        "url": "https://a.example",
        "profiles": [{"url": "https://b.example"}],
    }
    assert warnings == [("FormatConverted", "cvData"), ("FieldIgnored", "cvData.notes")]


def test_a_file_of_rendercv_1_has_its_sections_beside_the_name() -> None:
    data = {
        "cv": {
            "name": "Jane",
            "label": "Welder",
            "section_order": ["Education", "Work Experience"],
            "social_networks": [{"network": "GitHub", "username": "jane"}],
            "education": [{"institution": "U", "area": "Sea", "study_type": "BS"}],
            "work_experience": [{"company": "Acme", "position": "Lead", "end_date": "present"}],
            "test_scores": [{"name": "TOEFL", "details": "113/120"}],
            "custom_sections": [
                {
                    "title": "Own",
                    "entry_type": "EducationEntry",
                    "link_text": "Seal",
                    "entries": [{"institution": "U", "study_type": "HA"}],
                }
            ],
        },
        "design": {"theme": "classic"},
    }
    found, warnings = taken(data)
    assert found["basics"]["profiles"] == [{"network": "GitHub", "username": "jane"}]
    assert found["education"] == [{"institution": "U", "area": "Sea", "studyType": "BS"}]
    assert found["work"] == [{"name": "Acme", "position": "Lead", "endDate": "present"}]
    assert found["customSections"] == [
        {"title": "Test scores", "entries": [{"name": "TOEFL", "summary": "113/120"}]},
        {"title": "Own", "entries": [{"name": "HA", "subtitle": "U"}]},
    ]
    assert warnings == [("FormatConverted", "cvData"), ("FieldIgnored", "cvData.cv.custom_sections[0].link_text")]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (V2, "Reactive Resume v2"),
        (V3, "Reactive Resume v3"),
        (V4, "Reactive Resume v4"),
        (V5, "Reactive Resume v5"),
        (RENDERCV, "RenderCV"),
    ],
)
def test_the_format_is_named(data: dict[str, Any], name: str) -> None:
    assert accept_cv(data).format == name
    assert name in accept_cv(data).warnings[0].message
    assert name in accept_cv({"data": data} if name != "RenderCV" else data["cv"]).warnings[0].message


FRESH: dict[str, Any] = {
    "name": "Jane Doe",
    "meta": {"format": "FRESH@0.6.0"},
    "info": {"label": "Developer", "brief": "Builds **things**.", "quote": "Aye"},
    "contact": {"email": "j@example.org", "other": [{"label": "Home", "flavor": "phone", "value": "555"}]},
    "location": {"city": "Oslo", "code": "0150", "country": "Norway"},
    "employment": {
        "summary": "Ten years.",
        "history": [{"employer": "Acme", "position": "Lead", "start": "2019-01", "keywords": ["Go"]}],
    },
    "education": {"level": "degree", "history": [{"institution": "U", "title": "BSc", "curriculum": ["Tides"]}]},
    "skills": {"sets": [{"name": "Web", "skills": ["CSS"]}], "list": [{"name": "C", "level": "expert", "years": 9}]},
    "social": [{"label": "GitHub", "network": "GitHub", "user": "jane"}],
    "recognition": [{"title": "Prize", "from": "Org", "date": "2020"}],
    "writing": [{"title": "Sea", "publisher": {"name": "Press"}, "date": "2019"}],
    "testimonials": [{"name": "A. Roe", "quote": "Good."}],
    "speaking": [{"title": "Tides", "event": "PyCon", "date": "2018"}],
    "governance": [{"organization": "Club", "role": "Chair"}],
}


def test_a_fresh_resume() -> None:
    found, warnings = taken(FRESH)
    assert found["basics"] == {
        "name": "Jane Doe",
        "label": "Developer",
        "email": "j@example.org",
        "summary": "Builds **things**.",
        "location": {"postalCode": "0150", "city": "Oslo", "countryCode": "Norway"},
        "profiles": [{"network": "GitHub", "username": "jane"}, {"network": "Home", "username": "555"}],
    }
    assert found["work"] == [{"name": "Acme", "position": "Lead", "startDate": "2019-01", "keywords": ["Go"]}]
    assert found["education"] == [{"institution": "U", "studyType": "BSc", "courses": ["Tides"]}]
    assert found["skills"] == [{"name": "Web", "keywords": ["CSS"]}, {"name": "C", "level": "expert"}]
    assert found["awards"] == [{"title": "Prize", "awarder": "Org", "date": "2020"}]
    assert found["publications"] == [{"name": "Sea", "publisher": "Press", "releaseDate": "2019"}]
    assert found["references"] == [{"name": "A. Roe", "reference": "Good."}]
    assert found["customSections"] == [
        {"title": "Governance", "entries": [{"name": "Chair", "subtitle": "Club"}]},
        {"title": "Talks", "entries": [{"name": "Tides", "subtitle": "PyCon", "date": "2018"}]},
    ]
    assert warnings[0] == ("FormatConverted", "cvData")
    assert sorted(field for _, field in warnings[1:]) == [
        "cvData.contact.other[0].flavor",
        "cvData.education.level",
        "cvData.employment.summary",
        "cvData.info.quote",
        "cvData.skills.list[0].years",
    ]


@pytest.mark.parametrize("name", ["testimonials", "social", "speaking", "projects"])
def test_a_section_of_fresh_that_is_no_list_is_named(name: str) -> None:
    _, warnings = taken({**FRESH, name: "on request"})
    assert ("FieldIgnored", f"cvData.{name}") in warnings


def test_a_file_with_a_cv_in_each_language_is_the_first_of_them() -> None:
    data = {"en": {"basics": {"name": "Jane", "label": "Welder"}}, "de": {"basics": {"name": "Jane"}}}
    found, warnings = taken(data)
    assert found == {"basics": {"name": "Jane", "label": "Welder"}}
    assert warnings == [("FieldIgnored", "cvData.de.basics.name")]


def test_names_of_languages_around_a_cv_are_read() -> None:
    data = {"espanol": {"education": [{"school": "U"}]}, "english": {"menu": "x"}}
    found, warnings = taken(data)
    assert found["education"] == [{"institution": "U"}]
    assert ("FieldIgnored", "cvData.english.menu") in warnings


def titles(data: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(heading.section, heading.title, heading.usual) for heading in accept_cv(data).headings]


@pytest.mark.parametrize(
    ("data", "headings"),
    [
        (
            {"basics": {"name": "J"}, "sections": {"experience": section({"company": "A"}, name="Where I was")}},
            [("work", "Where I was", False)],
        ),
        (
            {
                "basics": {"name": "J"},
                "summary": {"title": "In short", "content": "x"},
                "sections": {
                    "skills": {"title": "Werkzeuge", "items": [{"name": "Git"}]},
                    "awards": {"title": "", "items": [{"title": "A"}]},
                    "education": {"title": "Education", "items": [{"school": "U"}]},
                    "languages": {"title": "HIDDEN", "hidden": True, "items": [{"language": "x"}]},
                },
            },
            [("", "In short", False), ("skills", "Werkzeuge", False), ("education", "Education", True)],
        ),
        (
            {"cv": {"name": "J", "sections": {"work_history": [{"company": "A"}], "Talks": ["x"], "skills": ["y"]}}},
            [("work", "Work history", False), ("skills", "Skills", True)],
        ),
        ({"basics": {"name": "J"}, "work": [{"name": "A"}]}, []),
    ],
)
def test_the_headings_of_the_program_are_taken_along(
    data: dict[str, Any], headings: list[tuple[str, str, bool]]
) -> None:
    assert titles(data) == headings


def test_titles_are_those_of_sections_of_any_name_and_none_is_lost_in_silence() -> None:
    names = {"profile": "PROFILE", "experience": "Jobs", "certification": "Papers", "skills": "Tools"}
    data = {"name": "J", "profile": "x", "workExperience": [{"name": "A"}], "certifications": ["B"], "titles": names}
    result = accept_cv(data)
    assert titles(data) == [("work", "Jobs", False), ("certificates", "Papers", False)]
    assert [warning.field for warning in result.warnings] == ["cvData.titles.profile", "cvData.titles.skills"]


def test_what_is_not_printed_is_named_as_it_was_sent() -> None:
    around: dict[str, Any] = {"data": {**V4, "sections": {"experience": section(HIDDEN, {"company": "A", "pay": "5"})}}}
    _, warnings = taken(around)
    assert warnings[-1] == ("FieldIgnored", "cvData.data.sections.experience.items[1].pay")
    own: dict[str, Any] = {"cv": {"name": "J", "sections": {"Talks": ["x", {"name": "y", "fee": "5"}]}}}
    _, warnings = taken(own)
    assert warnings[-1] == ("FieldIgnored", "cvData.cv.sections.Talks[1].fee")


def test_a_cv_in_an_object_within_another_one() -> None:
    resume = {"basics": {"name": "Jane Doe"}, "work": [{"company": "A", "boss": "B"}]}
    result = accept_cv({"data": {"id": 1, "attributes": resume, "note": "x"}, "meta": {"font": "Y"}})
    assert [one.name for one in result.resume.work] == ["A"]
    assert [warning.field for warning in result.warnings] == [
        "cvData.data.note",
        "cvData.meta.font",
        "cvData.data.attributes.work[0].boss",
    ]


def test_of_two_objects_within_others_that_may_be_the_cv_none_is_taken() -> None:
    resume = {"work": [{"company": "A"}]}
    with pytest.raises(ResumeInvalid):
        accept_cv({"a": {"attributes": resume}, "b": {"attributes": resume}})


def test_a_cv_inside_of_an_object_is_taken_without_a_word() -> None:
    resume = {"basics": {"name": "Jane"}, "work": [{"name": "A", "pay": "5"}]}
    result = accept_cv({"id": 5, "resume": resume, "letter": {"text": "Dear all"}})
    assert result.resume.work[0].name == "A"
    assert [warning.field for warning in result.warnings] == ["cvData.letter.text", "cvData.resume.work[0].pay"]


def test_the_data_that_linkedin_gives_out_is_read() -> None:
    data = {
        "Profile": [{"First Name": "Jane", "Last Name": "Doe", "Headline": "Welder"}],
        "Positions": [{"Company Name": "Acme", "Title": "Lead", "Started On": "Jan 2020", "Finished On": "May 2021"}],
    }
    found, warnings = taken(data)
    assert found["basics"] == {"name": "Jane Doe", "label": "Welder"}
    assert found["work"] == [{"name": "Acme", "position": "Lead", "startDate": "2020-01", "endDate": "2021-05"}]
    assert warnings == []
    scraped = {
        "full_name": "Jane",
        "experiences": [{"company": "Acme", "starts_at": {"day": 1, "month": 2, "year": 2020}}],
    }
    assert taken(scraped)[0]["work"] == [{"name": "Acme", "startDate": "2020-02-01"}]


def test_sections_in_an_object_are_no_export_of_reactive_resume() -> None:
    sections = {"talks": {"title": "Talks", "entries": [{"name": "On tides", "date": "2019"}]}}
    found, warnings = taken({"basics": {"name": "Jane Doe"}, "work": [{"company": "Acme"}], "sections": sections})
    assert found["work"] == [{"name": "Acme"}]
    assert found["customSections"] == [{"title": "Talks", "entries": [{"name": "On tides", "date": "2019"}]}]
    assert warnings == []


def test_what_a_section_without_items_holds_is_named() -> None:
    sections = {"awards": {"items": []}, "boats": {"title": "Boats", "list": ["Dinghy"]}}
    found, warnings = taken({"basics": {"name": "Jane Doe"}, "sections": sections})
    assert found == {"basics": {"name": "Jane Doe"}}
    assert ("FieldIgnored", "cvData.sections.boats.list[0]") in warnings


def test_positions_in_groups_are_no_linkedin_profile() -> None:
    positions = {
        "technical": [{"title": "Dev", "orgname": "Acme"}],
        "teaching": [{"title": "Teacher", "org": "School"}],
    }
    assert taken({"name": "Jane Doe", "positions": positions})[0]["work"] == [
        {"name": "Acme", "position": "Dev"},
        {"name": "School", "position": "Teacher"},
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"SkillsPassport": {"LearnerInfo": {}}}, "Europass"),
        ({"Europass": {"LearnerInfo": {}}}, "Europass"),
        ({"profile": {"personalInformation": {"firstName": "Jane"}, "educationTrainings": []}}, "Europass"),
        ({"personalInformation": {"firstName": "Jane"}, "educationTrainings": [{"qualification": "BSc"}]}, "Europass"),
        ({"person": {"publicIdentifier": "jane", "positions": {"positionHistory": []}}}, "LinkedIn"),
        ({"data": {"*profile": "urn:li:fs_profile:1"}, "included": [{"firstName": "Jane"}]}, "LinkedIn"),
        ({"localizedFirstName": "Jane", "headline": {"localized": {}}}, "LinkedIn"),
        ({"firstName": "Jane", "positions": {"values": [{"title": "Dev"}]}}, "LinkedIn"),
        ({"data": {"linkedin.profile": {"data": {"fullName": "Jane"}}}}, "LinkedIn"),
        ({"foo": 1}, "RenderCV"),
        ({}, "Reactive Resume v1 to v5"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(data: dict[str, Any], name: str) -> None:
    with pytest.raises(ResumeInvalid) as caught:
        accept_cv(data)
    ((field, message),) = [(detail["field"], detail["message"]) for detail in caught.value.details]
    assert field == "cvData"
    assert name in message
    assert "JSON Resume" in message


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "name", "date", "url", "hidden", "custom", "level"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
FORMATS = st.sampled_from(["reactive", "rendercv", "data", "resume"])


@settings(derandomize=True, deadline=None)
@given(FORMATS, st.dictionaries(st.sampled_from(["basics", "sections", "summary", "picture", "customSections"]), JUNK))
def test_no_export_breaks_the_reading(kind: str, data: dict[str, Any]) -> None:
    sent = {"reactive": data, "rendercv": {"cv": data}, "data": {"data": data}, "resume": {"resume": data}}[kind]
    with suppress(ResumeInvalid):
        accept_cv(sent)


def test_a_cv_may_be_the_only_field_of_an_object() -> None:
    result = accept_cv({"perfil": {"persona": {"nombre": "Jana Muster"}, "estudios": [{"escuela": "U"}]}})
    assert (result.resume.basics.name, result.resume.education[0].institution) == ("Jana Muster", "U")


@pytest.mark.parametrize(
    ("around", "path"),
    [
        (lambda cv: {"resume": cv}, "cvData.resume"),
        (lambda cv: {"version": 2, "file": cv}, "cvData.file"),
        (lambda cv: {"resumes": [cv]}, "cvData.resumes[0]"),
        (lambda cv: {"data": [{"title": "My CV", "data": cv}]}, "cvData.data[0].data"),
    ],
)
def test_an_export_within_an_object_or_a_list_is_converted(around: Any, path: str) -> None:
    job = {"company": "Example Ltd", "position": "Engineer", "shoe_size": 41}
    file = accept_cv(around({"cv": {"name": "Jane Doe", "sections": {"experience": [job]}}, "design": {"theme": "x"}}))
    items = {"experience": section({**job, "visible": True})}
    export = accept_cv(around({"basics": {"name": "Jane Doe"}, "sections": items, "metadata": {"notes": "Call."}}))
    for result, name in ((file, "RenderCV"), (export, "Reactive Resume v4")):
        assert (result.format, result.resume.basics.name) == (name, "Jane Doe")
        assert [(entry.name, entry.position) for entry in result.resume.work] == [("Example Ltd", "Engineer")]
    fields = [warning.field for warning in file.warnings]
    assert f"{path}.cv.sections.experience[0].shoe_size" in fields
    assert f"{path}.metadata.notes" in [warning.field for warning in export.warnings]


def test_an_answer_of_textkernels_parser() -> None:
    where = {"Municipality": "York", "Regions": ["Yorkshire"], "CountryCode": "GB"}
    resume = {
        "ContactInformation": {
            "CandidateName": {"FormattedName": "Jane Doe", "GivenName": "Jane", "FamilyName": "Doe"},
            "Telephones": [{"Raw": "+44 1904 1", "Normalized": "+4419041"}],
            "EmailAddresses": ["j@example.org"],
            "Location": where,
            "WebAddresses": [{"Address": "linkedin.com/in/jane", "Type": "LinkedIn"}],
        },
        "ProfessionalSummary": "Mends looms.",
        "EmploymentHistory": {
            "ExperienceSummary": {"MonthsOfWorkExperience": 71},
            "Positions": [
                {
                    "Id": "POS-1",
                    "Employer": {"Name": {"Raw": "Example Ltd", "Normalized": "Example"}, "Location": where},
                    "JobTitle": {"Raw": "Engineer"},
                    "StartDate": {"Date": "2017-09-01", "FoundYear": True, "FoundMonth": True},
                    "EndDate": {"Date": "2021-11-04", "IsCurrentDate": True, "FoundYear": True},
                }
            ],
        },
        "Education": {
            "EducationDetails": [
                {
                    "SchoolName": {"Raw": "Example School"},
                    "Degree": {"Name": {"Raw": "BA"}},
                    "Majors": ["Weaving"],
                    "LastEducationDate": {"Date": "2015-01-01", "FoundYear": True, "FoundMonth": False},
                }
            ]
        },
        "Skills": {"Raw": [{"Name": "Looms"}]},
    }
    for around, path in (
        ({"Info": {"Code": "Success"}, "Value": {"ResumeData": resume}}, "cvData.Value.ResumeData."),
        (resume, "cvData."),
    ):
        result = accept_cv(around)
        assert json.loads(json.dumps(result.resume.model_dump(exclude_defaults=True), default=str)) == {
            "basics": {
                "name": "Jane Doe",
                "email": "j@example.org",
                "phone": "+44 1904 1",
                "summary": "Mends looms.",
                "location": {"city": "York", "region": "Yorkshire", "countryCode": "GB"},
                "profiles": [{"network": "LinkedIn", "url": "linkedin.com/in/jane"}],
            },
            "work": [{"name": "Example Ltd", "position": "Engineer", "location": "York", "startDate": "2017-09"}],
            "education": [{"institution": "Example School", "studyType": "BA", "area": "Weaving", "endDate": "2015"}],
            "skills": [{"name": "Looms"}],
        }
        assert result.format == "Textkernel"
        fields = [warning.field for warning in result.warnings]
        assert f"{path}ContactInformation.Telephones[0].Normalized" in fields
        assert f"{path}EmploymentHistory.ExperienceSummary.MonthsOfWorkExperience" in fields
