"""A CV that is a list: of its sections, as al-folio has it in its cv.yml, of entries of any section, or of jobs.

[{"title": "General Information", "type": "map", "contents": [{"name": "Full Name", "value": …}]},
 {"title": "Education", "type": "time_table", "contents": […]}]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cv import resume
from cv.formats.converted import Converted, Heading, first_text, heading, objects
from cv.names import field_names, kind_of_section, squeezed
from cv.normalize import texts_in
from cv.normalize.person import is_name
from cv.normalize.shapes import is_section, roles_in
from cv.resume import Path

_CONTENTS = ("contents", "content", "items", "entries")
_PAIR = {"name", "value"}
# What says of which section an entry is, and what it stands in beside that.
_NAMING = ("section", "type", "category", "kind")
_ATTRIBUTES = "attributes"
_EMPLOYERS = ("company", "companyName", "company_name", "employer", "organization", "organisation")


def convert_list(items: list[Any]) -> Converted | None:
    """The CV that the items are the parts of; None where they are none."""
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    if all((_employs(item) or roles_in(resume.Work, item)) and "basics" not in item for item in items):
        return Converted("", {"work": items}, {("work",): ()})
    return _of_sections(items) or _of_entries(items)


def _of_entries(items: list[dict[str, Any]]) -> Converted | None:
    """The entries of sections that they name, as databases have them, or that their fields show; None for others.

    [{"section": "experience", "text": "…"}], [{"type": "work", "attributes": {…}}], [{"name": …}, {"employer": …}]
    """
    known = field_names(resume.Resume)
    key = next((key for key in _NAMING if all(squeezed(first_text(item, key)) in known for item in items)), None)
    found = [known[squeezed(first_text(item, key))] if key else _shown_by_fields(item) for item in items]
    sections = [section for section in found if section]
    people = sections.count("basics")
    if len(sections) < len(items) or people > 1 or (key is None and (people == 0 or len(items) == 1)):
        return None
    data: dict[str, Any] = {}
    origins: dict[Path, Path] = {}
    left: list[Path] = []
    for place, (item, section) in enumerate(zip(items, sections, strict=True)):
        entry = {name: value for name, value in item.items() if name != key}
        at: Path = (place,)
        if isinstance(inner := entry.get(_ATTRIBUTES), dict):
            left += texts_in({name: value for name, value in entry.items() if name != _ATTRIBUTES}, at)
            entry, at = inner, (place, _ATTRIBUTES)
        if section == "basics":
            data[section], origins[section,] = entry, at
        else:
            entries = data.setdefault(section, [])
            origins[section, len(entries)] = at
            entries.append(entry)
    return Converted("", data, origins, tuple(left))


def _employs(item: dict[str, Any]) -> bool:
    return any(item.get(name) for name in _EMPLOYERS)


def _shown_by_fields(item: dict[str, Any]) -> str | None:
    """The section of an entry that has what only one of its kind has: a name and no more, an employer, a school."""
    told = {squeezed(name) for name, value in item.items() if value}
    work, education = ({field_names(part).get(name) for name in told} for part in (resume.Work, resume.Education))
    if any(map(is_name, item)) and not {"position", "startDate", "endDate"} & work:
        return "basics"
    if {"name", "position"} <= work:
        return "work"
    return "education" if "institution" in education and not education.isdisjoint(("area", "studyType")) else None


def _of_sections(items: list[dict[str, Any]]) -> Converted | None:
    keys = [next((name for name in _CONTENTS if isinstance(item.get(name), list)), "") for item in items]
    titles = [first_text(item, "title") for item in items]
    known = field_names(resume.Resume)
    if not all(keys) or not all(titles) or not any(squeezed(title) in known for title in titles):
        return None
    data: dict[str, Any] = {}
    origins: dict[Path, Path] = {}
    left: list[Path] = []
    headings: list[Heading] = []
    for place, (item, key, title) in enumerate(zip(items, keys, titles, strict=True)):
        others = {name: value for name, value in item.items() if name not in ("title", "type", key)}
        left += texts_in(others, (place,))
        if title in data:
            left += texts_in(item[key], (place, key))
            continue
        origins[(title,)] = (place, key)
        section = known.get(squeezed(title)) or (None if is_section(item[key]) else kind_of_section(title))
        if section == "basics" or section in [one.section for one in headings]:
            left.append((place, "title"))
        elif section not in (None, "customSections"):
            headings += heading(section, title, (place, "title"))
        if _are_pairs(item[key]):
            data[title] = {entry["name"]: entry["value"] for entry in item[key]}
            left += ((place, key, n, "name") for n, name in enumerate(data[title]) if _is_known(name))
            origins |= {(title, entry["name"]): (place, key, n, "value") for n, entry in enumerate(item[key])}
            continue
        data[title] = []
        for entry, path in _each(item[key]):
            origins[title, len(data[title])] = (place, key, *path)
            data[title].append(entry)
    return Converted("", data, origins, tuple(left), tuple(headings))


def _are_pairs(entries: list[Any]) -> bool:
    """Whether entries are but the values of names, each of its own: [{"name": "Full Name", "value": "Jane Doe"}, …]."""
    names = [entry["name"] for entry in entries if isinstance(entry, dict) and entry.keys() == _PAIR]
    return len(names) == len(entries) and all(isinstance(name, str) for name in names) and len({*names}) == len(names)


def _is_known(name: str) -> bool:
    """Whether a name is that of a field of the person or of a section, which is printed without it."""
    return squeezed(name) in field_names(resume.Basics) or squeezed(name) in field_names(resume.Resume)


def _each(entries: list[Any]) -> Iterator[tuple[Any, Path]]:
    """The entries, with their paths; each of several in one year is one: {"year": 2019, "items": ["A prize"]}."""
    for place, entry in enumerate(entries):
        texts = (
            objects(entry.get("items")) if isinstance(entry, dict) and not first_text(entry, "title", "name") else []
        )
        if not texts or not all(isinstance(text, str) for text in texts):
            yield entry, (place,)
            continue
        rest = {name: value for name, value in entry.items() if name != "items"}
        for text in texts:
            yield {"title": text, **rest}, (place,)
