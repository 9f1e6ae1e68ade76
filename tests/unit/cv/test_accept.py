"""What is taken as a CV beside the canonical form: cv.accept and cv.normalize."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv.accept import Accepted, accept_cv
from cv.names import MAIN, field_names, squeezed
from cv.normalize import MAX_IGNORED, MAX_KEY, texts_in
from cv.resume import Resume, ResumeInvalid, validate_cv
from cv.warnings import WarningCode

ROOT = Path(__file__).parents[3]
SAMPLES = [
    *sorted((ROOT / "tests" / "data").glob("cv-*.json")),
    *(
        path
        for path in sorted((ROOT / "tests" / "data" / "documents").glob("*.json"))
        # Exports of other programs have a test of their own, below.
        if "FormatConverted" not in path.read_text()
    ),
    *sorted((ROOT / "templates").glob("*/sample.json")),
    ROOT / "api" / "page" / "sample_cv.json",
]


def cv(**sections: Any) -> dict[str, Any]:
    return {"basics": {"name": "Jane Doe"}, **sections}


def accepted(**sections: Any) -> Accepted:
    return accept_cv(cv(**sections))


def plain(data: dict[str, Any]) -> Any:
    """What a CV holds, with its dates as texts."""
    return json.loads(json.dumps(data, default=str))


def told(result: Accepted) -> list[tuple[str, str]]:
    return [(warning.code.value, warning.field) for warning in result.warnings]


def taken(resume: Resume) -> dict[str, Any]:
    """What a CV holds beside its name."""
    data = resume.model_dump(exclude_defaults=True)
    basics = {name: value for name, value in data.pop("basics").items() if name != "name"}
    return {**({"basics": basics} if basics else {}), **data}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_ordinary_cv_is_taken_as_it_is_and_warns_of_nothing(path: Path) -> None:
    data = json.loads(path.read_text())
    data = data.get("cvData", data)
    result = accept_cv(data)
    assert result.resume == validate_cv(data)
    if path.name != "cv-hostile.json":
        assert [one for one in told(result) if one[0] != "PhotoIgnored"] == []


OLD = {
    "basics": {
        "name": "Ada Vance",
        "picture": "https://example.org/ada.jpg",
        "website": "https://ada.example.org",
        "yearofexperience": "9",
    },
    "work": [
        {"company": "Example Ltd", "position": "CEO", "website": "https://example.org", "startDate": "2013-12-01"}
    ],
    "volunteer": [{"organization": "Club", "website": "https://club.example.org"}],
    "education": [{"institution": "U", "area": "IT", "studyType": "Bachelor", "gpa": "4.0", "courses": ["DB1 - SQL"]}],
    "publications": [{"name": "Video", "publisher": "Press", "releaseDate": "2014-10-01", "website": "https://p.org"}],
}


def test_the_first_schema_of_json_resume_is_taken() -> None:
    result = accept_cv(OLD)
    assert taken(result.resume) == {
        "basics": {"url": "https://ada.example.org"},
        "work": [{"name": "Example Ltd", "position": "CEO", "url": "https://example.org", "startDate": "2013-12-01"}],
        "volunteer": [{"organization": "Club", "url": "https://club.example.org"}],
        "education": [
            {"institution": "U", "area": "IT", "studyType": "Bachelor", "score": "4.0", "courses": ["DB1 - SQL"]}
        ],
        "publications": [{"name": "Video", "publisher": "Press", "releaseDate": "2014-10-01", "url": "https://p.org"}],
    }
    assert told(result) == [
        ("PhotoIgnored", "cvData.basics.picture"),
        ("FieldIgnored", "cvData.basics.yearofexperience"),
    ]


@pytest.mark.parametrize(
    ("section", "canonical"),
    [
        ({"experience": [{"company": "A", "title": "Dev"}]}, {"work": [{"name": "A", "position": "Dev"}]}),
        ({"workExperience": [{"employer": "A", "role": "Dev"}]}, {"work": [{"name": "A", "position": "Dev"}]}),
        ({"Work": [{"Company_Name": "A"}]}, {"work": [{"name": "A"}]}),
        ({"work": {"company": "A"}}, {"work": [{"name": "A"}]}),
        ({"work": [{"name": "A"}], "experience": [{"company": "B"}]}, {"work": [{"name": "A"}, {"name": "B"}]}),
        ({"work": [{"name": "A", "start_date": "2020-01", "to": "2021"}]},
         {"work": [{"name": "A", "startDate": "2020-01", "endDate": "2021"}]}),
        ({"work": [{"name": "A", "date": "Jan 2019 - Present"}]}, {"work": [{"name": "A", "startDate": "2019-01"}]}),
        ({"work": [{"name": "A", "period": {"from": "2019", "to": "2020"}}]},
         {"work": [{"name": "A", "startDate": "2019", "endDate": "2020"}]}),
        ({"work": [{"name": "A", "location": {"city": "Oslo", "country": "Norway"}}]},
         {"work": [{"name": "A", "location": "Oslo, Norway"}]}),
        ({"work": [{"name": "A", "summary": ["One.", "Two."]}]}, {"work": [{"name": "A", "summary": "One.\nTwo."}]}),
        ({"work": [{"name": "A", "highlights": "- x\n* y\n• z"}]},
         {"work": [{"name": "A", "highlights": ["x", "y", "z"]}]}),
        ({"work": [{"name": "A", "responsibilities": "did x"}]}, {"work": [{"name": "A", "highlights": ["did x"]}]}),
        ({"work": [{"name": "A", "url": {"href": "https://a.example", "label": ""}}]},
         {"work": [{"name": "A", "url": "https://a.example"}]}),
        ({"work": [{"name": "A", "description": "Software"}]}, {"work": [{"name": "A", "description": "Software"}]}),
        ({"work": [{"name": "A", "description": "I did it. " * 20}]},
         {"work": [{"name": "A", "summary": ("I did it. " * 20).strip()}]}),
        ({"certifications": ["CKA"]}, {"certificates": [{"name": "CKA"}]}),
        ({"Programming Languages": ["Go", "C#"], "Database": {"SQL": ["Oracle"]}},
         {"skills": [{"name": "Programming languages", "keywords": ["Go", "C#"]},
                     {"name": "SQL", "keywords": ["Oracle"]}]}),
        ({"about": {"title": "Me", "text": "Builds."}}, {"basics": {"summary": "Me (Builds.)"}}),
        ({"about": {"name": "Jane Doe", "role": "Engineer"}}, {"basics": {"label": "Engineer"}}),
        ({"work": [{"name": "A", "descriptionLi": ["x", "y"]}]}, {"work": [{"name": "A", "highlights": ["x", "y"]}]}),
        ({"references": [{"name": "B", "reference": "Good.", "position": "CTO, A"}]},
         {"references": [{"name": "B", "reference": "Good.\nCTO, A"}]}),
        ({"experience": {"jobs": [{"organization": {"name": "A"}, "roles": [{"name": "Dev", "startDate": "2020"}]}]}},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2020"}]}),
        ({"Past Experience": ["Dev at A"], "Contact me": ["j@example.org"]},
         {"basics": {"email": "j@example.org"}, "work": [{"position": "Dev at A"}]}),
        ({"Social Links": ["Blog: https://j.example"]},
         {"basics": {"profiles": [{"network": "Blog", "url": "https://j.example"}]}}),
        ({"sections": [{"header": {"icon": "star", "text": "Prizes"},
                        "items": [{"time": "2016", "heading": "Codefest", "subheading": "Winner"}]}]},
         {"customSections": [{"title": "Prizes", "entries": [
             {"name": "Codefest", "subtitle": "Winner", "endDate": "2016"}]}]}),
        ({"work": [{"name": "A", "url": "#"}]}, {"work": [{"name": "A"}]}),
        ({"education": [{"Schule": "A", "Note": "1,7"}]}, {"education": [{"institution": "A", "score": "1,7"}]}),
        ({"projects": ["Kite", "Designed a password manager in Java."]},
         {"projects": [{"name": "Kite"}, {"description": "Designed a password manager in Java."}]}),
        ({"research": ["Built a mesh network."]},
         {"customSections": [{"title": "Research", "entries": [{"summary": "Built a mesh network."}]}]}),
        ({"projects": {"en": [{"title": "X"}], "fr": [{"title": "Y"}]}}, {"projects": [{"name": "X"}, {"name": "Y"}]}),
        ({"sections": [{"title": "Bildung", "content": [{"title": "M.Sc.", "date": "2021 - 2023"}]}]},
         {"customSections": [{"title": "Bildung", "entries": [
             {"name": "M.Sc.", "startDate": "2021", "endDate": "2023"}]}]}),
        ({"Cursos": [{"nombre": "SQL", "fecha": "2020"}]},
         {"customSections": [{"title": "Cursos", "entries": [{"name": "SQL", "date": "2020"}]}]}),
        ({"hobbies": "Chess, Go (the game, not the language)"},
         {"interests": [{"name": "Chess"}, {"name": "Go (the game, not the language)"}]}),
        ({"skills": ["Python", "SQL"]}, {"skills": [{"name": "Python"}, {"name": "SQL"}]}),
        ({"skills": "Python, SQL"}, {"skills": [{"name": "Python"}, {"name": "SQL"}]}),
        ({"skills": {"Languages": ["Go", "C"], "Python": "expert"}},
         {"skills": [{"name": "Languages", "keywords": ["Go", "C"]}, {"name": "Python", "level": "expert"}]}),
        ({"skills": [{"name": "Web", "level": 4, "keywords": [{"name": "CSS"}, {"name": "JS", "level": "good"}]}]},
         {"skills": [{"name": "Web", "level": "4", "keywords": ["CSS", "JS (good)"]}]}),
        ({"skills": [{"category": "Web", "items": "CSS, JS"}]},
         {"skills": [{"name": "Web", "keywords": ["CSS", "JS"]}]}),
        ({"skills": {"Python": 5, "languages": ["Go"], "tools": ["git", None, {"name": "vim"}]}},
         {"skills": [{"name": "Python", "level": "5"}, {"name": "Languages", "keywords": ["Go"]},
                     {"name": "Tools", "keywords": ["git", "vim"]}]}),
        ({"work": [[{"name": "A"}], [{"name": "B"}, {"name": "C"}]]},
         {"work": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}),
        ({"work": [{"name": "A", "startDate": {"month": "May", "year": 2019}}]},
         {"work": [{"name": "A", "startDate": "2019-05"}]}),
        ({"custom": {"Hobbies": "Chess", "Talks": ["One", "Two"], "Clubs": {"name": "Y"}, "None": None}},
         {"customSections": [{"title": "Hobbies", "summary": "Chess"},
                             {"title": "Talks", "entries": [{"name": "One"}, {"name": "Two"}]},
                             {"title": "Clubs", "entries": [{"name": "Y"}]}]}),
        ({"languages": {"English": "native"}}, {"languages": [{"language": "English", "fluency": "native"}]}),
        ({"languages": [{"name": "English", "level": "C2"}]},
         {"languages": [{"language": "English", "fluency": "C2"}]}),
        ({"education": [{"school": "U", "degree": "BSc", "major": "CS", "gpa": 3.9, "graduationDate": "2016"}]},
         {"education": [{"institution": "U", "studyType": "BSc", "area": "CS", "score": "3.9", "endDate": "2016"}]}),
        ({"education": [{"institution": "U", "date": 2016}]}, {"education": [{"institution": "U", "endDate": "2016"}]}),
        ({"references": "On request"}, {"references": [{"reference": "On request"}]}),
        ({"awards": [{"name": "Prize", "issuer": "Org", "year": 2020}]},
         {"awards": [{"title": "Prize", "awarder": "Org", "date": "2020"}]}),
        ({"projects": [{"title": "P", "tech_stack": "Go, C", "summary": "S", "description": "D"}]},
         {"projects": [{"name": "P", "keywords": ["Go", "C"], "description": "D\nS"}]}),
        ({"publications": [{"title": "P", "journal": "J", "date": "2020", "doi": "10.1/x"}]},
         {"publications": [{"name": "P", "publisher": "J", "releaseDate": "2020", "url": "10.1/x"}]}),
        ({"volunteering": [{"organisation": "Club", "role": "Coach"}]},
         {"volunteer": [{"organization": "Club", "position": "Coach"}]}),
        ({"work": [{"company": "A", "location": "Oslo", "summary": "All of it.", "startDate": "2018",
                    "positions": [{"title": "Lead", "start": "2020"},
                                  {"title": "Dev", "start": "2018", "end": "2020"}]}]},
         {"work": [{"name": "A", "position": "Lead", "location": "Oslo", "startDate": "2020", "summary": "All of it."},
                   {"name": "A", "position": "Dev", "location": "Oslo", "startDate": "2018", "endDate": "2020"}]}),
        ({"work": [{"company": "A", "start": "2018", "end": "2020", "roles": [{"title": "Dev"}]}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2018", "endDate": "2020"}]}),
        ({"work": {"Acme": {"title": "Dev"}, "Beta": {"title": "QA"}}},
         {"work": [{"name": "Acme", "position": "Dev"}, {"name": "Beta", "position": "QA"}]}),
        ({"workExpList": [{"company_name": "A", "work_time": ["2018.06", None], "work_desc": "Did it."}]},
         {"work": [{"name": "A", "startDate": "2018-06", "summary": "Did it."}]}),
        ({"testScores": [{"name": "GRE"}], "patents": "A pump"},
         {"customSections": [{"title": "Test scores", "entries": [{"name": "GRE"}]},
                             {"title": "Patents", "summary": "A pump"}]}),
        ({"sections": [{"title": "Boats", "items": ["Dinghy"]}]},
         {"customSections": [{"title": "Boats", "entries": [{"name": "Dinghy"}]}]}),
        ({"education": {"list": [{"title": "BSc", "dateStart": "2020-03"}]}},
         {"education": [{"studyType": "BSc", "startDate": "2020-03"}]}),
        ({"experience": {"periods": [{"company_name": "A"}, {"company_name": "B"}]}},
         {"work": [{"name": "A"}, {"name": "B"}]}),
        ({"spokenLanguages": {"list": [{"title": "Swahili", "experience": "Fluent"}]}},
         {"languages": [{"language": "Swahili", "fluency": "Fluent"}]}),
        ({"skills": {"automation": {"languages": ["Go"], "ci_cd": ["Make"]}, "soft": ["Calm"]}},
         {"skills": [{"name": "Languages", "keywords": ["Go"]}, {"name": "CI CD", "keywords": ["Make"]},
                     {"name": "Soft", "keywords": ["Calm"]}]}),
        ({"skills": {"programming": [{"category": "Mobile", "skills": [{"name": "Kotlin", "level": 90}]}]}},
         {"skills": [{"name": "Mobile", "keywords": ["Kotlin (90)"]}]}),
        ({"work": [{"name": "A", "startDate": "2020", "endDate": "2021", "location": "Oslo", "where": "Oslo",
                    "links": ["https://a.example"]}]},
         {"work": [{"name": "A", "startDate": "2020", "endDate": "2021", "location": "Oslo",
                    "url": "https://a.example"}]}),
        ({"projects": [{"Project Title": "Kite", "features": ["Flies"], "links": {"github": "https://k.example"}}]},
         {"projects": [{"name": "Kite", "highlights": ["Flies"], "url": "https://k.example"}]}),
        ({"projects": [{"name": "Kite", "description": "Flies.", "githubUrl": "https://k.example",
                        "liveUrl": "https://l.example"}]},
         {"projects": [{"name": "Kite", "description": "Flies.\nhttps://l.example", "url": "https://k.example"}]}),
        ({"work": [{"projects": [{"title": "Kite", "period": "2019 – 2020"}, {"title": "Dam", "client": "B"}],
                    "company": "A"}]},
         {"work": [{"name": "A"}],
          "projects": [{"name": "Kite", "startDate": "2019", "endDate": "2020", "entity": "A"},
                       {"name": "Dam", "entity": "B"}]}),
        ({"education": [{"school": "U", "projects": ["Kite"]}]},
         {"education": [{"institution": "U", "highlights": ["Kite"]}]}),
        ({"certifications": [{"name": "CKA", "credentialId": "AB-12"}]},
         {"certificates": [{"name": "CKA", "summary": "AB-12"}]}),
        ({"work": [{"name": "A", "description": ["Mended boats.", "Sold boats."]}],
          "projects": [{"name": "Kite", "desc": ["Flies."]}]},
         {"work": [{"name": "A", "highlights": ["Mended boats.", "Sold boats."]}],
          "projects": [{"name": "Kite", "highlights": ["Flies."]}]}),
        ({"education": [{"Major": "Physics", "Specialization": "Optics"}]},
         {"education": [{"area": "Physics, Optics"}]}),
        ({"academic": [{"institution": "U"}], "professional": [{"company": "A"}]},
         {"work": [{"name": "A"}], "education": [{"institution": "U"}]}),
        ({"employers": [{"org": "A", "blurb": "Mends boats."}]}, {"work": [{"name": "A", "summary": "Mends boats."}]}),
        ({"technicalCompetencies": [{"skill": "Cloud", "examples": ["X"]}]},
         {"skills": [{"name": "Cloud", "keywords": ["X"]}]}),
        ({"military": [{"organization": "Navy", "position": "Reservist"}]},
         {"customSections": [{"title": "Military", "entries": [{"name": "Reservist", "subtitle": "Navy"}]}]}),
        ({"highlights": ["Thirty tests a day"]},
         {"customSections": [{"title": "Highlights", "entries": [{"name": "Thirty tests a day"}]}]}),
        ({"resume": {"work": [{"company": "A"}]}, "portfolio": {"projects": [{"title": "P"}]}},
         {"work": [{"name": "A"}], "projects": [{"name": "P"}]}),
        ({"bio": "Engineer."}, {"basics": {"summary": "Engineer."}}),
        ({"bio": {"short": "Engineer.", "long": "Builds."}}, {"basics": {"summary": "Engineer.\nBuilds."}}),
        ({"work": [{"name": "A", "type": "part-time", "address": "Oslo", "activities": ["x"]}]},
         {"work": [{"name": "A", "description": "part-time", "location": "Oslo", "highlights": ["x"]}]}),
        ({"education": [{"institution": "U", "status": "Completed"}]},
         {"education": [{"institution": "U", "summary": "Completed"}]}),
        ({"experience": [{"job": {"name": "A", "role": "Dev"}}]}, {"work": [{"name": "A", "position": "Dev"}]}),
        ({"skills": [{"item": "SQL"}, {"node": {"name": "Go"}}]}, {"skills": [{"name": "SQL"}, {"name": "Go"}]}),
        ({"languages": [{"name": "English", "value": "60%"}]},
         {"languages": [{"language": "English", "fluency": "60%"}]}),
        ({"education": {"school": "Lycée A", "university": "Université B"}},
         {"education": [{"institution": "Lycée A"}, {"institution": "Université B"}]}),
        ({"Packages": [{"name": "tidy", "description": "Cleans."}, {"title": "plot", "date": "2019"}]},
         {"customSections": [{"title": "Packages", "entries": [
             {"name": "tidy", "summary": "Cleans."}, {"name": "plot", "date": "2019"}]}]}),
        ({"work": [{"organization": {"name": "A", "url": "https://a.example"}, "title": "Dev"}]},
         {"work": [{"name": "A", "position": "Dev", "url": "https://a.example"}]}),
        ({"work": [{"name": "A", "role": "Tests." * 30}]}, {"work": [{"name": "A", "summary": "Tests." * 30}]}),
        ({"summary": {"description": "Engineer.", "highlights": ["Built a portal that all of them use.", "Go"]}},
         {"basics": {"summary": "Engineer.\n- Built a portal that all of them use.\n- Go"}}),
        ({"projects": [{"name": "P", "title": "A plan of it", "myRole": ["Wrote it."]}]},
         {"projects": [{"name": "P", "description": "A plan of it", "highlights": ["Wrote it."]}]}),
        ({"education": [{"company": "U", "companyLink": "https://u.example", "skills": ["SQL"], "date": "2019"}]},
         {"education": [{"institution": "U", "url": "https://u.example", "courses": ["SQL"], "endDate": "2019"}]}),
        ({"table": {"education": [{"school": "U"}]}, "self": {"interests": ["Chess"]}},
         {"education": [{"institution": "U"}], "interests": [{"name": "Chess"}]}),
        ({"intro": {"content": ["1.Vue and all that belongs to it", "2.Git"], "also": {"content": ["SQL", "Go"]}}},
         {"basics": {"summary": "1.Vue and all that belongs to it\n2.Git\nSQL, Go"}}),
        ({"work": [{"name": "A", "timespan": "2019 - 2020", "company": {"name": "A", "website": "https://a.example"}}]},
         {"work": [{"name": "A", "startDate": "2019", "endDate": "2020", "url": "https://a.example"}]}),
        ({"customSections": {"talks": {"Summer_of_code": "On tests."}}},
         {"customSections": [{"title": "talks", "entries": [{"name": "Summer of code", "summary": "On tests."}]}]}),
        ({"itSkills": ["SQL"], "personalInterests": ["Chess"], "proyectos_personales": ["Un juego"]},
         {"skills": [{"name": "It skills", "keywords": ["SQL"]}], "interests": [{"name": "Chess"}],
          "projects": [{"name": "Un juego"}]}),
        ({"extra": [{"organization": "A", "dates": "2019 - 2020", "roles": ["Chair"], "bullets": ["Raised."]}]},
         {"customSections": [{"title": "Extra", "entries": [
             {"name": "Chair", "subtitle": "A", "startDate": "2019", "endDate": "2020", "highlights": ["Raised."]}]}]}),
        ({"work": [["A Ltd", "2019 - 2020", "Engineer", "Built. " * 20]]},
         {"work": [{"name": "A Ltd", "position": "Engineer", "startDate": "2019", "endDate": "2020",
                    "summary": ("Built. " * 20).strip()}]}),
        ({"contacto": ["030 123456", "j@example.org", "example.org/j", "1 Road, York"]},
         {"basics": {"phone": "030 123456", "email": "j@example.org", "location": {"address": "1 Road, York"},
                     "profiles": [{"url": "example.org/j"}]}}),
        ({"general": {"title": "Engineer", "email": "j@example.org"}},
         {"basics": {"label": "Engineer", "email": "j@example.org"}}),
        ({"Academic Formation": [{"school": "U"}]}, {"education": [{"institution": "U"}]}),
        ({"profile": {"title": "Engineer", "summary": "Builds."}},
         {"basics": {"label": "Engineer", "summary": "Builds."}}),
        ({"work": [{"name": "Engineer", "companyName": "A", "periodStart": "10.2021", "periodEnd": "12.2021",
                    "technologyStack": "Go, C"}, {"role": "Engineer", "where": "A"}]},
         {"work": [{"name": "A", "position": "Engineer", "startDate": "2021-10", "endDate": "2021-12",
                    "keywords": ["Go", "C"]}, {"name": "A", "position": "Engineer"}]}),
        ({"voluntary": [{"title": "School A", "position": "Speaker"}]},
         {"volunteer": [{"organization": "School A", "position": "Speaker"}]}),
        ({"work": [{"company": "A", "client": "B", "description": ["Did it."]}, {"client": "B"}]},
         {"work": [{"name": "A", "description": "B", "highlights": ["Did it."]}, {"name": "B"}]}),
        ({"work": [{"position": "", "name": "Dev", "company": "A"}, {"name": "Dev", "company": "A", "position": ""}]},
         {"work": [{"name": "A", "position": "Dev"}] * 2}),
        ({"education": [{"school": "U", "name": "Optics"}, {"what": "Go", "where": "School A"}]},
         {"education": [{"institution": "U", "area": "Optics"}, {"institution": "School A", "studyType": "Go"}]}),
        ({"education": [{"college": "College A", "university": "University B"}]},
         {"education": [{"institution": "College A, University B"}]}),
        ({"experience_details": [{"position": "Dev", "company": "A", "employment_period": "2019 - 2020",
                                  "key_responsibilities": [{"responsibility_1": "Did it."}]}],
          "education_details": [{"institution": "U", "education_level": "BSc", "year_of_completion": "2018"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019", "endDate": "2020",
                    "highlights": ["Did it."]}],
          "education": [{"institution": "U", "studyType": "BSc", "endDate": "2018"}]}),
        ({"work": [{"Job Title": "Dev", "Job Organization": "A", "Job Duration": "2019 - 2020",
                    "Job Location": "Oslo", "Job Description": "Did it."}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019", "endDate": "2020", "location": "Oslo",
                    "summary": "Did it."}]}),
        ({"work": [{"company": "A", "achievement": ["Did it."]}]},
         {"work": [{"name": "A", "highlights": ["Did it."]}]}),
        ({"work": [{"company": "A", "teams": [{"name": "Payments", "start": "2019", "highlights": ["Paid."]}]}]},
         {"work": [{"name": "A"}],
          "projects": [{"name": "Payments", "startDate": "2019", "highlights": ["Paid."], "entity": "A"}]}),
        ({"work": [{"company": "A", "fromMonth": "April", "fromYear": 2017, "ToMonth": "May", "ToYear": 2018}]},
         {"work": [{"name": "A", "startDate": "2017-04", "endDate": "2018-05"}]}),
        ({"work": [{"company": "A", "startDate": "2020-06-01", "start": {"year": 2020, "month": 6}}]},
         {"work": [{"name": "A", "startDate": "2020-06-01"}]}),
        ({"project_details": [{"project": "P", "tools_used": ["Go"], "roles_and_responsibilities": ["Wrote it."],
                               "githubLink": "https://p.example"}]},
         {"projects": [{"name": "P", "keywords": ["Go"], "highlights": ["Wrote it."], "url": "https://p.example"}]}),
        ({"technical_expertise": {"frontend": ["React"], "ai_llm": ["RAG"]}},
         {"skills": [{"name": "Frontend", "keywords": ["React"]}, {"name": "AI LLM", "keywords": ["RAG"]}]}),
        ({"skillCategories": [{"name": "Web", "skills": ["CSS"]}], "industryKnowledge": ["DDD"]},
         {"skills": [{"name": "Web", "keywords": ["CSS"]}, {"name": "DDD"}]}),
        ({"skills": [{"name": "SQL", "value": 80}, {"name": "Git", "tip": "rebase, bisect"}]},
         {"skills": [{"name": "SQL", "level": "80"}, {"name": "Git", "keywords": ["rebase", "bisect"]}]}),
        ({"languages": [{"name": "English", "note": "C1"}]}, {"languages": [{"language": "English", "fluency": "C1"}]}),
        ({"service": [{"venue": "Conference A", "role": "Reviewer"}]},
         {"customSections": [{"title": "Service", "entries": [{"name": "Reviewer", "subtitle": "Conference A"}]}]}),
        ({"sections": [{"title": "Posts", "paragraphs": [
            {"content": "Knows", "list": {"listItems": [{"content": "C"}, {"content": "Go"}]}}]}]},
         {"customSections": [{"title": "Posts", "entries": [{"summary": "Knows", "keywords": ["C", "Go"]}]}]}),
        ({"technicalExperience": [{"name": "Go", "experience": 4}]}, {"skills": [{"name": "Go", "level": "4"}]}),
        ({"skills": {"languages": "Go, Java", "Python": "expert"}},
         {"skills": [{"name": "Languages", "keywords": ["Go", "Java"]}, {"name": "Python", "level": "expert"}]}),
        ({"experienceData": [{"title": "Dev", "entity": "A", "descriptionItems": ["Did it."]}],
          "skills_section": {"Web": "CSS, JS"}},
         {"work": [{"name": "A", "position": "Dev", "highlights": ["Did it."]}],
          "skills": [{"name": "Web", "keywords": ["CSS", "JS"]}]}),
        ({"education": [{"school": "U", "exam": {"Algorithms": "A", "Linear Algebra": 1.3}}]},
         {"education": [{"institution": "U", "courses": ["Algorithms (A)", "Linear Algebra (1.3)"]}]}),
        ({"skills": [{"domain": "Web", "keywords": ["CSS"]}]}, {"skills": [{"name": "Web", "keywords": ["CSS"]}]}),
        ({"teaching": [{"course": "Optics", "role": "Assistant"}]},
         {"customSections": [{"title": "Teaching", "entries": [{"name": "Optics", "subtitle": "Assistant"}]}]}),
        ({"language": [{"language": "French", "level": "native"}]},
         {"languages": [{"language": "French", "fluency": "native"}]}),
        ({"education": [{"name": "PhD", "place": "Lab A", "location": "Kyoto", "years": "2023--pursuing"}]},
         {"education": [{"institution": "Lab A", "area": "PhD", "location": "Kyoto", "startDate": "2023"}]}),
        ({"education": {"university": [{"name": "U", "summary": "Law"}, {"name": "V", "summary": "Optics"}]}},
         {"education": [{"institution": "U", "summary": "Law"}, {"institution": "V", "summary": "Optics"}]}),
        ({"publications": [{"title": "P", "url": "https://doi.org/10.1/x", "doi": "10.1/x"}]},
         {"publications": [{"name": "P", "url": "https://doi.org/10.1/x"}]}),
        ({"contacts": [{"type": "GitHub", "label": "jane", "url": "https://github.com/jane"},
                       {"type": "Email", "url": "mailto:j@example.org"}]},
         {"basics": {"email": "j@example.org", "profiles": [
             {"network": "GitHub", "username": "jane", "url": "https://github.com/jane"}]}}),
        ({"sections": [{"title": "Posts", "entries": [
            {"title": "A", "roles": [{"title": "Lead", "date": "2020", "bullets": ["Led."]}]}]}]},
         {"customSections": [{"title": "Posts", "entries": [
             {"name": "A"}, {"name": "Lead", "date": "2020", "highlights": ["Led."]}]}]}),
        ({"skills": [{"name": "CSS", "level": "good", "category": "Web"}, {"name": "Go", "category": "Server", "id": 2},
                     {"name": "HTML", "level": 90, "category": "Web", "active": True}]},
         {"skills": [{"name": "Web", "keywords": ["CSS (good)", "HTML (90)"]},
                     {"name": "Server", "keywords": ["Go"]}]}),
        ({"candidate": {"title": "Engineer"}, "contact_email": "j@example.org", "contact_phone": "030 1"},
         {"basics": {"label": "Engineer", "email": "j@example.org", "phone": "030 1"}}),
        ({"work": [{"name": "A", "started": "2019", "finished": "2020", "job_description": "Mends boats."}],
          "education": [{"institution": "U", "year_complete": "2009", "accomplishment": "1 distinction"}]},
         {"work": [{"name": "A", "startDate": "2019", "endDate": "2020", "summary": "Mends boats."}],
          "education": [{"institution": "U", "endDate": "2009", "highlights": ["1 distinction"]}]}),
        ({"work": [{"name": "A", "website": "www.a.example", "websiteLink": "https://a.example/"}]},
         {"work": [{"name": "A", "url": "www.a.example"}]}),
        ({"certificates": [{"name": "CKA", "startDate": "2019-04", "verify": "https://c.example"}],
          "awards": [{"title": "Prize", "source": "Org", "highlights": ["First of 20"]}]},
         {"certificates": [{"name": "CKA", "date": "2019-04", "url": "https://c.example"}],
          "awards": [{"title": "Prize", "awarder": "Org", "summary": "First of 20"}]}),
        ({"projects": [{"name": "P", "tagline": "A kite", "roleContributions": ["Sewed."], "primaryLanguage": "C"}]},
         {"projects": [{"name": "P", "description": "A kite", "highlights": ["Sewed."], "keywords": ["C"]}]}),
        ({"teaching": [{"role": "TA", "course": "Boats 1", "term": "2025", "courses": [{"name": "A", "code": "B"}]}]},
         {"customSections": [{"title": "Teaching", "entries": [
             {"name": "Boats 1", "subtitle": "TA", "date": "2025", "highlights": ["A (B)"]}]}]}),
        ({"languages": {"es": {"level": "Nativo"}, "en": "C1"}},
         {"languages": [{"language": "ES", "fluency": "Nativo"}, {"language": "EN", "fluency": "C1"}]}),
        ({"education": [{"name": "U", "location": "York", "degrees": [{"name": "Ph.D.", "start": "2024"},
                                                                      {"name": "B.S.", "end": "2023"}]}]},
         {"education": [{"institution": "U", "location": "York", "studyType": "Ph.D.", "startDate": "2024"},
                        {"institution": "U", "location": "York", "studyType": "B.S.", "endDate": "2023"}]}),
        ({"experience": [{"title": "A Ltd", "position": "Dev"}]}, {"work": [{"name": "A Ltd", "position": "Dev"}]}),
        ({"attitudes": ["Mends what others leave behind.", "Learns a new language every year."]},
         {"customSections": [{"title": "Attitudes", "entries": [
             {"summary": "Mends what others leave behind."}, {"summary": "Learns a new language every year."}]}]}),
        ({"CursosTreinamentos": [{"nome": "SQL", "quando": "em 2023"}]},
         {"customSections": [{"title": "Cursos treinamentos", "entries": [{"name": "SQL", "endDate": "2023"}]}]}),
        ({"sections": [{"type": "experience", "items": [{"company": "A", "role": "Dev"}]},
                       {"type": "skills", "categories": [{"name": "Web", "items": ["CSS"]}]}]},
         {"work": [{"name": "A", "position": "Dev"}], "skills": [{"name": "Web", "keywords": ["CSS"]}]}),
        ({"summary": {"content": "Mends boats."}, "experience": {"content": [{"company": "A", "role": "Dev"}]}},
         {"basics": {"summary": "Mends boats."}, "work": [{"name": "A", "position": "Dev"}]}),
        ({"sections": [{"name": "Prose", "data": {"body": "Mends boats."}},
                       {"name": "Posts", "data": {"items": [{"title": "Dev", "org": "A", "dates": "2019 – 2020"}]}}]},
         {"customSections": [{"title": "Prose", "entries": [{"summary": "Mends boats."}]},
                             {"title": "Posts", "entries": [
                                 {"name": "Dev", "subtitle": "A", "startDate": "2019", "endDate": "2020"}]}]}),
        ({"sections": [{"h1": "Posts", "ul": [{"h2": "A", "h3": "Dev", "ul": ["Did it."]}]}]},
         {"customSections": [{"title": "Posts", "entries": [
             {"name": "A", "subtitle": "Dev", "highlights": ["Did it."]}]}]}),
        ({"sections": [{"title": "Posts", "entries": [{"org": "A", "role": "Dev", "detailsHtml": "<b>Did</b> it."}]}]},
         {"customSections": [{"title": "Posts", "entries": [
             {"name": "Dev", "subtitle": "A", "summary": "<b>Did</b> it."}]}]}),
        ({"skills": [{"category": "Web", "entries": ["CSS", "JS"]}]},
         {"skills": [{"name": "Web", "keywords": ["CSS", "JS"]}]}),
        ({"skill_set": [{"library": [{"name": "React", "description": "2 years"}], "language": [{"name": "Go"}]}]},
         {"skills": [{"name": "Library", "keywords": ["React (2 years)"]}, {"name": "Language", "keywords": ["Go"]}]}),
        ({"skills": [{"name": "Web", "keywords": [{"name": "CSS", "color": "green"}]}]},
         {"skills": [{"name": "Web", "keywords": ["CSS"]}]}),
        ({"technical_stack": "Go, C"}, {"skills": [{"name": "Go"}, {"name": "C"}]}),
        ({"companies": [{"name": "A", "period": "2019 – 2020", "projects": [{"title": "Kite"}]}]},
         {"work": [{"name": "A", "startDate": "2019", "endDate": "2020"}],
          "projects": [{"name": "Kite", "entity": "A"}]}),
        ({"tookogemus": [{"ametikoht": "Keevitaja", "ettevote": "A", "periood": "2019 – 2020", "kirjeldus": "Tegi."}],
          "haridus": [{"kraad": "BSc", "kool": "U"}], "keeled": [{"keel": "eesti", "tase": "emakeel"}]},
         {"work": [{"name": "A", "position": "Keevitaja", "startDate": "2019", "endDate": "2020", "summary": "Tegi."}],
          "education": [{"institution": "U", "studyType": "BSc"}],
          "languages": [{"language": "eesti", "fluency": "emakeel"}]}),
        ({"radno iskustvo": [{"radno mjesto": "Zavarivač", "tvrtka": "A", "početak": "2019", "završetak": "2020"}],
          "jezici": [{"jezik": "hrvatski", "razina": "materinski"}]},
         {"work": [{"name": "A", "position": "Zavarivač", "startDate": "2019", "endDate": "2020"}],
          "languages": [{"language": "hrvatski", "fluency": "materinski"}]}),
        ({"work": [{"company": "A", "span": {"from": "Nov 2018", "to": "Present"}}],
          "honors": [{"rank": "First", "field": "Welding", "in": "National Contest", "year": 2016}]},
         {"work": [{"name": "A", "startDate": "2018-11"}],
          "awards": [{"title": "First", "date": "2016", "awarder": "National Contest", "summary": "Welding"}]}),
        ({"hero": {"name": "Jane Doe", "subtitle": "Engineer"}}, {"basics": {"label": "Engineer"}}),
        ({"url": {"github": "https://github.com/jane", "blog": "https://jane.example"}},
         {"basics": {"profiles": [{"network": "GitHub", "url": "https://github.com/jane"},
                                  {"network": "Blog", "url": "https://jane.example"}]}}),
    ],
)  # fmt: skip
def test_what_has_one_obvious_meaning_is_taken_in_it(section: dict[str, Any], canonical: dict[str, Any]) -> None:
    result = accepted(**section)
    assert taken(result.resume) == canonical
    assert told(result) == []


@pytest.mark.parametrize(
    ("basics", "canonical"),
    [
        ({"phone": 491234567}, {"phone": "491234567"}),
        ({"location": "Berlin, Germany"}, {"location": {"address": "Berlin, Germany"}}),
        ({"location": {"zip": 10115, "town": "Berlin", "country": "Germany"}},
         {"location": {"postalCode": "10115", "city": "Berlin", "countryCode": "Germany"}}),
        ({"location": {"countryCode": "DE", "country": "Germany"}}, {"location": {"countryCode": "DE"}}),
        ({"city": "Berlin", "country": "Germany"}, {"location": {"city": "Berlin", "countryCode": "Germany"}}),
        ({"title": "Engineer", "tagline": "Mends what others leave.", "summary": "One."},
         {"label": "Engineer", "summary": "Mends what others leave.\nOne."}),
        ({"street1": "1 Road", "street2": "Flat 4"}, {"location": {"address": "1 Road\nFlat 4"}}),
        ({"headline": "Engineer", "about": ["One.", "Two."]}, {"label": "Engineer", "summary": "One.\nTwo."}),
        ({"linkedin": "https://linkedin.com/in/jane", "github": "jane"},
         {"profiles": [{"network": "LinkedIn", "url": "https://linkedin.com/in/jane"},
                       {"network": "GitHub", "username": "jane"}]}),
        ({"profiles": {"github": "jane", "website": "https://jane.example"}},
         {"profiles": [{"network": "GitHub", "username": "jane"}, {"network": "website", "url": "https://jane.example"}]}),
        ({"profiles": {"github": "jane"}}, {"profiles": [{"network": "GitHub", "username": "jane"}]}),
        ({"profiles": ["https://github.com/jane"]}, {"profiles": [{"url": "https://github.com/jane"}]}),
        ({"profiles": [{"platform": "GitHub", "link": "https://github.com/jane"}]},
         {"profiles": [{"network": "GitHub", "url": "https://github.com/jane"}]}),
    ],
)  # fmt: skip
def test_what_is_said_of_the_person_is_taken(basics: dict[str, Any], canonical: dict[str, Any]) -> None:
    result = accept_cv({"basics": {"name": "Jane Doe", **basics}})
    assert taken(result.resume) == {"basics": canonical}
    assert told(result) == []


def test_the_usual_title_of_a_section_of_a_type_is_not_printed() -> None:
    result = accepted(sections=[{"type": "education", "title": "Bildung", "items": [{"school": "U"}]}])
    assert taken(result.resume) == {"education": [{"institution": "U"}]}
    assert told(result) == [("FieldIgnored", "cvData.sections[0].title")]


def test_lists_of_several_sections_stand_below_one_title() -> None:
    lists = {"degrees": [{"degree": "BSc", "began": "2019"}], "certifications": [{"name": "CKA"}]}
    result = accepted(education={"title": "What I learned", **lists})
    assert taken(result.resume) == {
        "education": [{"studyType": "BSc", "startDate": "2019"}],
        "certificates": [{"name": "CKA"}],
    }
    assert told(result) == [("FieldIgnored", "cvData.education.title")]


def test_the_titles_of_sections_may_stand_in_an_object() -> None:
    result = accepted(headings={"work": "Where I was", "awards": ""}, work=[{"name": "A"}])
    assert taken(result.resume) == {"work": [{"name": "A"}]}
    assert [(one.section, one.title, one.path) for one in result.headings] == [
        ("work", "Where I was", ("headings", "work"))
    ]
    assert told(result) == []


def test_the_titles_of_sections_may_be_of_other_names_for_them() -> None:
    titles = {"workExpList": "工作", "projectList": "项目", "workList": "作品", "skillList": "技能", "aboutme": "评价"}
    data = {"workExpList": [{"company_name": "A"}], "projectList": [{"project_name": "P"}], "skillList": []}
    result = accepted(titleNameMap=titles, **data, workList=[{"work_name": "W"}], aboutme={"aboutme_desc": "Sews."})
    assert [(one.section, one.title) for one in result.headings] == [
        ("work", "工作"),
        ("projects", "项目"),
        ("", "评价"),
    ]
    assert told(result) == [
        ("FieldIgnored", "cvData.titleNameMap.workList"),
        ("FieldIgnored", "cvData.titleNameMap.skillList"),
    ]


def test_the_order_of_the_sections_may_have_some_that_a_cv_has_not() -> None:
    order = ["templates", "profile", "education", "work"]
    result = accepted(sections=order, work=[{"name": "A"}])
    assert taken(result.resume) == {"work": [{"name": "A"}]}
    assert told(result) == [("FieldIgnored", f"cvData.sections[{place}]") for place in range(len(order))]


@pytest.mark.parametrize(
    ("data", "language"),
    [
        ({"language": "fr"}, "fr"),
        ({"lang": "zh-CN"}, "zh"),
        ({"meta": {"locale": "pt_BR"}}, "pt"),
        ({"language": "French"}, None),
        ({"languages": ["fr"]}, None),
        ({"lang": {"title": "x"}}, None),
    ],
)
def test_a_cv_may_name_its_language(data: dict[str, Any], language: str | None) -> None:
    assert accepted(**data).language == language


def test_a_section_with_a_title_of_its_own_keeps_it() -> None:
    result = accepted(sections=[{"type": "projects", "title": "Boats", "items": [{"name": "Dinghy"}]}])
    assert taken(result.resume) == {"customSections": [{"title": "Boats", "entries": [{"name": "Dinghy"}]}]}
    assert told(result) == [("FieldIgnored", "cvData.sections[0].type")]


def test_a_second_title_is_no_name_beside_an_employer() -> None:
    result = accepted(work=[{"title": "Lead", "position": "Dev", "company": "A"}])
    assert taken(result.resume) == {"work": [{"name": "A", "position": "Dev"}]}
    assert told(result) == [("FieldIgnored", "cvData.work[0].title")]


def test_papers_stand_in_groups_of_their_type() -> None:
    result = accepted(publications=[{"type": "Posters", "papers": [{"id": "a", "title": "T", "year": 2023}]}])
    assert taken(result.resume) == {"publications": [{"name": "T", "releaseDate": "2023"}]}
    assert told(result) == [("FieldIgnored", "cvData.publications[0].type")]


def test_what_is_said_of_the_person_in_lists_of_labels_is_taken() -> None:
    contact = [{"icon": "phone", "label": "198 6543 7274"}, {"icon": "mail", "label": "j@example.org"}]
    info = [{"label": "性别", "value": "女"}, {"label": "出生年月", "value": "1999.6.2"}]
    result = accept_cv({"profile": {"name": "Jane Doe", "education": "BSc at U", "contact": contact, "info": info}})
    details = [{"network": "性别", "username": "女"}, {"network": "出生年月", "username": "1999.6.2"}]
    assert taken(result.resume) == {
        "basics": {"phone": "198 6543 7274", "email": "j@example.org", "profiles": details},
        "education": [{"institution": "BSc at U"}],
    }
    assert told(result) == []


def test_of_one_text_among_printed_ones_it_is_not_said_that_they_are_not_printed() -> None:
    result = accepted(
        projects=[{"name": {"en": "Kite", "de": "Drachen"}}], salary="1", nav={"menu": {"items": ["x"] * MAX_IGNORED}}
    )
    messages = {warning.field: warning.message for warning in result.warnings}
    assert messages["cvData.projects[0].name"] == "has a text that is not printed"
    assert messages["cvData.salary"] == "is not printed: the document has no place for it"


def test_the_list_of_a_section_may_have_any_name_below_a_heading() -> None:
    result = accepted(education={"heading": "Where I learned", "resumes": [{"school": "U"}]})
    assert taken(result.resume) == {"education": [{"institution": "U"}]}
    assert told(result) == [("FieldIgnored", "cvData.education.heading")]


def test_an_object_with_a_heading_is_the_section_that_the_heading_names() -> None:
    steps = [{"title": "A", "position": "Dev", "date": {"from": "08/2017", "to": "today"}}]
    result = accepted(
        job={"title": "Experience", "steps": steps}, boats={"title": "My boats", "steps": [{"name": "Dinghy"}]}
    )
    assert taken(result.resume) == {
        "work": [{"name": "A", "position": "Dev", "startDate": "2017-08"}],
        "customSections": [{"title": "My boats", "entries": [{"name": "Dinghy"}]}],
    }
    assert told(result) == [("FieldIgnored", "cvData.job.title")]
    for name in ("boats", "talks"):
        empty = accepted(**{name: {"title": "My boats", "steps": [{"name": "", "x": "y"}]}})
        assert taken(empty.resume) == {}
        assert sorted(told(empty)) == [("FieldIgnored", f"cvData.{name}.{path}") for path in ("steps[0].x", "title")]


def test_what_is_no_date_is_not_printed_as_one() -> None:
    result = accepted(projects=[{"name": "P", "data": {"stars": "12 stars"}}], language="en")
    assert taken(result.resume) == {"projects": [{"name": "P"}]}
    assert told(result) == [("FieldIgnored", "cvData.projects[0].data.stars"), ("FieldIgnored", "cvData.language")]


def test_words_below_the_heading_of_their_section_are_taken() -> None:
    result = accepted(interests={"title": "Interests", "content": ["Chess"]}, skills={"name": "Web", "items": ["CSS"]})
    assert taken(result.resume) == {
        "skills": [{"name": "Web", "keywords": ["CSS"]}],
        "interests": [{"name": "Chess"}],
    }
    assert told(result) == [("FieldIgnored", "cvData.interests.title")]
    other = accepted(skills={"title": "Other skills", "content": {"Web": "CSS, JS"}})
    assert taken(other.resume) == {"skills": [{"name": "Web", "keywords": ["CSS", "JS"]}]}


def test_the_person_may_stand_under_any_name() -> None:
    person = {"first_name": "Jane", "last_name": "Doe", "title": "Engineer", "email": "j@example.org", "shoe": "40"}
    result = accept_cv({"base": person, "skills": ["Go"]})
    assert result.resume.basics.name == "Jane Doe"
    assert taken(result.resume) == {
        "basics": {"label": "Engineer", "email": "j@example.org"},
        "skills": [{"name": "Go"}],
    }
    assert told(result) == [("FieldIgnored", "cvData.base.shoe")]
    shop = {"name": "Boats", "email": "shop@example.org"}
    for beside in ({"basics": {"name": "Jane Doe"}}, {"name": "Jane Doe"}):
        assert accept_cv({**beside, "shop": shop}).resume.basics.email == ""


def test_groups_of_skills_stand_below_a_heading() -> None:
    groups = [{"title": "Tools", "skills": [{"title": "Git", "level": "4"}]}, {"title": "Web", "skills": ["CSS"]}]
    result = accepted(skills={"title": "Skills", "category": groups})
    assert taken(result.resume)["skills"] == [
        {"name": "Tools", "keywords": ["Git (4)"]},
        {"name": "Web", "keywords": ["CSS"]},
    ]
    assert told(result) == [("FieldIgnored", "cvData.skills.title")]


def test_the_order_of_the_sections_is_no_section() -> None:
    result = accepted(sections=["summary", "work", "skills"], work=[{"name": "A"}])
    assert taken(result.resume) == {"work": [{"name": "A"}]}
    assert told(result) == [("FieldIgnored", f"cvData.sections[{place}]") for place in range(3)]


@pytest.mark.parametrize(("language", "point"), [("", "Built it."), ("es", "Lo hice.")])
def test_of_a_point_in_several_languages_one_is_taken(language: str, point: str) -> None:
    work = [{"name": "A", "bullets": [{"en": "Built it.", "es": "Lo hice."}]}]
    result = accept_cv(cv(work=work), language=language)
    assert result.resume.work[0].highlights == [point]
    other = "en" if language else "es"
    assert told(result) == [("FieldIgnored", f"cvData.work[0].bullets[0].{other}")]


def test_figures_beside_a_sentence_are_no_words_of_it() -> None:
    point = {"priority": 1, "text": "Led five engineers on eight launches", "metrics": {"percent": 30}}
    result = accepted(work=[{"name": "A", "bullets": [point, [{"id": "7", "paperId": "p", "title": "Kite"}]]}])
    assert result.resume.work[0].highlights == ["Led five engineers on eight launches", "Kite"]
    assert told(result) == [
        ("FieldIgnored", f"cvData.work[0].bullets{path}")
        for path in ("[0].priority", "[0].metrics.percent", "[1][0].paperId")
    ]


def test_the_address_of_a_logo_is_not_printed_with_the_name() -> None:
    employer = {"name": "A", "logoUrl": "https://a.example/logo.png", "team": "Products"}
    result = accepted(work=[{"company": employer, "role": "Dev"}])
    assert result.resume.work[0].name == "A (Products)"
    assert told(result) == [("FieldIgnored", "cvData.work[0].company.logoUrl")]


def test_ways_to_reach_the_person_may_be_a_list_in_the_person() -> None:
    contact = [{"icon": "email", "text": "jane@example.org"}, {"label": "phone", "value": "030 123456"}]
    result = accept_cv({"header": {"first": "Jane", "last": "Doe", "contact": contact}})
    assert (result.resume.basics.email, result.resume.basics.phone) == ("jane@example.org", "030 123456")
    links = [{"name": "email", "link": "jane@example.org"}, {"name": "GitHub", "link": "https://github.com/jane"}]
    basics = accept_cv({"basics": {"name": "Jane Doe", "links": links}}).resume.basics
    assert (basics.email, [profile.network for profile in basics.profiles]) == ("jane@example.org", ["GitHub"])


def test_an_employer_and_a_client_leave_a_context_where_it_is() -> None:
    result = accepted(work=[{"company": "A", "client": "B", "context": "Ships"}])
    assert taken(result.resume) == {"work": [{"name": "A", "description": "Ships"}]}
    assert told(result) == [("FieldIgnored", "cvData.work[0].client")]


def test_languages_of_the_person_may_be_a_text() -> None:
    result = accept_cv({"basics": {"name": "Jane Doe", "languages": "Chinese, English"}})
    assert taken(result.resume) == {"languages": [{"language": "Chinese"}, {"language": "English"}]}
    assert told(result) == []


@pytest.mark.parametrize(("language", "taken_text"), [("", "Hallo."), ("en-GB", "Hello.")])
def test_of_a_text_in_several_languages_one_is_taken(language: str, taken_text: str) -> None:
    data = {"name": "Jane Doe", "summary": {"de": "Hallo.", "en": "Hello."}, "interests": {"de": ["x"], "en": ["x"]}}
    result = accept_cv(data, language=language)
    assert taken(result.resume) == {"basics": {"summary": taken_text}, "interests": [{"name": "x"}]}
    other = "de" if language else "en"
    assert told(result) == [
        ("FieldIgnored", f"cvData.interests.{other}[0]"),
        ("FieldIgnored", f"cvData.summary.{other}"),
    ]


def test_the_title_of_the_document_is_none_of_the_person() -> None:
    result = accept_cv({"title": "CURRICULUM VITAE", "name": "Jane Doe", "work": [{"name": "A"}]})
    assert taken(result.resume) == {"work": [{"name": "A"}]}
    assert told(result) == [("FieldIgnored", "cvData.title")]


def test_the_words_of_a_link_are_no_address() -> None:
    ways = [{"text": "E-Mail", "link": "j@example.org"}, {"text": "Github", "link": "https://github.com/j"}]
    result = accepted(contact=ways)
    accounts = [{"network": "GitHub", "url": "https://github.com/j"}]
    assert taken(result.resume) == {"basics": {"email": "j@example.org", "profiles": accounts}}
    assert told(result) == [("FieldIgnored", "cvData.contact[0].text")]


def test_an_entry_has_its_text_in_one_of_its_languages() -> None:
    entries = [{"date": "2023.12", "ja": "発表", "en": "Grant"}, {"ja": "", "en": "Prize"}]
    result = accepted(sections=[{"heading": "Grants", "entries": entries}], profile={"en": {"lines": ["PD"]}, "de": {}})
    assert taken(result.resume) == {
        "basics": {"summary": "PD"},
        "customSections": [
            {"title": "Grants", "entries": [{"date": "2023-12", "summary": "発表"}, {"summary": "Prize"}]}
        ],
    }
    assert told(result) == [("FieldIgnored", "cvData.sections[0].entries[0].en")]


def test_the_heading_of_entries_that_hold_nothing_is_named() -> None:
    result = accepted(sections=[{"title": "Grants", "entries": [{"unknown": "x"}]}])
    assert taken(result.resume) == {}
    assert set(told(result)) == {
        ("FieldIgnored", "cvData.sections[0].entries[0].unknown"),
        ("FieldIgnored", "cvData.sections[0].title"),
    }


@pytest.mark.parametrize("name", ["projectTypes", "workPreferences", "skillModals", "contactLabels"])
def test_what_is_about_a_section_is_none(name: str) -> None:
    assert taken(accepted(**{name: ["x"]}).resume) == {}


def test_a_text_above_groups_of_skills_is_no_group() -> None:
    result = accepted(skills={"headline": "What I can do", "tools": ["Git"]})
    assert taken(result.resume) == {"skills": [{"name": "Tools", "keywords": ["Git"]}]}
    assert told(result) == [("FieldIgnored", "cvData.skills.headline")]


def test_usual_headings_in_objects_are_not_printed() -> None:
    result = accepted(
        about={"title": "About", "content": "Builds."},
        work={"title": "Work", "content": [{"title": "Dev", "company": "A"}]},
    )
    assert taken(result.resume) == {"basics": {"summary": "Builds."}, "work": [{"name": "A", "position": "Dev"}]}
    assert told(result) == [("FieldIgnored", "cvData.work.title"), ("FieldIgnored", "cvData.about.title")]


def test_texts_beside_groups_of_entries_are_named() -> None:
    result = accepted(education={"quote": "Learn.", "past": [{"school": "U"}], "current": [{"school": "V"}]})
    assert taken(result.resume) == {"education": [{"institution": "U"}, {"institution": "V"}]}
    assert told(result) == [("FieldIgnored", "cvData.education.quote")]


def test_the_names_of_an_object_of_entries_are_the_entries() -> None:
    result = accepted(
        apps={"Rain": {"role": "Engineer", "description": "Tells it."}, "Chat": {"description": "Talks."}}
    )
    entries = [{"name": "Rain", "subtitle": "Engineer", "summary": "Tells it."}, {"name": "Chat", "summary": "Talks."}]
    assert taken(result.resume) == {"customSections": [{"title": "Apps", "entries": entries}]}


def test_a_list_of_what_is_no_entry_is_no_section() -> None:
    result = accepted(
        nav=[{"title": "Home", "url": "/"}], questions=["How long?"], sections={"work": {"title": "What I did"}}
    )
    assert taken(result.resume) == {}


def test_sections_among_what_basics_holds_are_taken() -> None:
    person = {"name": "Jane Doe", "skills": ["SQL"], "habilidades": ["Go"], "talks": ["On tests"], "education": []}
    result = accept_cv({"info": person, "work": [{"name": "A"}]})
    assert taken(result.resume) == {
        "work": [{"name": "A"}],
        "skills": [{"name": "SQL"}, {"name": "Go"}],
        "customSections": [{"title": "Talks", "entries": [{"name": "On tests"}]}],
    }
    assert told(result) == []


@pytest.mark.parametrize("name", ["contact", "contactInfo", "contacts"])
def test_the_name_stands_beside_how_to_reach_the_person(name: str) -> None:
    data = {"name": "Jane Doe", "title": "Engineer", "github": "jane", name: {"email": "j@example.org"}}
    result = accept_cv(data)
    assert result.resume.basics.name == "Jane Doe"
    account = {"network": "GitHub", "username": "jane"}
    assert taken(result.resume) == {"basics": {"label": "Engineer", "email": "j@example.org", "profiles": [account]}}
    assert told(result) == []


def test_a_list_of_ways_to_reach_the_person_is_taken() -> None:
    ways = [
        {"type": "email", "link": "mailto:j@example.org", "value": "j@example.org"},
        {"type": "phone", "value": "+44 20 7946 0000"},
        {"label": "Git", "link": "https://git.example/jane", "value": "@jane"},
    ]
    result = accept_cv({"name": "Jane Doe", "contacts": ways})
    assert taken(result.resume) == {
        "basics": {
            "email": "j@example.org",
            "phone": "+44 20 7946 0000",
            "profiles": [{"network": "Git", "username": "@jane", "url": "https://git.example/jane"}],
        }
    }
    assert told(result) == []


def test_entries_in_groups_are_taken_and_the_groups_named() -> None:
    groups = [{"category": "Sea", "items": [{"year": 2025, "name": "Skipper"}, {"year": 2024, "name": "Radio"}]}]
    result = accepted(certifications=groups)
    kept = [{"name": "Skipper", "date": "2025"}, {"name": "Radio", "date": "2024"}]
    assert taken(result.resume) == {"certificates": kept}
    assert told(result) == [("FieldIgnored", "cvData.certifications[0].category")]


def test_how_long_it_was_is_no_date_beside_its_dates() -> None:
    employer = {"name": "A", "duration": "5 years", "roles": [{"title": "Dev", "start": "2020", "end": "2025"}]}
    role = {"name": "B", "startDate": "2018", "endDate": "2020", "duration": "2 years"}
    result = accepted(work=[employer, role])
    assert [entry.get("endDate") for entry in taken(result.resume)["work"]] == ["2025", "2020"]
    assert told(result) == [("FieldIgnored", f"cvData.work[{place}].duration") for place in (0, 1)]


def test_what_stands_in_a_period_beside_its_dates_is_named_as_it_was_sent() -> None:
    result = accepted(work=[{"name": "A", "period": {"from": "2019", "to": "2020", "town": "Oslo", "city": "Oslo"}}])
    assert taken(result.resume) == {"work": [{"name": "A", "startDate": "2019", "endDate": "2020"}]}
    assert told(result) == [("FieldIgnored", f"cvData.work[0].period.{name}") for name in ("town", "city")]


def test_of_several_addresses_the_first_is_taken() -> None:
    result = accepted(work=[{"name": "Kite", "links": ["https://a.example", "https://b.example"]}])
    assert taken(result.resume) == {"work": [{"name": "Kite", "url": "https://a.example"}]}
    assert told(result) == [("FieldIgnored", "cvData.work[0].links[1]")]


def test_a_cv_without_basics_has_them_at_its_top() -> None:
    result = accept_cv(
        {"firstName": "Jane", "lastName": "Doe", "title": "Engineer", "email": "j@example.org", "jobs": []}
    )
    assert result.resume.basics.name == "Jane Doe"
    assert taken(result.resume) == {"basics": {"label": "Engineer", "email": "j@example.org"}}
    assert told(result) == []
    beside = accept_cv({"basics": {"name": "Jane"}, "summary": "Engineer.", "profiles": [{"network": "GitHub"}]})
    assert taken(beside.resume) == {"basics": {"summary": "Engineer.", "profiles": [{"network": "GitHub"}]}}


@pytest.mark.parametrize(
    ("data", "canonical"),
    [
        ({"persönliche Daten": {"vorname": "Jana", "Nachname": "Muster", "Telefon": "030 1", "Wohnort": "Köln"},
          "Berufserfahrung": [
              {"von": "03/2019", "bis": "heute", "Firma": "A GmbH", "Position": "Dev", "Aufgaben": ["x"]}],
          "Ausbildung": [{"zeitraum": "2012 - 2015", "schule": "TU", "abschluss": "B.Sc."}],
          "Sprachen": [{"sprache": "Deutsch", "niveau": "C2"}], "Kenntnisse": ["SQL"]},
         {"basics": {"phone": "030 1", "location": {"address": "Köln"}},
          "work": [{"name": "A GmbH", "position": "Dev", "startDate": "2019-03", "highlights": ["x"]}],
          "education": [{"institution": "TU", "studyType": "B.Sc.", "startDate": "2012", "endDate": "2015"}],
          "skills": [{"name": "SQL"}], "languages": [{"language": "Deutsch", "fluency": "C2"}]}),
        ({"nombre": "Jana", "apellidos": "Muster", "telefono": "1", "sobreMi": "Hola.",
          "experiencia": [
              {"empresa": "A", "cargo": "Dev", "fecha_inicio": "2019", "fecha_fin": "actual", "logros": ["x"]}],
          "formacion": [{"institucion": "U", "titulo": "Grado", "fechas": "2012 - 2015"}], "idiomas": ["inglés"]},
         {"basics": {"phone": "1", "summary": "Hola."},
          "work": [{"name": "A", "position": "Dev", "startDate": "2019", "highlights": ["x"]}],
          "education": [{"institution": "U", "studyType": "Grado", "startDate": "2012", "endDate": "2015"}],
          "languages": [{"language": "inglés"}]}),
        ({"Vorname": "Jana", "nachname": "Muster", "kontakt": {"telefon": "1"}, "berufserfahrung": [
            {"zeitraum": "2019", "firma": "A", "rolle": "Dev", "taetigkeiten": "x", "ort_land": "Köln"}]},
         {"basics": {"phone": "1"},
          "work": [{"name": "A", "position": "Dev", "endDate": "2019", "highlights": ["x"], "location": "Köln"}]}),
        ({"imie": "Jana", "nazwisko": "Muster", "doswiadczenie": [
            {"firma": "A", "stanowisko": "Dev", "od": "2019", "do": "obecnie"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019"}]}),
        ({"hoTen": "Jana Muster", "dienThoai": "1", "kinhNghiem": [{"congTy": "A", "viTri": "Dev"}],
          "chungChi": [{"ten": "C", "thoiGian": "2019"}]},
         {"basics": {"phone": "1"}, "work": [{"name": "A", "position": "Dev"}],
          "certificates": [{"name": "C", "date": "2019"}]}),
        ({"الاسم": "Jana Muster", "الخبرات": [{"الشركة": "A", "المنصب": "Dev", "من": "2019", "إلى": "الآن"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019"}]}),
        ({"שם": "Jana Muster", "ניסיון": [{"חברה": "A", "תפקיד": "Dev", "שנים": "2019 - היום"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019"}]}),
        ({"nombre": "Jana", "apellido": "Muster", "actividades": [
            {"nombre": "Coro", "lugar": "Lima", "fechaInicio": "2019", "descripcion": "Voz."}]},
         {"customSections": [{"title": "Actividades", "entries": [
             {"name": "Coro", "location": "Lima", "startDate": "2019", "summary": "Voz."}]}]}),
        ({"氏名": "Jana Muster", "志望動機": "関心。", "免許・資格": [{"年月": "平成29年6月", "名称": "C"}]},
         {"certificates": [{"name": "C", "date": "2017-06"}],
          "customSections": [{"title": "志望動機", "summary": "関心。"}]}),
        ({"nama": "Jana Muster", "riwayat pekerjaan": [
            {"perusahaan": "A", "jabatan": "Dev", "mulai": "2019", "selesai": "2020", "tugas": ["x"]}],
          "pendidikan": [{"universitas": "U", "jurusan": "IT", "gelar": "S1"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019", "endDate": "2020", "highlights": ["x"]}],
          "education": [{"institution": "U", "area": "IT", "studyType": "S1"}]}),
        ({"jméno": "Jana", "příjmení": "Muster", "adresa": "Brno", "praxe": [], "pracovní zkušenosti": [
            {"společnost": "A", "pozice": "Dev", "od": "2019", "popis": "Testy."}],
          "vzdělání": [{"škola": "U", "obor": "IT", "období": "2012 - 2015"}]},
         {"basics": {"location": {"address": "Brno"}},
          "work": [{"name": "A", "position": "Dev", "startDate": "2019", "summary": "Testy."}],
          "education": [{"institution": "U", "area": "IT", "startDate": "2012", "endDate": "2015"}]}),
        ({"ชื่อ": "Jana", "นามสกุล": "Muster", "ที่อยู่": "Bangkok", "ประวัติการทำงาน": [
            {"บริษัท": "A", "ตำแหน่ง": "Dev", "หน้าที่": ["x"]}],
          "ประวัติการศึกษา": [{"มหาวิทยาลัย": "U", "สาขา": "IT", "เกรดเฉลี่ย": 3.5}]},
         {"basics": {"location": {"address": "Bangkok"}},
          "work": [{"name": "A", "position": "Dev", "highlights": ["x"]}],
          "education": [{"institution": "U", "area": "IT", "score": "3.5"}]}),
        ({"نام": "Jana Muster", "درباره من": "سلام.", "سوابق کاری": [
            {"شرکت": "A", "سمت": "Dev", "از": "2019", "تا": "2020", "وظایف": ["x"]}],
          "تحصیلات": [{"دانشگاه": "U", "رشته": "IT", "مقطع": "B.Sc."}]},
         {"basics": {"summary": "سلام."},
          "work": [{"name": "A", "position": "Dev", "startDate": "2019", "endDate": "2020", "highlights": ["x"]}],
          "education": [{"institution": "U", "area": "IT", "studyType": "B.Sc."}]}),
        ({"नाम": "Jana Muster", "कार्यानुभव": [{"कंपनी": "A", "पद": "Dev", "जिम्मेदारियाँ": ["x"]}],
          "शैक्षिक योग्यता": [{"विश्वविद्यालय": "U", "विषय": "IT", "वर्ष": "2015"}]},
         {"work": [{"name": "A", "position": "Dev", "highlights": ["x"]}],
          "education": [{"institution": "U", "area": "IT", "endDate": "2015"}]}),
        ({"nimi": "Jana Muster", "työkokemus": [{"yritys": "A", "tehtävä": "Dev", "kuvaus": "Testit."}],
          "koulutus": [{"oppilaitos": "U", "tutkinto": "FM"}], "om mig": "Hej."},
         {"basics": {"summary": "Hej."}, "work": [{"name": "A", "position": "Dev", "summary": "Testit."}],
          "education": [{"institution": "U", "studyType": "FM"}]}),
        ({"nome": "Jana Muster", "quem_sou": ["Olá."], "historico_profissional": [
            {"empresa": "A", "cargo": "Dev", "periodo": "2019 - 2020", "atuacao": "Testes."}],
          "formacao": [{"curso": "IT", "instituicao": "U", "situacao": "Cursando"}],
          "sintese_qualificacoes": ["Testes."]},
         {"basics": {"summary": "Olá."},
          "work": [{"name": "A", "position": "Dev", "startDate": "2019", "endDate": "2020", "summary": "Testes."}],
          "education": [{"institution": "U", "area": "IT", "summary": "Cursando"}],
          "customSections": [{"title": "Sintese qualificacoes", "entries": [{"name": "Testes."}]}]}),
        ({"姓名": "Jana Muster", "技能": ["SQL"],
          "工作经历": [{"公司": "A", "职位": "Dev", "时间": "2019年3月 - 至今"}]},
         {"work": [{"name": "A", "position": "Dev", "startDate": "2019-03"}], "skills": [{"name": "SQL"}]}),
    ],
)  # fmt: skip
def test_names_in_other_languages_are_taken(data: dict[str, Any], canonical: dict[str, Any]) -> None:
    result = accept_cv(data)
    assert result.resume.basics.name == "Jana Muster"
    assert taken(result.resume) == canonical


def test_the_name_may_stand_beside_the_contact_without_one() -> None:
    result = accept_cv({"name": "Jana Muster", "title": "Dev", "contact": {"email": "j@example.org"}})
    assert result.resume.basics.name == "Jana Muster"
    assert taken(result.resume) == {"basics": {"label": "Dev", "email": "j@example.org"}}
    assert told(result) == []


def test_the_title_beside_a_person_with_a_name_is_not_of_the_person() -> None:
    result = accept_cv({"título": "Currículum", "basics": {"name": "Jana Muster"}, "rol": "Dev"})
    assert taken(result.resume) == {"basics": {"label": "Dev"}}
    assert told(result) == [("FieldIgnored", "cvData.título")]


def test_first_names_of_two_words_are_joined_with_the_last_name() -> None:
    assert accept_cv({"nombre": "Jana Luz", "apellidos": "Muster Gil"}).resume.basics.name == "Jana Luz Muster Gil"
    kept = accept_cv({"name": "Jana Luz Muster", "lastName": "Gil"})
    assert (kept.resume.basics.name, told(kept)) == ("Jana Luz Muster", [("FieldIgnored", "cvData.lastName")])


def test_a_phone_number_that_stands_for_the_person_is_no_name() -> None:
    result = accept_cv({"이름": "Jana Muster", "kontakt": "+49 30 123456"})
    assert taken(result.resume) == {"basics": {"phone": "+49 30 123456"}}
    assert result.resume.basics.name == "Jana Muster"


def test_a_line_with_ways_to_reach_a_person_with_a_name_is_no_name() -> None:
    result = accept_cv({"Name": "Jana Muster", "Contact Info": "j@example.org | 030 123456 | York | k@example.org"})
    assert result.resume.basics.name == "Jana Muster"
    assert taken(result.resume) == {
        "basics": {"email": "j@example.org", "phone": "030 123456", "location": {"address": "York"}}
    }
    assert told(result) == [("FieldIgnored", "cvData.Contact Info")]


def test_the_contact_may_stand_in_the_person() -> None:
    result = accept_cv({"persona": {"nombre": "Jana Muster", "contacto": {"telefono": "1", "correo": "j@example.org"}}})
    assert taken(result.resume) == {"basics": {"email": "j@example.org", "phone": "1"}}


def test_a_field_with_a_heading_for_its_name_is_a_section() -> None:
    result = accepted(**{"Рабочие инструменты": "B", "Auslandsjahr in Lyon": ["x", "y"], "settings": {"a": "b"}})
    assert taken(result.resume)["customSections"] == [
        {"title": "Рабочие инструменты", "summary": "B"},
        {"title": "Auslandsjahr in Lyon", "entries": [{"name": "x"}, {"name": "y"}]},
    ]
    assert told(result) == [("FieldIgnored", "cvData.settings.a")]


@pytest.mark.parametrize(
    ("data", "canonical"),
    [
        ({"languages": [{"Spanish": "native", "English": "B1"}]},
         {"languages": [{"language": "Spanish", "fluency": "native"}, {"language": "English", "fluency": "B1"}]}),
        ({"skills": {"Frontend": {"React": "90%", "Vue": {}}}},
         {"skills": [{"name": "Frontend", "keywords": ["React (90%)", "Vue"]}]}),
        ({"education": [{"2017 - 2020": "U", "2020": "V"}]},
         {"education": [{"institution": "U", "startDate": "2017", "endDate": "2020"},
                        {"institution": "V", "endDate": "2020"}]}),
        ({"skills": [{"name": "Media", "items": [{"name": "Gimp"}]}]},
         {"skills": [{"name": "Media", "keywords": ["Gimp"]}]}),
        ({"references": [{"1.-": "Ada Ray", "2.-": "Bo Lee"}]},
         {"references": [{"reference": "Ada Ray"}, {"reference": "Bo Lee"}]}),
        ({"work": [{"company": "A", "city": "Lima", "country": "Perú"}]},
         {"work": [{"name": "A", "location": "Lima, Perú"}]}),
    ],
)  # fmt: skip
def test_names_of_fields_that_are_contents_are_printed(data: dict[str, Any], canonical: dict[str, Any]) -> None:
    result = accepted(**data)
    assert taken(result.resume) == canonical
    assert told(result) == []


def test_how_long_something_was_is_no_date() -> None:
    work = [{"company": "A", "date": "2019 - 2020", "duration": "4 months"}]
    result = accepted(work=work, certificates=[{"name": "CKA", "year": "2016", "duration": "20 hours"}])
    assert taken(result.resume) == {
        "work": [{"name": "A", "startDate": "2019", "endDate": "2020"}],
        "certificates": [{"name": "CKA", "date": "2016"}],
    }
    assert told(result) == [
        ("FieldIgnored", "cvData.work[0].duration"),
        ("FieldIgnored", "cvData.certificates[0].duration"),
    ]


LABELS = json.loads((ROOT / "templates" / "_shared" / "labels.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LABELS)
def test_a_section_may_have_its_heading_in_any_language_as_its_name(language: str) -> None:
    names = field_names(Resume)
    for section in set(Resume.model_fields) & set(LABELS[language]):
        assert names[squeezed(LABELS[language][section])] == section


@pytest.mark.parametrize(
    "nothing",
    [
        {"summary": "<p></p>"},
        {"summary": "![](badge.png)", "entries": []},
        {"entries": [{}, None, {"name": " "}]},
        {"entries": [{"summary": "<p><br></p>", "highlights": ["", "<b></b>"]}]},
    ],
)
def test_a_section_without_a_text_is_named_in_a_warning(nothing: dict[str, Any]) -> None:
    result = accepted(customSections=[{"title": "Talks", **nothing}])
    assert told(result) == [("FieldIgnored", "cvData.customSections[0].title")]


def test_keys_of_a_database_are_not_printed_with_names() -> None:
    result = accepted(publications=[{"title": "T", "authors": [{"name": "B", "authorId": "12"}, {"name": "C"}]}])
    assert taken(result.resume) == {"publications": [{"name": "T", "authors": "B, C"}]}
    assert told(result) == [("FieldIgnored", "cvData.publications[0].authors[0].authorId")]


def test_the_texts_of_a_page_in_its_language_are_no_silent_loss() -> None:
    assert told(accepted(lang={"menu": "About me"})) == [("FieldIgnored", "cvData.lang.menu")]
    assert told(accepted(lang="de")) == []


@pytest.mark.parametrize(
    ("file_name", "basics", "name"),
    [
        ("Jane_Doe_2024.pdf", {"label": "Engineer", "email": "x@example.org"}, "Jane Doe 2024"),
        ("cv", {"email": "x@example.org"}, "x@example.org"),
        (None, {"label": "Engineer"}, "CV"),
        ("Zoë", {"label": "Engineer", "name": " \u202e"}, "Zoë"),
        ("résumé", {"label": "Engineer"}, "CV"),
    ],
)
def test_a_cv_without_a_name_is_named_after_something(file_name: str | None, basics: dict[str, Any], name: str) -> None:
    result = accept_cv({"basics": basics}, file_name=file_name)
    assert result.resume.basics.name == name
    assert not result.named
    assert told(result) == [("NameMissing", "cvData.basics.name")]


@pytest.mark.parametrize(
    "data",
    [{}, {"basics": {}}, {"basics": {"name": None}}, {"basics": {"name": " \t\u0000\u202e "}}, {"foo": {"bar": "x"}}],
)
def test_what_holds_nothing_of_a_cv_is_refused(data: Any) -> None:
    with pytest.raises(ResumeInvalid) as caught:
        accept_cv(data, file_name="John_Doe")
    ((field, message),) = [(detail["field"], detail["message"]) for detail in caught.value.details]
    assert field == "cvData"
    assert "JSON Resume" in message


def test_dates_that_are_not_certain_are_printed_as_they_are_written() -> None:
    result = accepted(
        work=[
            {"startDate": "Summer 2018", "endDate": "Present"},
            {"startDate": "Summer 2018"},
            {"startDate": "2018", "endDate": "heute"},
            {"endDate": "Present"},
            {"startDate": "2018-06-31", "endDate": "2019-13"},
        ],
        awards=[{"date": "-"}, {"title": "A", "date": "Q3 2020"}],
    )
    assert [(str(job.startDate), job.endDate) for job in result.resume.work] == [
        ("Summer 2018", "Present"),
        ("Summer 2018", None),
        ("2018", None),
        ("None", "Present"),
        ("2018-06", "2019-13"),
    ]
    assert told(result) == [
        ("DateAsWritten", "cvData.work[0].startDate"),
        ("DateAsWritten", "cvData.work[1].startDate"),
        ("DateAsWritten", "cvData.work[4].endDate"),
        ("DateAsWritten", "cvData.awards[1].date"),
    ]


def test_the_language_of_the_document_decides_what_is_else_uncertain() -> None:
    data = cv(work=[{"startDate": "listopad 2020", "endDate": "3/4/2021"}])
    read = {tag: accept_cv(data, language=tag) for tag in ("pl", "hr", "en-US")}
    assert [str(result.resume.work[0].startDate) for result in read.values()] == ["2020-11", "2020-10", "listopad 2020"]
    assert [str(result.resume.work[0].endDate) for result in read.values()] == [
        "2021-04-03",
        "2021-04-03",
        "2021-03-04",
    ]


def test_every_text_that_is_not_printed_is_named_with_its_path() -> None:
    result = accept_cv(
        {
            "$schema": "https://example.org/schema.json",
            "meta": {
                "version": "v1",
                "canonical": "https://a.example",
                "theme": "flat",
                "notes": "Ask Roe",
                "x": ["y"],
            },
            "basics": {"name": "Jane", "shoeSize": "40", "url": {"url": "https://a.example", "label": "Site"}},
            "work": [
                None,
                {"company": "A", "salary": {"amount": [5], "remote": True}},
                {"name": "B", "company": "C", "role": "D"},
            ],
            "wrok": [{"name": "typo", "id": "7f"}],
        }
    )
    assert all(warning.code is WarningCode.FIELD_IGNORED for warning in result.warnings)
    assert {warning.field for warning in result.warnings} == {
        *("cvData.meta.notes", "cvData.meta.x[0]", "cvData.basics.shoeSize", "cvData.basics.url.label"),
        *("cvData.work[1].salary.amount[0]", "cvData.work[2].company", "cvData.wrok[0].name"),
    }


def test_many_texts_that_are_not_printed_share_few_warnings() -> None:
    several = accepted(own=[{"a": "x", "b": "y"}] * 30).warnings
    assert [(one.field, one.message) for one in several] == [("cvData.own", "has 60 texts that are not printed")]
    many = accepted(**{f"own{n}": "x" for n in range(50)}).warnings
    assert len(many) == MAX_IGNORED
    assert (many[-1].field, many[-1].message) == ("cvData", "has 31 more texts that are not printed")


def test_a_path_is_clean_text() -> None:
    (warning,) = accepted(own={"\ud800\u202ea\n" + "x" * 500: "text"}).warnings
    assert warning.field == "cvData.own." + ("a " + "x" * 500)[:MAX_KEY]


def test_a_warning_holds_nothing_of_the_data() -> None:
    result = accepted(work=[{"startDate": "SECRET", "unknown": "SECRET"}])
    assert "SECRET" not in "".join(warning.message for warning in result.warnings)


def test_every_part_has_names_that_lead_to_its_fields() -> None:
    for part, main in MAIN.items():
        assert main in part.model_fields
        assert set(field_names(part).values()) <= set(part.model_fields)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2020", "Present"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "company", "startDate", "date", "url", "keywords", "items", "city", "label", "x", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def outcome(data: Any) -> tuple[list[str], Accepted | None]:
    """The fields that are refused, or what was taken."""
    try:
        return [], accept_cv(data)
    except ResumeInvalid as e:
        return [detail["field"] for detail in e.details], None


SECTIONS = st.sampled_from([*Resume.model_fields, "experience", "hobbies", "firstName", "linkedin", "profile", "other"])


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(SECTIONS, JSON, max_size=4))
def test_any_json_is_taken_or_refused_by_its_fields(data: dict[str, Any]) -> None:
    before = json.dumps(data)
    problems, result = outcome(data)
    assert json.dumps(data) == before, "the request is stored as it was sent"
    assert all(field.startswith("cvData") for field in problems)
    if result is None:
        return
    # What was taken is in the canonical form: taken again, it is the same.
    canonical = json.loads(result.resume.model_dump_json())
    assert accept_cv(canonical).resume == result.resume


@settings(derandomize=True, deadline=None)
@given(JSON)
def test_a_value_that_is_left_out_is_named(value: Any) -> None:
    data = {"basics": {"name": "Jane"}, "unknown": value}
    texts = list(texts_in(value))
    assert bool(accept_cv(data).warnings) == bool(texts)


def test_a_text_that_is_nested_too_deep_to_be_read_is_warned_of() -> None:
    value: Any = "lost"
    for _ in range(50):
        value = {"more": value}
    result = accept_cv({"basics": {"name": "Ada"}, "extra": value})
    assert [warning.code for warning in result.warnings] == [WarningCode.FIELD_IGNORED]
    assert result.warnings[0].field.startswith("cvData.extra.more")


def test_a_name_in_an_object_is_put_together() -> None:
    result = accept_cv({"basics": {"name": {"first": "Jane", "last": "Doe", "nick": "JD"}}})
    assert result.resume.basics.name == "Jane Doe"
    assert told(result) == [("FieldIgnored", "cvData.basics.name.nick")]


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        ("phone", {"label": "+49 30 901820", "url": "tel:+49-30-901820"}, "+49 30 901820"),
        ("phone", {"label": "Mobile", "url": "tel:+49 30 901820"}, "Mobile (+49 30 901820)"),
        ("phone", {"url": "TEL:+49 30 901820"}, "+49 30 901820"),
        ("phone", "tel:+49 30 901820", "+49 30 901820"),
        ("email", {"text": "jane@example.org", "href": "mailto:jane@example.org"}, "jane@example.org"),
        ("email", "mailto:jane@example.org", "jane@example.org"),
    ],
)
def test_what_is_sent_as_a_link_to_the_person_is_printed_once_without_its_scheme(
    field: str, sent: Any, expected: str
) -> None:
    result = accept_cv({"basics": {"name": "Jane Doe", field: sent}})
    assert taken(result.resume) == {"basics": {field: expected}}
    assert told(result) == []


@pytest.mark.parametrize(
    ("employer", "warned"),
    [
        ({"startDate": "2012", "endDate": "2020"}, []),
        ({"from": "2010-03", "endDate": "2020-05"}, ["from"]),
        ({"startDate": "2012-01", "to": "2022"}, ["to"]),
        ({"period": "2010 - 2022"}, ["period"]),
    ],
)
def test_a_period_at_an_employer_that_no_role_covers_is_warned_of(employer: dict[str, str], warned: list[str]) -> None:
    roles = [
        {"title": "Engineer", "startDate": "2012-01", "endDate": "2014"},
        {"title": "Lead", "startDate": "2014", "endDate": "2020-05"},
    ]
    result = accepted(work=[{"name": "Example Ltd", **employer, "positions": roles}])
    assert told(result) == [("FieldIgnored", f"cvData.work[0].{key}") for key in warned]
    assert [str(entry.startDate) for entry in result.resume.work] == ["2012-01", "2014"]


def test_the_end_at_an_employer_is_warned_of_where_the_role_has_none() -> None:
    employer = {"name": "Example Ltd", "endDate": "2020", "positions": [{"title": "Engineer", "startDate": "2012"}]}
    assert told(accepted(work=[employer])) == [("FieldIgnored", "cvData.work[0].endDate")]


@pytest.mark.parametrize(
    ("key", "value", "label"),
    [
        ("birthDate", "1990-05-01", "Birth date"),
        ("nationality", "Irish", "Nationality"),
        ("drivingLicence", ["B", "C1"], "Driving licence"),
        ("Geburtsdatum", "1.5.1990", "Geburtsdatum"),
        ("fecha_nacimiento", "1990-05-15", "Fecha nacimiento"),
        ("staatsangehoerigkeit", "irisch", "Staatsangehoerigkeit"),
        ("Führerschein:", "B", "Führerschein"),
        ("datum narození", "1. 5. 1990", "Datum narození"),
        ("Security clearance", "SC", "Security clearance"),
    ],
)
def test_what_else_is_said_of_a_person_stands_with_the_accounts(key: str, value: Any, label: str) -> None:
    text = value if isinstance(value, str) else ", ".join(value)
    result = accept_cv({"basics": {"name": "Jane Doe", key: value}})
    assert taken(result.resume) == {"basics": {"profiles": [{"network": label, "username": text}]}}
    assert told(result) == []


def test_what_is_said_of_a_person_may_stand_beside_the_person() -> None:
    result = accepted(birthDate="1990-05-01", work=[{"name": "Example Ltd"}])
    assert taken(result.resume)["basics"] == {"profiles": [{"network": "Birth date", "username": "1990-05-01"}]}
    assert told(result) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("Fuehrerschein", ["B", "CE"], {"network": "Fuehrerschein", "username": "B, CE"}),
        ("řidičský průkaz", "B", {"network": "Řidičský průkaz", "username": "B"}),
        ("Водительские права", "B", {"network": "Водительские права", "username": "B"}),
    ],
)
def test_a_driving_licence_stands_with_the_accounts(key: str, value: Any, said: dict[str, str]) -> None:
    result = accepted(**{key: value}, work=[{"name": "Example Ltd"}])
    assert taken(result.resume)["basics"] == {"profiles": [said]}
    assert "customSections" not in taken(result.resume)


def test_a_long_text_on_the_driving_licence_is_a_section() -> None:
    about = "Since 2010, for cars, lorries and buses. " * 3
    assert taken(accepted(Führerschein=about).resume)["customSections"][0]["summary"].strip() == about.strip()


def test_the_levels_of_a_language_say_of_what_they_are() -> None:
    levels = {"understanding": {"listening": "C2", "reading": "C2"}, "writing": "C1"}
    result = accepted(languages={"language": [{"name": "German", **levels}]})
    assert "German (Listening: C2, Reading: C2, Writing: C1)" in str(taken(result.resume)["languages"])


def test_a_level_in_percent_is_written_as_one() -> None:
    result = accepted(
        skills=[{"title": "React", "percent": 90}, {"title": "Go", "percentage": "70%"}, {"name": "C", "level": 3}]
    )
    assert [skill.get("level") for skill in taken(result.resume)["skills"]] == ["90%", "70%", "3"]


def test_the_page_of_a_publication_is_no_address() -> None:
    paper = {"title": "Nineteen minutes", "page": "446-457", "website": "https://journal.example/1"}
    result = accepted(publications=[paper])
    assert taken(result.resume)["publications"] == [{"name": "Nineteen minutes", "url": "https://journal.example/1"}]
    assert told(result) == [("FieldIgnored", "cvData.publications[0].page")]


def test_interests_that_are_names_of_fields_are_printed() -> None:
    result = accepted(**{"Pasatiempos e intereses": [{"Lectura": "", "Deportes de contacto": ""}]})
    assert taken(result.resume)["interests"] == [{"name": "Lectura"}, {"name": "Deportes de contacto"}]
    result = accepted(interests={"Music": "piano", "Running": ""})
    assert taken(result.resume)["interests"] == [{"name": "Music", "keywords": ["piano"]}, {"name": "Running"}]


CV = {"basics": {"name": "Jane Doe"}, "work": [{"name": "Example Ltd", "salary": "5"}]}


@pytest.mark.parametrize("data", [[CV], [None, CV], {"cvData": [CV]}], ids=str)
def test_the_only_cv_in_a_list_is_taken_and_named(data: Any) -> None:
    result = accept_cv(data)
    assert result.resume.work[0].name == "Example Ltd"
    place = 1 if data == [None, CV] else 0
    assert told(result) == [("CvInList", f"cvData[{place}]"), ("FieldIgnored", f"cvData[{place}].work[0].salary")]


def test_a_list_of_sections_is_a_cv() -> None:
    result = accept_cv(
        [
            {"title": "General Information", "type": "map", "contents": [
                {"name": "Full Name", "value": "Jane Doe"}, {"name": "Shoe size", "value": {"eu": "40"}}]},
            {"title": "Education", "type": "time_table", "contents": [
                {"title": "M.Sc.", "institution": "U", "year": "2019 - 2021", "description": ["With honours."]}]},
            {"title": "Awards", "type": "time_table", "contents": [{"year": 2019, "items": ["One", "Two"], "x": "y"}]},
            {"title": "Academic Interests", "type": "nested_list", "contents": [{"title": "Tides", "items": ["Ebb"]}]},
            {"title": "Other Interests", "type": "list", "contents": ["Chess"], "icon": "star", "note": "Mine"},
            {"title": "Hobbies", "type": "list", "contents": ["Go"]},
        ]
    )  # fmt: skip
    assert result.resume.basics.name == "Jane Doe"
    assert taken(result.resume) == {
        "basics": {"profiles": [{"network": "Shoe size", "username": "40"}]},
        "education": [
            {
                "institution": "U",
                "studyType": "M.Sc.",
                "startDate": "2019",
                "endDate": "2021",
                "highlights": ["With honours."],
            }
        ],
        "awards": [{"title": "One", "date": "2019"}, {"title": "Two", "date": "2019"}],
        "interests": [{"name": "Chess"}, {"name": "Go"}],
        "customSections": [{"title": "Academic Interests", "entries": [{"name": "Tides", "highlights": ["Ebb"]}]}],
    }
    assert [field for _, field in told(result)] == [
        "cvData[0].title",
        "cvData[0].contents[0].name",
        "cvData[4].note",
        "cvData[5].title",
        "cvData[2].contents[0].x",
    ]
    assert [(one.section, one.title, one.usual) for one in result.headings] == [
        ("education", "Education", True),
        ("awards", "Awards", True),
        ("interests", "Other Interests", False),
    ]


def test_a_list_of_jobs_is_a_cv() -> None:
    result = accept_cv(
        [{"company": "A", "title": "Lead", "skills": ["Go"]}, {"company": "B", "x": "y"}], file_name="Jane"
    )
    assert taken(result.resume) == {
        "work": [{"name": "A", "position": "Lead", "keywords": ["Go"]}, {"name": "B"}],
    }
    assert told(result) == [("NameMissing", "cvData.basics.name"), ("FieldIgnored", "cvData[1].x")]


def test_what_stands_beside_the_only_cv_in_a_list_is_named() -> None:
    result = accept_cv(["page 1", {"exported": "2020"}, CV])
    assert [field for _, field in told(result)] == [
        "cvData[2]",
        "cvData[2].work[0].salary",
        "cvData[0]",
        "cvData[1].exported",
    ]


def test_the_only_cv_in_a_list_that_is_a_field_is_taken() -> None:
    result = accept_cv({"count": 1, "resumes": [None, CV, {"note": "by hand"}]})
    assert result.resume.basics.name == "Jane Doe"
    assert told(result) == [
        ("CvInList", "cvData.resumes[1]"),
        ("FieldIgnored", "cvData.resumes[1].work[0].salary"),
        ("FieldIgnored", "cvData.count"),
        ("FieldIgnored", "cvData.resumes[2].note"),
    ]
    with pytest.raises(ResumeInvalid):
        accept_cv({"resumes": [CV, CV]})


def test_a_list_that_is_a_field_is_read_as_a_list_by_itself() -> None:
    fresh = {"name": "Jane Doe", "employment": {"history": [{"employer": "Example Ltd", "position": "Engineer"}]}}
    assert accept_cv([fresh]).format == accept_cv({"resumes": [fresh]}).format == "FRESH"
    assert accept_cv([{"x": 1}, {"resumes": [CV]}]).resume.basics.name == "Jane Doe"
    with pytest.raises(ResumeInvalid) as refused:
        accept_cv({"resumes": [{**CV, "basics": {"name": "J" * 201}}]})
    assert [one["field"] for one in refused.value.details] == ["cvData.resumes[0].basics.name"]


@pytest.mark.parametrize(
    "work",
    [
        {"van": "2015", "tot": "2017"},
        {"מ": "2015", "עד": "2017"},
        {"से": "2015", "तक": "2017"},
        {"เริ่ม": "2015", "สิ้นสุด": "2017"},
    ],
    ids=str,
)
def test_a_period_has_the_words_of_its_language(work: dict[str, str]) -> None:
    result = accepted(work=[{"name": "Example Ltd", **work}])
    assert taken(result.resume)["work"] == [{"name": "Example Ltd", "startDate": "2015", "endDate": "2017"}]
    assert told(result) == []


def test_the_month_of_a_date_may_stand_beside_its_year() -> None:
    entry = {"name": "Example Ltd", "start_month": "May", "start_year": 2019, "endYear": "2020", "endMonth": "3"}
    result = accepted(work=[entry, {**entry, "start_month": "harvest"}])
    assert [(str(one.startDate), str(one.endDate)) for one in result.resume.work] == [
        ("2019-05", "2020-03"),
        ("2019", "2020-03"),
    ]
    assert told(result) == [("FieldIgnored", "cvData.work[1].start_month")]
    both = accepted(work=[{**entry, "startDate": "2018"}])
    assert told(both) == [("FieldIgnored", f"cvData.work[0].start_{part}") for part in ("month", "year")]


def test_a_cv_of_another_program_in_a_list_is_converted() -> None:
    result = accept_cv([{"cv": {"name": "Jane Doe", "sections": {"talks": ["One."]}}}])
    assert result.format == "RenderCV"
    assert told(result)[:2] == [("CvInList", "cvData[0]"), ("FormatConverted", "cvData[0]")]


EACH = "and a request prints one: send each in a request of its own, with an object as cvData, such as"


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ([CV, CV], "cvData", "is a list of 2 CVs, and a request prints one: send each in a request of its own"),
        ({"resumes": [CV, CV]}, "cvData", f"holds 2 CVs, {EACH} cvData.resumes[0]"),
        ({"data": [{"id": n, "attributes": CV} for n in "12"]}, "cvData", f"holds 2 CVs, {EACH} cvData.data[0].attr"),
        ([[CV, CV]], "cvData", f"holds 2 CVs, {EACH} cvData[0][0]"),
        ([], "cvData", "must be an object, or a list with one CV in it"),
        ([1, "x"], "cvData", "must be an object, or a list with one CV in it"),
        ([{}], "cvData[0]", "holds nothing of a CV"),
        (None, "cvData", "must be an object"),
        ("Jane", "cvData", "must be an object"),
    ],
)
def test_what_is_not_one_cv_is_refused_with_what_to_send(data: Any, field: str, message: str) -> None:
    with pytest.raises(ResumeInvalid) as refused:
        accept_cv(data)
    (detail,) = refused.value.details
    assert detail["field"] == field
    assert detail["message"].startswith(message)


@pytest.mark.parametrize(
    ("around", "path"),
    [
        (lambda cv: {"data": {"type": "resumes", "id": "1", "attributes": cv}}, "cvData.data.attributes"),
        (lambda cv: {"data": [{"id": "1", "attributes": cv}], "meta": {"count": 1}}, "cvData.data[0].attributes"),
        (lambda cv: {"response": {"user": {"resume": cv}}}, "cvData.response.user.resume"),
        (lambda cv: [[cv]], "cvData[0][0]"),
        # An address beside the answer is nobody's CV.
        (lambda cv: {"contact": {"email": "help@example.org"}, "value": {"parsed": cv}}, "cvData.value.parsed"),
    ],
)
def test_the_only_cv_in_what_a_service_answers_is_taken(around: Any, path: str) -> None:
    result = accept_cv(around({**CV, "work": [{"position": "Engineer", "shoeSize": 41}]}))
    assert result.resume.basics.name == "Jane Doe"
    assert taken(result.resume) == {"work": [{"position": "Engineer"}]}
    assert ("FieldIgnored", f"{path}.work[0].shoeSize") in told(result)
    assert ("CvInList", path) in told(result) or "[" not in path


@pytest.mark.parametrize(("language", "position"), [("", "Engineer"), ("de-AT", "Ingenieurin"), ("fr", "Engineer")])
def test_of_answers_in_several_languages_the_documents_is_taken(language: str, position: str) -> None:
    both = {
        key: {"strings": {"work": word}, "resume": {**CV, "work": [{"position": text}]}}
        for key, word, text in (("en", "Experience", "Engineer"), ("de", "Erfahrung", "Ingenieurin"))
    }
    result = accept_cv(both, language=language)
    assert taken(result.resume) == {"work": [{"position": position}]}
    other = "en" if position == "Ingenieurin" else "de"
    assert ("FieldIgnored", f"cvData.{other}.resume.work[0].position") in told(result)


@pytest.mark.parametrize(
    ("section", "canonical"),
    [
        (
            {"projects": [{"project_title": "Loom", "projectRole": "Lead", "problem": "Slow.", "solution": "Cached."}]},
            {"projects": [{"name": "Loom", "roles": ["Lead"], "highlights": ["Slow.", "Cached."]}]},
        ),
        (
            {"certifications": [{"certificationName": "PMP", "certIssuer": "PMI", "school": "Example School"}]},
            {"certificates": [{"name": "PMP", "issuer": "PMI"}]},
        ),
        (
            {
                "work": [
                    {"jobName": "Engineer", "enterprise": "Example Ltd", "tenure": {"start": "2020-01", "end": None}}
                ]
            },
            {"work": [{"position": "Engineer", "name": "Example Ltd", "startDate": "2020-01"}]},
        ),
        # An adjective before the name of a section, whose entries fit there better than in one of one's own.
        (
            {"akademische_ausbildung": [{"zeitraum": "2004", "hochschule": "Kiel", "abschluss": "Diplom"}]},
            {"education": [{"institution": "Kiel", "studyType": "Diplom", "endDate": "2004"}]},
        ),
        # Rows of dates and texts.
        (
            {
                "sections": [
                    {"title": "Art", "rows": [["2023–2024", "Line VII"], ["Since 2025", "Lake"], ["", "A text."]]}
                ]
            },
            {
                "customSections": [
                    {
                        "title": "Art",
                        "entries": [
                            {"name": "Line VII", "startDate": "2023", "endDate": "2024"},
                            {"name": "Lake", "startDate": "2025"},
                            {"name": "A text."},
                        ],
                    }
                ]
            },
        ),
        (
            {"work": [{"company": "Example Ltd", "project": {"title": "Loom", "link": "https://loom.example"}}]},
            {
                "work": [{"name": "Example Ltd"}],
                "projects": [{"name": "Loom", "url": "https://loom.example", "entity": "Example Ltd"}],
            },
        ),
        (
            {"skills_designer": ["Figma"], "skills_soft": ["Patience"]},
            {
                "skills": [
                    {"name": "Skills designer", "keywords": ["Figma"]},
                    {"name": "Skills soft", "keywords": ["Patience"]},
                ]
            },
        ),
        (
            {"basics": {"name": "Jane Doe", "contacts": ["York", "j@example.org", "example.org/jane"]}},
            {
                "basics": {
                    "email": "j@example.org",
                    "location": {"address": "York"},
                    "profiles": [{"url": "example.org/jane"}],
                }
            },
        ),
        # Sections in an object that has another one's name.
        (
            {
                "achievements": {
                    "projects": ["Loom"],
                    "awards_honors": ["First prize"],
                    "volunteer_work": [],
                    "professional_memberships": ["Example Society"],
                }
            },
            {
                "awards": [{"title": "First prize"}],
                "projects": [{"name": "Loom"}],
                "customSections": [{"title": "Professional memberships", "entries": [{"name": "Example Society"}]}],
            },
        ),
        (
            {"særligeKurser": [{"navn": "Lys", "periode": "2019"}]},
            {"customSections": [{"title": "Særlige kurser", "entries": [{"name": "Lys", "endDate": "2019"}]}]},
        ),
        (
            {"skills": {"ai": ["Planning"], "db": ["SQL"], "visual": ["Figma"]}},
            {
                "skills": [
                    {"name": "AI", "keywords": ["Planning"]},
                    {"name": "db", "keywords": ["SQL"]},
                    {"name": "Visual", "keywords": ["Figma"]},
                ]
            },
        ),
        # Colours are of a page.
        (
            {"skills": [{"title": "Web", "skills": [{"name": "Go", "color": "green"}]}]},
            {"skills": [{"name": "Web", "keywords": ["Go"]}]},
        ),
        (
            {"work": [{"title": "Example Ltd", "jobs": [{"role": "Cook"}, {"role": "Chef"}]}]},
            {"work": [{"name": "Example Ltd", "position": "Cook"}, {"name": "Example Ltd", "position": "Chef"}]},
        ),
        (
            {"work": [{"position": {"PT": "Programação", "EN": "Programming"}}]},
            {"work": [{"position": "Programação"}]},
        ),
    ],
)
def test_names_that_programs_give_to_fields_are_read(section: dict[str, Any], canonical: dict[str, Any]) -> None:
    assert plain(taken(accepted(**section).resume)) == canonical


def test_a_text_about_all_entries_of_a_section_is_named() -> None:
    jobs = [{"company": "A", "title": "Cook"}]
    result = accepted(workExperience={"intro": "A journey.", "experiences": jobs})
    assert plain(taken(result.resume)) == {"work": [{"name": "A", "position": "Cook"}]}
    assert told(result) == [("FieldIgnored", "cvData.workExperience.intro")]


def test_an_entry_has_its_text_in_languages_in_capitals() -> None:
    entry = {"PT": "Sistema", "EN": "System", "Tools": "Go"}
    result = accept_cv(cv(projects=[entry]), language="en")
    assert taken(result.resume) == {"projects": [{"description": "System", "keywords": ["Go"]}]}
    assert told(result) == [("FieldIgnored", "cvData.projects[0].PT")]


@pytest.mark.parametrize(
    ("beside", "basics"),
    [
        (
            {"candidateName": "Jane Doe", "emails": ["j@example.org"], "phoneNumbers": ["+44 1"]},
            ("j@example.org", "+44 1"),
        ),
        (
            {"cnName": "Jane Doe", "emailAddresses": ["j@example.org"], "daytimePhone": "+44 1"},
            ("j@example.org", "+44 1"),
        ),
        (
            {"hero": {"name": "Jane Doe", "subtitle": "Engineer"}, "contact": {"email": "j@example.org"}},
            ("j@example.org", ""),
        ),
    ],
)
def test_the_person_is_found_under_more_names(beside: dict[str, Any], basics: tuple[str, str]) -> None:
    result = accept_cv({**beside, "work": [{"position": "Engineer"}]})
    found = result.resume.basics
    assert (found.name, found.email, found.phone) == ("Jane Doe", *basics)
    assert told(result) == []


def test_a_name_in_two_scripts_is_printed_in_both() -> None:
    result = accept_cv({"cnName": "吴怡", "enName": "Jane Wu", "job": "工程师", "work": [{"position": "Engineer"}]})
    assert (result.resume.basics.name, result.resume.basics.label) == ("吴怡 (Jane Wu)", "工程师")
    assert told(result) == []


@pytest.mark.parametrize(
    ("names", "printed", "ignored"),
    [
        ({"name": "José Díaz", "displayName": "jdiaz"}, "José Díaz", ["displayName"]),
        ({"name": "Nguyễn Văn A", "fullName": "Nguyen Van A"}, "Nguyễn Văn A", ["fullName"]),
        ({"name": "吴怡", "nameEn": "Jane Wu", "englishName": "J. Wu"}, "吴怡 (Jane Wu)", ["englishName"]),
        ({"firstName": "Jane", "lastName": "Wu", "nativeName": "吴怡"}, "吴怡 (Jane Wu)", []),
        ({"name": "José Díaz", "nativeName": "Хосе Диас"}, "José Díaz (Хосе Диас)", []),
    ],
)
def test_a_second_name_is_printed_in_another_script_alone(
    names: dict[str, str], printed: str, ignored: list[str]
) -> None:
    result = accept_cv({"basics": names, "work": [{"position": "Engineer"}]})
    assert result.resume.basics.name == printed
    assert told(result) == [("FieldIgnored", f"cvData.basics.{field}") for field in ignored]


@pytest.mark.parametrize(
    "data",
    [
        {"profiles": [{"network": f"N{number}", "url": f"https://example.org/{number}"} for number in range(30_000)]},
        {"work": {f"group {number}": [{"employer": "A"}] for number in range(30_000)}},
        {"work": [{"employer": "A", "start": "unclear", "roles": [{"start": "2020 maybe"}]} for _ in range(20_000)]},
        {
            "education": [
                {"major": "a " * 100_000, **{f"ma{'.' * (n % 60)}jor{'.' * (n // 60)}": "b" for n in range(1, 9_000)}}
            ]
        },
    ],
)
def test_what_is_refused_for_its_size_takes_no_quadratic_time(data: dict[str, Any]) -> None:
    began = time.process_time()
    with pytest.raises(ResumeInvalid, match="must have at most"):
        accept_cv({"basics": {"name": "Jane Doe"}, **data})
    assert time.process_time() - began < 5


def test_titles_of_sections_are_no_text_of_the_person() -> None:
    result = accept_cv({**CV, "titles": {"work": "EXPERIENCE", "skills": "SKILLS"}, "work": [{"position": "Engineer"}]})
    assert [(one.section, one.title) for one in result.headings] == [("work", "EXPERIENCE")]
    assert taken(result.resume) == {"work": [{"position": "Engineer"}]}
    assert told(result) == [("FieldIgnored", "cvData.titles.skills")]


def test_what_is_no_title_among_titles_of_sections_is_named() -> None:
    titles = {"work": "EXPERIENCE", "interests": {"title": "Chess"}}
    result = accept_cv({**CV, "headings": titles, "work": [{"position": "Engineer"}]})
    assert taken(result.resume) == {"work": [{"position": "Engineer"}]}
    assert told(result) == [
        ("FieldIgnored", "cvData.headings.work"),
        ("FieldIgnored", "cvData.headings.interests.title"),
    ]


def test_a_network_is_written_as_it_writes_itself() -> None:
    result = accept_cv({**CV, "identities": {"linkedIn": "https://linkedin.com/in/jane"}})
    assert [one.network for one in result.resume.basics.profiles] == ["LinkedIn"]


def test_age_and_gender_stand_with_the_accounts() -> None:
    result = accept_cv({"name": "Jane Doe", "age": 41, "Geschlecht": "weiblich", "work": [{"position": "Engineer"}]})
    said = [(one.network, one.username) for one in result.resume.basics.profiles]
    assert said == [("Age", "41"), ("Geschlecht", "weiblich")]
    assert told(result) == []


def test_accounts_of_a_type_with_a_title_keep_both() -> None:
    contacts = [{"type": "email", "title": "j@example.org"}, {"type": "wechat", "title": "jane-d"}]
    result = accept_cv(
        {"name": "Jane Doe", "contacts": contacts, "socials": [{"type": "csdn", "title": "csdn.example/j"}]}
    )
    said = [(one.network, one.username) for one in result.resume.basics.profiles]
    assert said == [("WeChat", "jane-d"), ("csdn", "csdn.example/j")]
    assert told(result) == []


@pytest.mark.parametrize(
    "items",
    [
        [
            {"type": "person", "id": "1", "attributes": {"name": "Jane Doe"}},
            {"type": "work", "id": "2", "attributes": {"company": "Example Ltd", "position": "Engineer"}},
            {"type": "education", "id": "3", "attributes": {"school": "Example School", "degree": "BA"}},
        ],
        [
            {"section": "basics", "name": "Jane Doe"},
            {"section": "Work experience", "company": "Example Ltd", "position": "Engineer"},
            {"section": "education", "school": "Example School", "degree": "BA"},
        ],
        [
            {"Nombre": "Jane Doe"},
            {"Empresa": "Example Ltd", "Puesto": "Engineer"},
            {"Escuela": "Example School", "GradodeEstudio": "BA"},
        ],
    ],
    ids=["attributes", "section", "fields"],
)
def test_a_list_of_the_entries_of_all_sections_is_a_cv(items: list[dict[str, Any]]) -> None:
    result = accept_cv(items)
    assert result.resume.basics.name == "Jane Doe"
    assert taken(result.resume) == {
        "work": [{"name": "Example Ltd", "position": "Engineer"}],
        "education": [{"institution": "Example School", "studyType": "BA"}],
    }
    assert told(result) == []
    inner = items[1].get("attributes", items[1])
    path = "cvData[1].attributes.shoe" if inner is not items[1] else "cvData[1].shoe"
    inner["shoe"] = 41
    assert told(accept_cv(items)) == [("FieldIgnored", path)]


def test_a_list_of_employers_with_their_jobs_is_a_cv() -> None:
    result = accept_cv([{"title": "A", "jobs": [{"role": "Cook"}]}, {"title": "B", "jobs": [{"role": "Chef"}]}])
    assert taken(result.resume) == {"work": [{"name": "A", "position": "Cook"}, {"name": "B", "position": "Chef"}]}


def test_sections_with_names_of_one_meaning_are_one_section_with_all_entries() -> None:
    names = ("work", "experience", "Berufserfahrung", "WORK")
    result = accepted(**{name: [{"position": name, "company": "Example Ltd"}] for name in names})
    assert [entry.position for entry in result.resume.work] == list(names)
    assert told(result) == []


@pytest.mark.parametrize("nothing", [None, "", " ", [], {}, [None], [[]], [{}], [" ", None]], ids=str)
def test_what_says_nothing_is_taken_for_nothing(nothing: Any) -> None:
    names = {*Resume.model_fields, "talks", "unknown"} - {"basics"}
    entry = {"name": "Example Ltd", "position": nothing, "startDate": nothing, "highlights": nothing, "url": nothing}
    basics = {"name": "Jane Doe", "phone": nothing, "location": nothing, "profiles": nothing, "image": nothing}
    result = accept_cv({"basics": basics, **dict.fromkeys(names, nothing), "experience": [entry, nothing]})
    assert taken(result.resume) == {"work": [{"name": "Example Ltd"}]}
    assert told(result) == []


@pytest.mark.parametrize(("language", "versions"), [("de", "_de"), ("en", "_en"), ("fr", "_de")], ids=str)
def test_of_fields_with_languages_in_their_names_one_is_taken(language: str, versions: str) -> None:
    data = {
        "name": "Jane Doe",
        "summary": {"text_de": "Ich baue.", "text_en": "I build."},
        "experience": [
            {"position_de": "Köchin", "position_en": "Cook", "company": "Example Ltd", "tasks_de": ["Kochen"]}
            | {
                "tasksDe": ["Mehr"],
                "tasks_en": ["Cooking"],
                "start_month": "1",
                "start_year": "2020",
                "city_de": "Wien",
            }
        ],
        "skills": [{"name_de": "Führung", "name_en": "Leadership"}],
        "education_de": [{"school": "Schule"}],
        "education_en": [{"school": "School"}],
    }
    result = accept_cv(data, language=language)
    german = versions == "_de"
    assert taken(result.resume) | {"work": []} == {
        "basics": {"summary": "Ich baue." if german else "I build."},
        "work": [],
        "skills": [{"name": "Führung" if german else "Leadership"}],
        "education": [{"institution": "Schule" if german else "School"}],
    }
    (job,) = result.resume.work
    assert (job.position, job.highlights) == (("Köchin", ["Kochen"]) if german else ("Cook", ["Cooking"]))
    other = "_en" if german else "_de"
    assert {field for _, field in told(result)} == {
        f"cvData.summary.text{other}",
        f"cvData.experience[0].position{other}",
        f"cvData.experience[0].tasks{other}[0]",
        "cvData.experience[0].tasksDe[0]",
        "cvData.experience[0].city_de",
        f"cvData.skills[0].name{other}",
        f"cvData.education{other}[0].school",
    }


def test_a_field_may_stand_beside_itself_in_another_language() -> None:
    work = {
        "title": "Cook",
        "title_de": "Köchin",
        "company": "A",
        "company_id": "A-7",
        "summary_de": " ",
        "summary": "B",
    }
    result = accept_cv({"name": "Jane Doe", "work": [work], "skills": ["Go"], "skills_it": ["Java"]}, language="de")
    assert taken(result.resume) == {
        "work": [{"name": "A", "position": "Köchin", "summary": "B"}],
        "skills": [{"name": "Go"}, {"name": "Skills it", "keywords": ["Java"]}],
    }
    assert told(result) == [("FieldIgnored", "cvData.work[0].title"), ("FieldIgnored", "cvData.work[0].company_id")]


def test_what_is_within_a_field_of_one_language_is_named_where_it_was() -> None:
    work = [{"company": "A", "shoe": 41, "startDate": "one day"}]
    result = accept_cv({"name": "Jane Doe", "experience_en": work, "experience_de": []}, language="de")
    assert told(result) == [
        ("DateAsWritten", "cvData.experience_en[0].startDate"),
        ("FieldIgnored", "cvData.experience_en[0].shoe"),
    ]


def test_sections_may_be_lists_below_titles_in_another_language() -> None:
    data = {
        "nombre": "Jane Doe",
        "contacto": {"titulo": "Contacto", "datos": ["📧 jane@example.com", "☎ 030 123 456", "📍 Caracas"]},
        "perfil": {"titulo": "Perfil", "texto": "Programadora."},
        "experiencia": {"titulo": "Experiencia laboral", "lista": [{"cargo": "Cook", "empresa": "Example Ltd"}]},
        "habilidades": {"titulo": "Habilidades", "datos": ["PHP", "Go"]},
        "idiomas": {"título": "Idiomas", "lista": ["Inglés", "Español"]},
    }
    result = accept_cv(data)
    assert taken(result.resume) == {
        "basics": {
            "email": "jane@example.com",
            "phone": "030 123 456",
            "summary": "Programadora.",
            "location": {"address": "📍 Caracas"},
        },
        "work": [{"name": "Example Ltd", "position": "Cook"}],
        "skills": [{"name": "PHP"}, {"name": "Go"}],
        "languages": [{"language": "Inglés"}, {"language": "Español"}],
    }
    assert all(field.endswith((".titulo", ".título")) for _, field in told(result))


def test_ways_to_reach_a_person_may_be_addresses() -> None:
    contacts = [{"type": "email", "address": "jane@example.com"}, {"type": "github", "address": "https://github.com/j"}]
    result = accept_cv({"name": "Jane Doe", "contacts": contacts})
    assert result.resume.basics.email == "jane@example.com"
    assert [(one.network, one.url) for one in result.resume.basics.profiles] == [("GitHub", "https://github.com/j")]
    assert told(result) == []


def test_the_tests_and_the_service_of_a_person_are_sections() -> None:
    service = {"branch": "Army", "rank": "Sergeant", "period": "2013 - 2014"}
    result = accepted(
        language_tests=[{"name": "IELTS", "score": 7}],
        militaryService=service,
        languages=[{"label": "Norsk", "text": "Morsmål"}],
    )
    (tests, military), (norwegian,) = result.resume.customSections, result.resume.languages
    assert [(one.name, one.subtitle) for one in tests.entries] == [("IELTS", "7")]
    assert {military.entries[0].name, military.entries[0].subtitle} == {"Army", "Sergeant"}
    assert (norwegian.language, norwegian.fluency) == ("Norsk", "Morsmål")
    assert told(result) == []


def test_the_workplaces_and_the_schools_of_a_swedish_cv_are_sections() -> None:
    result = accept_cv(
        {
            "namn": "Jane Doe",
            "arbetsplatser": [{"företag": "Blå Bok AB", "roll": "Cook"}],
            "utbildningar": [{"skola": "Skolan", "utbildning": "Systemvetenskap"}],
            "styrkor": ["Lugn"],
        }
    )
    assert taken(result.resume) == {
        "work": [{"name": "Blå Bok AB", "position": "Cook"}],
        "education": [{"institution": "Skolan", "studyType": "Systemvetenskap"}],
        "customSections": [{"title": "Styrkor", "entries": [{"name": "Lugn"}]}],
    }
    assert told(result) == []


@pytest.mark.parametrize("beside", [True, False])
def test_what_cvs_of_many_countries_say_of_a_person_is_printed(beside: bool) -> None:
    details = {"Nationalität": "deutsch", "political_status": "Member", "heightCm": 165, "bloodGroup": "A+"}
    details |= {"hometown": "Nanjing", "religion": "none", "fatherName": "John Doe", "passport_number": "X 123"}
    result = accept_cv({"name": "Jane Doe", **details} if beside else {"basics": {"name": "Jane Doe", **details}})
    said = {one.network: one.username for one in result.resume.basics.profiles}
    assert said == {
        "Nationalität": "deutsch",
        "Political status": "Member",
        "Height cm": "165",
        "Blood group": "A+",
        "Hometown": "Nanjing",
        "Religion": "none",
        "Father name": "John Doe",
        "Passport number": "X 123",
    }
    assert told(result) == []


def test_how_long_somebody_has_a_skill_is_its_level_where_it_is_said_in_words() -> None:
    skills = [{"name": "Go", "duration": "5 years"}, {"name": "Rust", "years": 3}, {"name": "C", "years": "3"}]
    skills.append({"name": "Java", "level": "expert", "yearsOfExperience": "10+ years"})
    result = accepted(skills=skills)
    said = [(one.name, one.level) for one in result.resume.skills]
    assert said == [("Go", "5 years"), ("Rust", ""), ("C", ""), ("Java", "expert")]
    assert told(result) == [
        ("FieldIgnored", f"cvData.skills[{place}].{name}")
        for place, name in ((1, "years"), (2, "years"), (3, "yearsOfExperience"))
    ]


def test_the_roles_of_a_person_are_the_title() -> None:
    result = accept_cv({"name": "Jane Doe", "roles": ["Cook", "Teacher"], "work": [{"company": "A", "position": "B"}]})
    assert result.resume.basics.label == "Cook, Teacher"
    assert told(result) == []
    jobs = {"name": "Jane Doe", "roles": [{"company": "A", "position": "B", "startDate": "2019"}]}
    assert not accept_cv(jobs).resume.basics.label


def test_an_employer_may_have_functions_and_an_entry_its_place() -> None:
    functions = [{"title": "Cook", "start-date": "Feb 2019"}, {"title": "Mentor", "start-date": "Aug 2019"}]
    result = accepted(
        experience=[
            {"employer": "Example Ltd", "functions": functions},
            {"title": "Chef", "place": "Capgemini", "city": "Pérols"},
            {"title": "Guest", "place": "Vienna"},
        ],
        education=[{"title": "Master", "place": "EPSI", "city": "Montpellier"}],
    )
    said = [(one.name, one.position, one.location) for one in result.resume.work]
    assert said == [
        ("Example Ltd", "Cook", ""),
        ("Example Ltd", "Mentor", ""),
        ("Capgemini", "Chef", "Pérols"),
        ("", "Guest", "Vienna"),
    ]
    (school,) = result.resume.education
    assert (school.institution, school.studyType, school.location) == ("EPSI", "Master", "Montpellier")
    assert told(result) == []


def test_who_the_person_is_may_be_in_details_beside_how_to_reach_them() -> None:
    details = {"name": "Jane Doe", "birthdate": "28-08-1999", "location": "Groningen"}
    result = accept_cv({"details": details, "contact": {"email": "jane@example.com"}, "work": [{"position": "Cook"}]})
    basics = result.resume.basics
    assert (basics.name, basics.email, basics.location.address) == ("Jane Doe", "jane@example.com", "Groningen")
    assert [(one.network, one.username) for one in basics.profiles] == [("Birthdate", "28-08-1999")]
    assert told(result) == []


def test_ways_to_reach_a_person_may_be_in_columns() -> None:
    columns = [
        [{"icon": "phone", "value": "+33 1 23 45"}, {"icon": "home", "value": "8 Rue Rigaud"}],
        [{"icon": "email", "value": "jane@example.com"}, {"icon": "fa-car", "value": "Permis B"}],
    ]
    basics = accept_cv({"name": "Jane Doe", "coordinates": columns, "telefoneCelular": ""}).resume.basics
    assert (basics.email, basics.phone) == ("jane@example.com", "+33 1 23 45")
    assert {one.username for one in basics.profiles} == {"8 Rue Rigaud", "Permis B"}


def test_lists_of_editors_and_of_a_framework_are_skills() -> None:
    result = accepted(framework=["Angular"], editor=["Atom"], ides=["Xcode"])
    said = [(one.name, one.keywords) for one in result.resume.skills]
    assert said == [("Framework", ["Angular"]), ("Editor", ["Atom"]), ("Ides", ["Xcode"])]
    assert told(result) == []


@pytest.mark.parametrize("name", ["username", "value", "text"])
def test_an_account_whose_name_is_an_address_is_a_link(name: str) -> None:
    profiles = [{"network": "Blog", name: "https://jane.example.org"}, {"network": "X", name: "@jane"}]
    result = accept_cv({"basics": {"name": "Jane Doe", "profiles": profiles}})
    said = [(one.network, one.username, one.url) for one in result.resume.basics.profiles]
    assert said == [("Blog", "", "https://jane.example.org"), ("X", "@jane", "")]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        # Names that say nothing, or nothing that is printed.
        ({"": 30044472}, "Ada King"),
        ({"": {"x": "y"}}, "Ada King"),
        ({"\u009d": []}, "Ada King"),
        ({"\u009d": ["Chess"]}, "Ada King"),
        # A person may be named as a section is.
        ({"basics": {"": 0.0, "name": "Academic"}}, "Academic"),
        ({"basics": {"shoe": 42, "name": "Work"}}, "Work"),
    ],
)
def test_names_of_any_kind_are_no_fault(more: dict[str, Any], name: str) -> None:
    accepted = accept_cv({"basics": {"name": "Ada King"}, **more})
    assert accepted.resume.basics.name == name
    assert "Chess" not in str(more) or [warning.field for warning in accepted.warnings] == ["cvData.[0]"]


def test_above_nothing_but_ways_to_reach_a_person_a_name_is_a_heading() -> None:
    basics = accept_cv({"contact": {"name": "Contact", "items": ["j@example.org", "030 123456"]}}).resume.basics
    assert (basics.email, basics.phone) == ("j@example.org", "030 123456")


def test_beside_a_name_the_title_is_the_person_s_whatever_it_is() -> None:
    basics = accept_cv({"basics": {"name": "Jane Doe", "title": "Professional", "shoe": 42}}).resume.basics
    assert (basics.name, basics.label) == ("Jane Doe", "Professional")


def test_groups_of_entries_may_be_named_as_a_field_is() -> None:
    one, two = (
        {"title": title, "venue": "A Journal", "date": 2025, "status": "Accepted"} for title in ("Looms", "Yarn")
    )
    result = accepted(publications={"conference": [one], "journal": [two]})
    said = [(paper.name, paper.publisher, paper.summary) for paper in result.resume.publications]
    assert said == [("Looms", "A Journal", "Accepted"), ("Yarn", "A Journal", "Accepted")]
    assert told(result) == []


@pytest.mark.parametrize(
    "education",
    [
        {
            "title": "Education",
            "subtitle": "Where I learnt",
            "items": [{"school": "A", "title": "BSc", "year": "2019"}],
        },
        {"heading": "Where I learnt", "items": [{"school": "A", "degree": "BSc", "start": "2018", "end": "2019"}]},
    ],
)
def test_entries_may_be_points_by_their_name_below_texts_of_a_page(education: dict[str, Any]) -> None:
    result = accepted(education=education)
    assert [(school.institution, school.studyType) for school in result.resume.education] == [("A", "BSc")]
    assert {code for code, _ in told(result)} == {"FieldIgnored"}
    # Points have no dates.
    shop = {"title": "Cook", "company": "Inn", "items": [{"title": "Fish", "description": "Fried it."}]}
    (work,) = accepted(work=shop).resume.work
    assert (work.position, work.highlights) == ("Cook", ["Fish (Fried it.)"])


def test_lists_of_skills_may_stand_below_a_title() -> None:
    result = accepted(skills={"title": "What I know", "frontend": ["React"], "tools": ["git", "make"]})
    assert [(one.name, one.keywords) for one in result.resume.skills] == [
        ("Frontend", ["React"]),
        ("Tools", ["git", "make"]),
    ]
    assert told(result) == [("FieldIgnored", "cvData.skills.title")]
    (skill,) = accepted(skills={"name": "Web", "keywords": ["React"], "tools": ["git"]}).resume.skills
    assert (skill.name, skill.keywords) == ("Web", ["React", "git"])


def test_an_entry_tells_where_it_was_and_what_somebody_was_there() -> None:
    teaching = {"course": "Weaving", "institution": "A College", "role": "Assistant", "period": "2025"}
    course = {"courseName": "Dyes", "platform": "B Ltd", "year": 2024}
    result = accepted(teaching=[teaching], courses=[course])
    said = [(e.name, e.subtitle) for section in result.resume.customSections for e in section.entries]
    assert said == [("Weaving", "A College, Assistant"), ("Dyes", "B Ltd")]
    assert told(result) == []


def test_an_entry_may_have_a_heading() -> None:
    heads = [{"heading": "Cook", "text": "Fried fish."}]
    result = accepted(work=heads, education=heads, projects=heads)
    (work,), (school,), (project,) = result.resume.work, result.resume.education, result.resume.projects
    assert (work.position, school.studyType, project.name) == ("Cook", "Cook", "Cook")
    assert told(result) == []


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({"codechef": "jane"}, ("CodeChef", "jane", "")),
        ({"scholar": "https://scholar.example.org/jane"}, ("Google Scholar", "", "https://scholar.example.org/jane")),
        ({"telegram": {"number": "jane"}}, ("Telegram", "jane", "")),
        ({"github": {"perfil": "https://example.org/jane"}}, ("GitHub", "", "https://example.org/jane")),
        ({"affiliation": "A College"}, ("Affiliation", "A College", "")),
    ],
)
def test_more_accounts_by_their_names(account: dict[str, Any], said: tuple[str, str, str]) -> None:
    result = accept_cv({"basics": {"name": "Jane Doe", **account}})
    (profile,) = result.resume.basics.profiles
    assert (profile.network, profile.username, profile.url) == said
    assert told(result) == []


def test_percentages_are_grades() -> None:
    schools = [{"school": "A", "Percentage": 86.6}, {"school": "B", "percentage": "87%"}, {"school": "C", "percent": 9}]
    result = accepted(education=schools)
    assert [school.score for school in result.resume.education] == ["86.6%", "87%", "9%"]
    assert told(result) == []


def test_more_names_of_fields() -> None:
    result = accept_cv(
        {
            "contact": {"name": "Jane Doe", "gmail": "jane@example.com", "address": {"rua": "A", "bairro": "B"}},
            "technologies": [{"id": 1, "content": "React"}, {"title": "Tools", "content": ["git"]}],
            "certifications": [{"name": "First aid", "status": "In progress"}],
            "projects": [{"name": "Loom", "objective": "Weave.", "outcome": "Cloth."}],
            "formacao": {"instituicao": "A", "curso": "Letras"},
            "escolaridade": {"escola": "B", "grau": "Médio"},
            "experiencia": [{"empresa": "C", "atividade": "Vendas"}],
        }
    )
    resume = result.resume
    assert (resume.basics.email, resume.basics.location.address) == ("jane@example.com", "A\nB")
    assert [(one.name, one.keywords) for one in resume.skills] == [("", ["React"]), ("Tools", ["git"])]
    assert resume.certificates[0].summary == "In progress"
    assert resume.projects[0].highlights == ["Weave.", "Cloth."]
    assert [school.institution for school in resume.education] == ["A", "B"]
    assert resume.work[0].highlights == ["Vendas"]
    assert told(result) == []


def test_a_candidate_is_no_europass_by_that_name() -> None:
    person = {"FirstName": "Jane", "LastName": "Doe", "Email": "jane@example.com"}
    assert accept_cv({"Candidate": person, "Experience": [{"Title": "Cook"}]}).resume.basics.name == "Jane Doe"
    with pytest.raises(ResumeInvalid, match="Europass"):
        accept_cv({"Candidate": {"CandidatePerson": {"PersonName": {"GivenName": "Jane"}}}})


@pytest.mark.parametrize("name", [{"en": "Loom"}, 5, None, ["Loom"], "Yarn"])
def test_a_name_beside_a_value_may_be_of_any_type_and_twice(name: Any) -> None:
    pairs = [{"name": name, "value": "woven"}, {"name": "Yarn", "value": "spun"}]
    result = accept_cv([{"title": "Experience", "content": [{"company": "A"}]}, {"title": "Merits", "content": pairs}])
    printed = str(plain(result.resume.model_dump()))
    assert "woven" in printed
    assert "spun" in printed
