"""Résumés as Textkernel's parser, formerly Sovren's, answers them: {"Value": {"ResumeData": {…}}}.

Most texts are objects with what was read and what it stands for: {"Raw": "MCA", "Normalized": "masters"}.
"""

from __future__ import annotations

from typing import Any

from cv.formats.converted import Converted, objects
from cv.normalize import texts_in
from cv.resume import Path

# Where a résumé is in what the service answers.
_AROUND: tuple[Path, ...] = ((), ("ResumeData",), ("Value", "ResumeData"))
_CONTACT: Path = ("ContactInformation",)
_BASICS: dict[str, Path] = {
    "name": (*_CONTACT, "CandidateName", "FormattedName"),
    "firstName": (*_CONTACT, "CandidateName", "GivenName"),
    "lastName": (*_CONTACT, "CandidateName", "FamilyName"),
    "phone": (*_CONTACT, "Telephones", 0, "Raw"),
    "email": (*_CONTACT, "EmailAddresses", 0),
    "city": (*_CONTACT, "Location", "Municipality"),
    "region": (*_CONTACT, "Location", "Regions", 0),
    "country": (*_CONTACT, "Location", "CountryCode"),
    "summary": ("ProfessionalSummary",),
    "objective": ("Objective",),
}
# The sections with their lists, and the fields of their entries.
_SECTIONS: tuple[tuple[str, Path, dict[str, Path]], ...] = (
    ("profiles", (*_CONTACT, "WebAddresses"), {"network": ("Type",), "url": ("Address",)}),
    (
        "work",
        ("EmploymentHistory", "Positions"),
        {
            "name": ("Employer", "Name", "Raw"),
            "position": ("JobTitle", "Raw"),
            "location": ("Employer", "Location", "Municipality"),
            "startDate": ("StartDate",),
            "endDate": ("EndDate",),
            "summary": ("Description",),
        },
    ),
    (
        "education",
        ("Education", "EducationDetails"),
        {
            "institution": ("SchoolName", "Raw"),
            "studyType": ("Degree", "Name", "Raw"),
            "area": ("Majors",),
            "location": ("Location", "Municipality"),
            "startDate": ("StartDate",),
            "endDate": ("LastEducationDate",),
            "score": ("GPA", "Score"),
        },
    ),
    ("skills", ("Skills", "Raw"), {"name": ("Name",)}),
    ("certificates", ("Certifications",), {"name": ("Name",)}),
    ("languages", ("LanguageCompetencies",), {"language": ("Language",)}),
)
_PARTS_OF_DATES = (("FoundYear", 4), ("FoundMonth", 7), ("FoundDay", 10))


def convert(data: dict[str, Any]) -> Converted | None:
    """The JSON Resume of an answer; None for other data."""
    around = next((path for path in _AROUND if _is_resume(_at(data, path))), None)
    if around is None:
        return None
    found = _at(data, around)
    out: dict[str, Any] = {"basics": {}}
    origins: dict[Path, Path] = {}
    for field, path in _BASICS.items():
        if _at(found, path):
            out["basics"][field] = _at(found, path)
            origins["basics", field] = (*around, *path)
    for section, path, fields in _SECTIONS:
        entries: list[Any] = [{} for _ in objects(_at(found, path))]
        for place, entry in enumerate(entries):
            for field, inner in fields.items():
                at = (*path, place, *inner)
                if _at(found, at):
                    entry[field] = _date(_at(found, at)) if field.endswith("Date") else _at(found, at)
                    origins[section, place, field] = (*around, *at)
        out[section] = entries
    taken = {*origins.values()}
    left = [path for path in texts_in(data) if not any(path[:length] in taken for length in range(len(path) + 1))]
    return Converted("Textkernel", out, origins, tuple(left))


def _is_resume(data: Any) -> bool:
    positions, degrees = _at(data, ("EmploymentHistory", "Positions")), _at(data, ("Education", "EducationDetails"))
    return isinstance(positions, list) or isinstance(degrees, list)


def _date(value: Any) -> Any:
    """A date as far as it was found: the parser completes it; none for the day on which it was asked."""
    if not isinstance(value, dict) or value.get("IsCurrentDate"):
        return None if isinstance(value, dict) else value
    length = max((length for name, length in _PARTS_OF_DATES if value.get(name)), default=10)
    return str(value.get("Date") or "")[:length]


def _at(data: Any, path: Path) -> Any:
    for key in path:
        if isinstance(data, dict):
            data = data.get(str(key))
        else:
            data = data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
    return data
