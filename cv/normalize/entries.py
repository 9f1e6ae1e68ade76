"""The entries of a section, in whatever they stand: a list, an object whose names are theirs, or one text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from cv import resume
from cv.fields import Part
from cv.names import MAIN, NETWORKS, squeezed
from cv.normalize.kinds import Field, Kind, fields_of
from cv.normalize.periods import beyond, dated_key
from cv.normalize.shapes import (
    HEADINGS,
    LISTED,
    OF_CATEGORIES,
    are_of_categories,
    below_heading,
    content_below,
    entries_below,
    groups_in,
    holds_groups,
    holds_objects,
    is_each_an_entry,
    is_entry,
    knows_any,
    list_within,
    lists_below_title,
    names_only,
    roles_in,
    section_of_type,
)
from cv.normalize.texts import ACRONYMS, LONGEST_NAME, is_empty, shows_nothing, split_texts, title_of
from cv.normalize.values import LANGUAGE_CODES, Values
from cv.resume import Path
from cv.written_dates import read_date, read_period

# An object around one entry, as databases and templates have it: {"node": {…}}.
_AROUND_ENTRY = frozenset({"attributes", "element", "entry", "fields", "item", "job", "node", "record"})
# Texts above groups, which are no group.
_ABOVE = HEADINGS | {"headline", "description", "intro", "text", "quote"}
# A text that stands for an entry is its name, unless it is a sentence: then it is the field with the text.
_PROSE: Mapping[type[Part], str] = {resume.Project: "description", resume.CustomEntry: "summary"}
_SENTENCE = re.compile(r"\s\S+[.!?。！？]\s*$")
_NAMED_ADDRESS = re.compile(r"\s*([^:]{1,40}?)\s*:\s*(\S+\.\S+)\s*")
# The name of a variable, such as cloudTools or ci_cd: a heading is written in words.
_IDENTIFIER = re.compile(r"[a-z]+(?:_[a-z0-9]+|[A-Z][a-z]+)+|[a-z]{4,}")
# What the texts of an entry are that is a list of them, in their usual order; the last is what is said of it.
_COLUMNS: Mapping[type[Part], tuple[str, ...]] = {
    resume.Work: ("name", "position", "summary"),
    resume.Education: ("institution", "area", "summary"),
    resume.CustomEntry: ("name", "summary"),
}
# What each of several roles has from the employer.
_OF_EMPLOYER = frozenset({"name", "institution", "location", "url"})
# What the names of an object's entries are, where they are not the main field of each.
_KEYED: Mapping[type[Part], str] = {resume.Work: "name", resume.Volunteer: "organization"}
# What a text says of a name in an object whose names are the entries'.
_ABOUT = ("level", "fluency", "summary", "reference", "description", "url")


class Entries(Values, ABC):
    """Reads entries; what each holds is left to who reads parts of the CV."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._of_type: list[tuple[str, Any]] = []
        """The entries of sections in a list, which say of which kind they are."""

    @abstractmethod
    def part(self, part: type[Part], data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object of the CV, with the fields of the model."""

    @abstractmethod
    def _value(self, field: Field, value: Any, at: Path) -> Any:
        """The value of a field in the type that the field has."""

    @abstractmethod
    def _merge(self, part: type[Part], out: dict[str, Any], field: str, value: Any, at: Path) -> None:
        """Take a value for a field that may have one already."""

    @abstractmethod
    def _period(self, value: Any, out: dict[str, Any], at: Path) -> None:
        """Take when something was, in one field."""

    def _group(self, key: str, value: Any, at: Path) -> list[Any]:
        """A list of skills that has a name: one skill, or one for each name in an object."""
        if isinstance(value, dict) or holds_objects(value):
            return self._parts(resume.Skill, value, at)
        return [{"name": title_of(key), "keywords": self._texts(Kind.LINES, value, at)}]

    def _parts(self, part: type[Part], value: Any, at: Path) -> list[Any]:
        """A list of entries of whatever is there."""
        if part is resume.Skill and are_of_categories(value):
            return self._by_category(value, at)
        if isinstance(value, list):
            return [entry for place, item in enumerate(value) for entry in self._entries(part, item, (*at, place))]
        if isinstance(value, dict):
            if key := list_within(part, value):
                return self._within(part, value, key, at)
            if key := entries_below(part, value):
                return self._within(part, value, key, at)
            if part in LISTED and (key := content_below(part, value)):
                return self._within(part, value, key, at)
            if is_each_an_entry(part, value):
                return [self._entry(part, item, (*at, key)) for key, item in value.items()]
            if lists := lists_below_title(part, value):
                self._ignore({key: item for key, item in value.items() if key not in lists}, at)
                for key, section in lists.items():
                    entries = self._value(fields_of(resume.Resume)[section], value[key], (*at, key))
                    self._of_type.append((section, entries))
                return []
            if is_entry(part, value):
                return [self.part(part, value, at)]
            if part not in LISTED and (groups := groups_in(value)):
                # Lists of entries under names of groups, or one for each language.
                self._ignore({key: item for key, item in value.items() if key not in groups}, at)
                return [entry for key, item in groups.items() for entry in self._parts(part, item, (*at, key))]
            if part not in LISTED and self._is_dated(part, value):
                return self._dated(part, value, at)
            if any(isinstance(item, list) for item in value.values()):
                headings = {
                    key: item for key, item in value.items() if squeezed(key) in _ABOVE and isinstance(item, str)
                }
                self._ignore(headings, at)
                value = {key: item for key, item in value.items() if key not in headings}
            return [
                entry
                for key, item in value.items()
                for entry in (
                    self._parts(part, item, (*at, key))
                    if part is resume.Skill and holds_groups(item)
                    else [self._named(part, key, item, (*at, key))]
                )
            ]
        text = self._text(Kind.TEXT, value, at)
        if not text:
            return []
        texts = split_texts(text, commas=part in LISTED)
        return [self._entry(part, one, at) for one in texts]

    def _entries(self, part: type[Part], value: Any, at: Path) -> list[Any]:
        """The entries in an item of a list, which may be a list of them itself, or an object around one."""
        if isinstance(value, dict) and len(value) == 1:
            ((key, inner),) = value.items()
            if squeezed(key) in _AROUND_ENTRY and isinstance(inner, dict | str):
                return self._entries(part, inner, (*at, key))
        if holds_objects(value):
            return [self._entry(part, item, (*at, place)) for place, item in enumerate(value)]
        if part in _COLUMNS and self._is_row(part, value):
            return [self._row(part, value, at)]
        if part is resume.CustomSection and isinstance(value, dict) and (found := section_of_type(value)):
            section, key = found
            rest = {name: item for name, item in value.items() if name not in ("type", key)}
            self._ignore(rest, at)
            self._of_type.append((section, self._value(fields_of(resume.Resume)[section], value[key], (*at, key))))
            return []
        if isinstance(value, dict) and (key := roles_in(part, value)):
            if part is resume.CustomEntry:
                around = {name: item for name, item in value.items() if name != key}
                return [self._entry(part, around, at), *self._parts(part, value[key], (*at, key))]
            return self._at_one_employer(part, value, key, at)
        if isinstance(value, dict) and (key := list_within(part, value)):
            return self._within(part, value, key, at)
        if part in LISTED and isinstance(value, dict) and names_only(part, value):
            one = self._with_versions(value, at)
            return self._parts(part, value, at) if one is value else [self._entry(part, one, at)]
        if part is resume.Skill and isinstance(value, dict) and holds_groups(value) and not knows_any(part, value):
            return self._parts(part, value, at)
        if part not in LISTED and isinstance(value, dict) and self._is_dated(part, value):
            return self._dated(part, value, at)
        return [self._entry(part, value, at)]

    def _by_category(self, skills: list[dict[str, Any]], at: Path) -> list[Any]:
        """The skills of each category in one entry: [{"name": "CSS", "level": "good", "category": "Web"}, …]."""
        groups: dict[str, list[str]] = {}
        for place, skill in enumerate(skills):
            self._ignore({key: item for key, item in skill.items() if key not in OF_CATEGORIES}, (*at, place))
            said = {key: item for key, item in skill.items() if key in OF_CATEGORIES and key != "category"}
            groups.setdefault(skill["category"].strip(), []).append(self._text(Kind.LINE, said, (*at, place)))
        return [{"name": name, "keywords": keywords} for name, keywords in groups.items()]

    def _is_row(self, part: type[Part], value: Any) -> bool:
        """Whether a list is the texts of an entry; in a section of one's own a date stands first, or nothing."""
        if not isinstance(value, list) or len(value) < 2 or not all(isinstance(text, str) for text in value):
            return False
        return part is not resume.CustomEntry or self._is_when(value[0])

    def _is_when(self, text: str) -> bool:
        figures = not any(character.isalpha() for character in text)
        return figures or bool(read_period(text, self._language) or read_date(text, self._language))

    def _row(self, part: type[Part], value: list[str], at: Path) -> dict[str, Any]:
        """An entry in a list of its texts: ["A Ltd", "2019 - 2021", "Engineer", "Built …"]."""
        out: dict[str, Any] = {}
        last = _COLUMNS[part][-1]
        columns = iter(_COLUMNS[part])
        for place, text in enumerate(value):
            if self._is_when(text):
                if text.strip():
                    self._period(text, out, (*at, place))
            else:
                field = last if len(text) > LONGEST_NAME else next(columns, last)
                self._merge(part, out, field, text, (*at, place))
        return out

    def _within(self, part: type[Part], value: dict[str, Any], key: str, at: Path) -> list[Any]:
        """The entries of a list in an object, which may have a heading of its own."""
        self._ignore({name: item for name, item in value.items() if name != key}, at)
        return self._parts(part, value[key], (*at, key))

    def _dated(self, part: type[Part], value: dict[str, Any], at: Path) -> list[Any]:
        """The entries of an object such as {"2017 - 2020": "…", "2020 - present": "…"}."""
        entries = []
        for key, item in value.items():
            entry = self._entry(part, item, (*at, key)) or {}
            if "startDate" in fields_of(part) and (read_period(key, self._language) or read_date(key, self._language)):
                self._period(key, entry, (*at, key))
            entries.append(entry)
        return entries

    def _at_one_employer(self, part: type[Part], employer: dict[str, Any], key: str, at: Path) -> list[Any]:
        """The entries of an employer with a list of roles: each has its name, the first what is said of all.

        So are those of a school with a list of degrees.
        """
        before = len(self._as_written)
        shared = self.part(part, {name: value for name, value in employer.items() if name != key}, at)
        own = slice(before, len(self._as_written))
        if part is resume.Work and is_empty(shared.get("name")):
            # Its title is its name.
            shared["name"] = shared.pop("position", None)
        entries = [self._role(part, role, shared, (*at, key, place)) for place, role in enumerate(employer[key])]
        if any(entry.get("startDate") or entry.get("endDate") for entry in entries):
            # From the first of the roles to the last: they have it.
            for field in beyond(shared.pop("startDate", None), shared.pop("endDate", None), entries):
                self._ignore("period", (*at, dated_key(employer, field)))
            written = [path for path in self._as_written[own] if path[:-1] == at]
            self._as_written[own] = [path for path in self._as_written[own] if path not in written]
            self._ignored += map(self._before, written)
        for place, entry in enumerate(entries):
            for field, value in shared.items():
                if place == 0 or field in _OF_EMPLOYER:
                    self._merge(part, entry, field, value, (*at, field))
        return entries

    def _role(self, part: type[Part], role: dict[str, Any], shared: dict[str, Any], at: Path) -> dict[str, Any]:
        """An entry of one role; beside an employer with a name, its own name is that of the position."""
        entry = self.part(part, role, at)
        employer, position = ("name", "position") if part is resume.Work else ("institution", "studyType")
        if shared.get(employer) and not entry.get(position):
            entry[position] = entry.pop(employer, None)
        return entry

    def _entry(self, part: type[Part], value: Any, at: Path) -> Any:
        if isinstance(value, dict):
            return self.part(part, value, at)
        text = self._text(Kind.LINE, value, at)
        if not text or not text.strip():
            return None
        if part is resume.Profile and "." in text and " " not in text.strip():
            return {"url": text}
        if part is resume.Profile and (found := _NAMED_ADDRESS.fullmatch(text)):
            return {"network": found[1], "url": found[2]}
        if part in _PROSE and (len(text) > LONGEST_NAME or _SENTENCE.search(text)):
            return {_PROSE[part]: text}
        return {MAIN[part]: text}

    def _named(self, part: type[Part], name: str, value: Any, at: Path) -> Any:
        """An entry of an object whose names are the entries': {"English": "native", "Tools": ["git"]}."""
        if part is resume.Language and name in LANGUAGE_CODES:
            name = name.upper()
        elif part is resume.Profile and name[:1].islower():
            name = NETWORKS.get(squeezed(name), name)
        elif "_" in name.strip("_") and " " not in name and not _IDENTIFIER.fullmatch(name):
            name = " ".join(name.split("_"))
        if value is None or isinstance(value, bool):
            return {MAIN[part]: name} if value and part is not resume.CustomSection else None
        if part is resume.CustomSection:
            if not isinstance(value, dict | list):
                return {"title": name, "summary": self._text(Kind.TEXT, value, at)}
            if isinstance(value, dict) and (found := below_heading(value)):
                # The section has a title beside its name.
                heading, inner = found
                self._ignore({other: item for other, item in value.items() if other not in found}, at)
                entries = self._parts(resume.CustomEntry, value[inner], (*at, inner))
                if shows_nothing(entries):
                    self._ignore(value[heading], (*at, heading))
                return {"title": value[heading], "entries": entries}
            return {"title": name, "entries": self._parts(resume.CustomEntry, value, at)}
        if part is resume.Skill and isinstance(value, dict) and not knows_any(part, value):
            levels = {key: self._text(Kind.LINE, item, (*at, key)) for key, item in value.items()}
            return {MAIN[part]: name, "keywords": [f"{key} ({text})" if text else key for key, text in levels.items()]}
        if isinstance(value, dict):
            entry = self.part(part, value, at)
            self._merge(part, entry, _KEYED.get(part, MAIN[part]), name, at)
            return entry
        known = fields_of(part)
        more = next((field for field in (*_ABOUT, "keywords") if field in known), MAIN[part])
        if part is resume.Profile and isinstance(value, str) and "." not in value:
            more = "username"
        if part is resume.Skill and isinstance(value, str) and "," in value:
            # Several skills, which are no level.
            value = split_texts(value, commas=True)
        if isinstance(value, list) and "keywords" in known:
            more, name = "keywords", title_of(name) if _IDENTIFIER.fullmatch(name) or name in ACRONYMS else name
        return {MAIN[part]: name, more: self._value(known[more], value, at)}
