"""What an object or a list is taken for, by the names and the types of what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cv import resume
from cv.fields import Part
from cv.names import MAIN, NETWORKS, field_names, kind_of_section, squeezed, titles
from cv.normalize.ignored import TECHNICAL
from cv.normalize.kinds import Kind, fields_of
from cv.normalize.periods import is_dated
from cv.normalize.texts import WORDED, is_empty
from cv.resume import Path

ADDRESSED = ("url", "href", "uri", "link", "src")
# What holds the entries of a section, and what stands above them.
_LISTS = frozenset(
    {*("list", "items", "entries", "data", "elements", "records", "periods", "rows", "groups", "children", "steps")}
    | {*("lista", "liste", "elenco", "datos", "dados", "elementos", "elementi", "elemente", "список")}
)
HEADINGS = frozenset({"heading", "header", "name", "label", "category", "subtitle", "group", *titles()})
_TOLD_OF_AN_ENTRY = ("summary", "highlights", "date", "startDate")
OF_CATEGORIES = ("name", "level", "proficiency", "category")
_FEWEST_OF_CATEGORIES = 2
WEB = re.compile(r"\s*https?://")
# Where an employer has several roles, and a school several degrees.
_POSITIONS = frozenset({"positions", "roles", "jobs", "titles", "functions"})
_ROLES: Mapping[type[Part], frozenset[str]] = {
    resume.Work: _POSITIONS,
    resume.CustomEntry: _POSITIONS,
    resume.Education: frozenset({"degrees", "programs", "programmes"}),
}
# Parts that are but a name, so that a text with commas is several of them.
LISTED = (resume.Skill, resume.Language, resume.Interest)
# Where somebody was, and what there; either may stand under a name of its own, or under that of the other.
_OF_EMPLOYERS: Mapping[type[Part], tuple[str, str]] = {
    resume.Work: ("name", "position"),
    resume.Volunteer: ("organization", "position"),
    resume.Education: ("institution", "area"),
}


def without_links(part: type[Part], data: dict[str, Any], at: Path) -> tuple[dict[str, Any], list[tuple[str, Path]]]:
    """An object whose names are texts, and the addresses that stood with them: {"company": {"name": …, "url": …}}."""
    names, known = field_names(part), fields_of(part)
    out, links = dict(data), []
    for key, value in data.items():
        field = names.get(squeezed(key)) if isinstance(value, dict) else None
        if field is None or known[field].kind is not Kind.LINE:
            continue
        name = next((name for name in WORDED if isinstance(value.get(name), str) and value[name].strip()), None)
        link = next(
            (link for link in (*ADDRESSED, "website") if isinstance(value.get(link), str) and value[link].strip()),
            None,
        )
        if name and link and WEB.match(value[link]):
            out[key] = {inner: item for inner, item in value.items() if inner != link}
            links.append((value[link], (*at, key, link)))
    return out, links


def holds_objects(value: Any) -> bool:
    """Whether a value is a list of entries."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def holds_addresses(value: Any) -> bool:
    """Whether a value is several links, with names or without."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(items) and all(map(is_address, items))


def is_of_networks(value: Any) -> bool:
    """Whether a value is addresses by the names of networks: {"github": "https://github.com/jane"}."""
    if not isinstance(value, dict) or not holds_addresses(value):
        return False
    return any(squeezed(key) in NETWORKS for key in value)


def is_address(value: Any) -> bool:
    return isinstance(value, str) and WEB.match(value) is not None


def list_within(part: type[Part], value: dict[str, Any]) -> str | None:
    """The field of an object around entries that holds them: {"title": "Education", "list": […]}.

    A name that the part itself has for a list is that, unless the object has nothing else but the section's heading.
    """
    lists = [key for key, item in value.items() if isinstance(item, list) and item]
    if part is resume.CustomSection or len(lists) != 1 or any(isinstance(x, dict) and x for x in value.values()):
        # A section of one's own is such an object itself.
        return None
    key = lists[0]
    field = field_names(part).get(squeezed(key))
    if part is resume.Work and field_names(resume.Resume).get(squeezed(key)) == "projects":
        # Of an employer.
        return None
    if squeezed(key) not in _LISTS:
        if not holds_objects(value[key]):
            return None
        rest = {name: item for name, item in value.items() if name != key}
        above = HEADINGS | {"type"} if _is_named_after(part, key) else HEADINGS
        headed = any(squeezed(name) in above for name in rest) and not _knows_more(part, rest)
        if _is_named_after(part, key) and _tell_at_most(part, rest) and _are_entries(part, value[key]):
            # Below a text about all of them.
            return key
        groups = field == MAIN[part] and holds_groups(value[key])
        entries = field is None or (groups if part in LISTED else _are_entries(part, value[key]))
        return key if headed and entries else None
    if field is None:
        heads = all(squeezed(name) in HEADINGS or name in TECHNICAL for name in value if name != key)
        return key if heads or holds_objects(value[key]) else None
    sections, known = field_names(resume.Resume), fields_of(resume.Resume)
    headed = all(
        isinstance(item, str) and squeezed(item) in sections and known[sections[squeezed(item)]].part is part
        for item in value.values()
        if not isinstance(item, list) and not is_empty(item)
    )
    rest = {name: item for name, item in value.items() if name != key}
    if part in _OF_EMPLOYERS and not _knows_more(part, rest) and _are_entries(part, value[key]):
        # Below texts of a page: each has a date, as points have not.
        headed = headed or all(any(map(is_dated, item)) for item in value[key])
    return key if headed and holds_objects(value[key]) else None


def texts_within(value: dict[str, Any]) -> str | None:
    """The field of an object that has nothing but a list of texts: {"items": ["j@example.org", "030 123"]}."""
    for key, item in value.items():
        if len(value) == 1 and squeezed(key) in _LISTS and isinstance(item, list) and not holds_objects(item):
            return key
    return None


def below_heading(value: dict[str, Any]) -> tuple[str, str] | None:
    """The heading of a section and the list of its entries in an object: {"title": "Talks", "steps": […]}."""
    heading = next((key for key, item in value.items() if squeezed(key) in HEADINGS and isinstance(item, str)), None)
    inner = list_within(resume.CustomEntry, value)
    return (heading, inner) if heading and inner and value[heading].strip() else None


def section_named(key: str) -> str | None:
    """The section that a name is one of, or a kind of."""
    return field_names(resume.Resume).get(squeezed(key)) or kind_of_section(key)


def holds_sections(value: Any) -> bool:
    """Whether an object has but lists, of which several have names of sections."""
    if not isinstance(value, dict) or not all(isinstance(item, list) or is_empty(item) for item in value.values()):
        return False
    found = {section_named(key) for key, item in value.items() if item} - {None}
    return len(found) > 1 and "basics" not in found


def are_names_of_sections(value: Any) -> bool:
    """Whether a list is of the sections in their order; a program may have some beside those of a CV."""
    names = field_names(resume.Resume)
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, str) for item in value):
        return False
    known = [item for item in value if squeezed(item) in names or item == "summary"]
    return 2 * len(known) > len(value)


def are_lists_of_words(value: Any) -> bool:
    """Whether an object holds but lists of texts: {"backend": ["Go"], "tools": ["git"]}."""
    return isinstance(value, dict) and all(
        isinstance(item, list) and all(isinstance(text, str) for text in item) for item in value.values()
    )


def with_employer(part: type[Part], data: dict[str, Any]) -> dict[str, Any]:
    """An entry whose name is what was done there, beside the employer: {"name": "Engineer", "company": "A"}; and one
    that says only where it was: {"role": "Engineer", "where": "A"}.
    """
    if part not in _OF_EMPLOYERS:
        return data
    names, (employer, told) = field_names(part), _OF_EMPLOYERS[part]
    fields = {key: names.get(squeezed(key)) for key, item in data.items() if not is_empty(item)}
    employers = [key for key, field in fields.items() if field == employer]
    renamed: dict[str, str] = {}
    if part is resume.Work and "client" in employers and len(employers) > 1:
        # Of the names of a description, the one that an entry seldom has as well.
        renamed["client"] = "context"
    others = [data[key] for key in employers if key != "name" and isinstance(data[key], str)]
    if "name" in employers and others and data["name"] not in others and told not in fields.values():
        renamed["name"] = told
    if not employers:
        titled = "title" in fields and list(fields.values()).count(told) > 1
        renamed |= {key: employer for key in ("where", *(("title",) if titled else ())) if key in fields}
        if list(fields.values()).count("location") > 1 and fields.get("place") == "location" and not renamed:
            # Beside a city, a place is whose it was.
            renamed["place"] = employer
    if part is resume.Education and employers == ["name"] and "place" in fields and "location" in fields:
        renamed |= {"name": told, "place": employer}
    renamed = {key: target for key, target in renamed.items() if isinstance(data[key], str)}
    if not renamed or any(not is_empty(data.get(target)) for target in renamed.values() if target not in renamed):
        return data
    return {renamed.get(key, key): item for key, item in data.items() if key in renamed or key not in renamed.values()}


def content_below(part: type[Part], value: dict[str, Any]) -> str | None:
    """The field with the words of a section of words: {"title": "Interests", "content": ["Chess"]}."""
    names, known = field_names(resume.Resume), fields_of(resume.Resume)
    headings = [item for key, item in value.items() if squeezed(key) in HEADINGS and isinstance(item, str)]
    others = [key for key, item in value.items() if squeezed(key) not in HEADINGS and not is_empty(item)]
    if len(headings) != 1 or len(others) != 1:
        return None
    section = names.get(squeezed(headings[0])) or kind_of_section(headings[0])
    headed = section is not None and known[section].part is part
    return others[0] if headed and isinstance(value[others[0]], dict | list) else None


def entries_below(part: type[Part], value: dict[str, Any]) -> str | None:
    """The field that has the entries themselves where a name belongs: {"university": [{"name": …}, …]}."""
    names = field_names(part)
    keys = [key for key, item in value.items() if names.get(squeezed(key)) == MAIN[part] and holds_objects(item)]
    return keys[0] if len(keys) == 1 and part not in LISTED and _are_entries(part, value[keys[0]]) else None


def _is_named_after(part: type[Part], key: str) -> bool:
    """Whether a name is that of the section whose entries are of a part: papers, for publications."""
    section = field_names(resume.Resume).get(squeezed(key))
    return section is not None and fields_of(resume.Resume)[section].part is part


def _tell_at_most(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object has nothing of an entry but a text about it."""
    names = field_names(part)
    return all(names.get(squeezed(key)) in (None, "summary") for key in value)


def _are_entries(part: type[Part], value: list[Any]) -> bool:
    """Whether a list is of entries of a part: each has several of its fields."""
    names = field_names(part)
    return all(
        isinstance(item, dict) and len({names[squeezed(key)] for key in item if squeezed(key) in names}) > 1
        for item in value
    )


def groups_in(value: dict[str, Any]) -> dict[str, Any]:
    """The lists of entries, by their names, in an object that has nothing else, but for texts beside them."""
    lists = {key: item for key, item in value.items() if holds_objects(item)}
    return lists if all(key in lists or isinstance(item, str | None) for key, item in value.items()) else {}


def _knows_more(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object has a field of a part beside what may be a heading."""
    names = field_names(part)
    return any(squeezed(key) in names and squeezed(key) not in HEADINGS for key in value)


def holds_groups(value: Any) -> bool:
    """Whether groups of skills are in a group: each is an object with a list, or all that is there is lists."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(item, list) for item in value.values())
    return isinstance(value, list) and all(
        isinstance(item, dict) and any(isinstance(inner, list) for inner in item.values()) for item in value
    )


def roles_in(part: type[Part], employer: dict[str, Any]) -> str | None:
    """The field of an employer that is a list of roles."""
    roles = _ROLES.get(part, ())
    for key, value in employer.items():
        if value and isinstance(value, list) and all(isinstance(r, dict) for r in value) and squeezed(key) in roles:
            return key
    return None


def are_of_categories(value: Any) -> bool:
    """Whether a value is a list of skills, each with its name and category, of which no more is said than a level."""
    if not isinstance(value, list) or len(value) < _FEWEST_OF_CATEGORIES:
        return False
    names = field_names(resume.Skill)
    return all(
        isinstance(skill, dict)
        and all(isinstance(skill.get(name), str) and skill[name].strip() for name in ("name", "category"))
        and not any(names.get(squeezed(key)) for key in skill if key not in OF_CATEGORIES)
        for skill in value
    )


def lists_below_title(part: type[Part], value: dict[str, Any]) -> dict[str, str]:
    """The sections of several lists below one title: {"title": "Education", "degrees": […], "certificates": […]}."""
    sections, known = field_names(resume.Resume), fields_of(resume.Resume)
    own = next((name for name, field in known.items() if field.part is part), None)
    lists = {key: item for key, item in value.items() if holds_objects(item)}
    others = [key for key in value if key not in lists]
    found = {key: own if squeezed(key) in _ROLES.get(part, ()) else sections.get(squeezed(key)) for key in lists}
    if len(lists) < 2 or not all(squeezed(key) in HEADINGS and isinstance(value[key], str) for key in others):
        return {}
    return {key: section for key, section in found.items() if section} if all(found.values()) else {}


def section_of_type(value: dict[str, Any]) -> tuple[str, str] | None:
    """The section that an object says it is, and the name of its entries: {"type": "education", "items": […]}.

    A title of its own makes it a section of one's own.
    """
    sections = field_names(resume.Resume)
    said = [squeezed(text) for name in ("type", "title") if isinstance(text := value.get(name), str) and text.strip()]
    kinds = {sections.get(name) for name in said}
    lists = [key for key, item in value.items() if isinstance(item, list) and item]
    if not isinstance(value.get("type"), str) or len(kinds) != 1 or len(lists) != 1:
        return None
    (section,) = kinds
    return None if section in (None, "basics", "customSections") else (section, lists[0])


def is_section(value: Any) -> bool:
    """Whether a list under a name of one's own is of entries: each has a name, and says something or when it was.

    In an object the names are the entries'.
    """
    names = field_names(resume.CustomEntry)
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(items, list) or len(items) < (1 if items is value else 2):
        return False
    for item in items:
        if not isinstance(item, dict):
            return False
        told = {
            "date" if is_dated(key) else names.get(squeezed(key)) for key, inner in item.items() if not is_empty(inner)
        }
        if items is value and told.isdisjoint(("name", "subtitle")):
            return False
        if told.isdisjoint(_TOLD_OF_AN_ENTRY) and not {"name", "subtitle"} <= told:
            return False
    return True


def fits_better(part: type[Part], value: Any) -> bool:
    """Whether a part has more of the fields of some entries than a section of one's own has: {"studium": …}."""
    entries = value if isinstance(value, list) else list(value.values())
    names = {squeezed(key) for entry in entries if isinstance(entry, dict) for key in entry}
    of_part, own = ({name for name in names if name in field_names(one)} for one in (part, resume.CustomEntry))
    return len(of_part - own) > len(own - of_part)


def knows_any(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object has a field of a part, or what programs write for themselves."""
    names = field_names(part)
    return any(squeezed(key) in names or key in TECHNICAL for key in value)


def is_by_name(value: Any) -> bool:
    """Whether the names of an object are those of entries, with a few words or more fields: {"en": "C1", "de": {…}}."""
    return isinstance(value, dict) and all(
        isinstance(item, dict) or (isinstance(item, str) and "," not in item) for item in value.values()
    )


def names_only(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether the names of an object are those of entries, each with a text: {"Spanish": "native", "English": "B1"}."""
    return bool(value) and not knows_any(part, value) and all(isinstance(item, str) for item in value.values())


def is_each_an_entry(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether the names of an object are several for the main field of an entry: {"school": "…", "university": "…"}."""
    names = field_names(part)
    texts = [key for key, item in value.items() if isinstance(item, str) and item.strip()]
    return len(texts) > 1 and len(texts) == len(value) and all(names.get(squeezed(k)) == MAIN[part] for k in texts)


def _are_groups_below_title(value: dict[str, Any]) -> bool:
    """Whether an object is a title of skills and lists of them: {"title": "Skills", "frontend": […], "tools": […]}."""
    lists = [key for key, item in value.items() if squeezed(key) not in HEADINGS]
    if len(lists) < 2 or "keywords" in value or not all(isinstance(value[key], list) for key in lists):
        return False
    return not all(squeezed(key) in field_names(resume.Skill) for key in lists)


def is_entry(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object that stands for a list is one entry of it; else its names are the names of entries.

    Names of groups of skills ({"languages": […], "tools": […]}) and of accounts ({"github": …, "website": …}) may be
    names of fields as well.
    """
    names = field_names(part)
    known = [names[squeezed(key)] for key in value if squeezed(key) in names]
    if part is resume.Profile and any(squeezed(key) in NETWORKS for key in value):
        return False
    if part is resume.Skill and _are_groups_below_title(value):
        return False
    groups = part not in (*LISTED, resume.CustomSection) and bool(value)
    if groups and all(holds_objects(item) and _are_entries(part, item) for item in value.values()):
        # Though one may be named as a field is: {"conference": […], "journal": […]}.
        return False
    if part in LISTED:
        return MAIN[part] in known or (len(known) == len(value) and any(key in part.model_fields for key in value))
    return bool(known) or not value
