"""From what people have to the form of cv/resume.py: other names, other types, dates as they are written.

`normalize` is the one place where that happens, before the model checks the data. What fits already is passed on as it
is. What has one obvious meaning is taken in that meaning. What has none is left out, with a warning that names it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args

from cv import resume
from cv.accounts import each_once, without_scheme
from cv.dates import PartialDate
from cv.fields import Part, clean_line, has_lines, is_date
from cv.names import (
    MAIN,
    details_of_person,
    field_names,
    first_names,
    is_title,
    kind_of_section,
    last_names,
    own_sections,
    skill_groups,
    squeezed,
    translated_periods,
)
from cv.resume import Path, field_path
from cv.warnings import Warning, WarningCode
from cv.written_dates import is_present, read_date, read_period

# A name of a field that is not known, in a path.
MAX_KEY = 64
# Warnings of fields that are not printed; the last one counts the others.
MAX_IGNORED = 20
# A company is described in a few words. A longer text is about the work there.
_MAX_DESCRIPTION = 120
_MAX_DEPTH = 32

# What stands in JSON for programs: it is no text of a CV.
_TECHNICAL = frozenset({"$schema", "$id", "id", "_id", "uuid", "__typename", "icon"})
# The same in JSON Resume's `meta`: other texts there are a person's.
_TECHNICAL_IN_META = frozenset(
    {*("canonical", "version", "lastModified", "theme", "themeOptions", "template", "format", "schemaVersion")}
    | {*("language", "lang", "locale", "createdAt", "updatedAt", "generator")}
)
_TECHNICAL_AT_TOP = frozenset({"version", "schemaVersion", "locale", "lang", "theme", "createdAt", "updatedAt"})
# An object there holds texts of a page.
_LANGUAGES = frozenset({"lang", "locale"})
# A text between the dates: when it was, in one field. For parts that have a start and an end.
_PERIODS = frozenset(
    {*("date", "dates", "period", "year", "years", "duration", "daterange", "timeframe", "when", "time", "timeperiod")}
    | {"timespan"}
    | {"startandenddate", "startenddate", "worktime", "edutime", "projecttime"}
)
# What says which word of an object is its name: {"name": "Python", "level": "expert"}.
_WORDED = ("name", "title", "text", "value", "label", "keyword", "bullet", "content", "description")
_ADDRESSED = ("url", "href", "uri", "link", "src")
_NETWORKS = {
    squeezed(name): name
    for name in (
        *("LinkedIn", "GitHub", "GitLab", "Twitter", "X", "Facebook", "Instagram", "YouTube", "Medium", "Mastodon"),
        *("Stack Overflow", "Behance", "Dribbble", "Xing", "ORCID", "Google Scholar", "ResearchGate", "Kaggle"),
        *("Telegram", "WhatsApp", "Skype", "Bluesky", "CodePen", "Bitbucket", "LeetCode", "HackerRank", "Codeforces"),
        *(
            "Zhihu",
            "npm",
            "Blog",
            "Discord",
            "WeChat",
            "Pinterest",
            "TikTok",
            "Vimeo",
            "Flickr",
            "SoundCloud",
            "Strava",
        ),
        *("Hashnode", "Substack", "Codewars"),
    )
}
_OF_NETWORK = re.compile(r"(url|link|profile|username|handle|id)$")
_PERCENT = frozenset({"percent", "percentage"})
_NUMBER = re.compile(r"[0-9]{1,3}")
# Of the Common European Framework of Reference: what somebody can do in a language, skill by skill.
_EUROPEAN_LEVEL = re.compile(r"[ABC][12]\+?", re.IGNORECASE)
# Titles that a CV has itself, squeezed.
_DOCUMENTS = frozenset(
    {"curriculumvitae", "curriculum", "cv", "resume", "myresume", "mycv", "lebenslauf", "hojadevida", "curriculo"}
)
_ABOUT_ME = frozenset({"about", "aboutme"})
# What an object of that name holds that is a text with a heading.
_OF_TEXT = ("label", "summary")
# What of basics may stand beside it; without basics all of it may.
_BESIDE_BASICS = frozenset({"email", "phone", "summary", "profiles", "location", "image", "url", "label"})
# In a list of ways to reach a person: what the text is under, and what kind of way it is.
_SAYING = ("value", "text", "content", "url", "link", "href")
_KINDS = ("type", "kind", "label", "name", "title", "key", "icon")
# What translations stand under.
_LANGUAGE_CODES = frozenset(
    {*("ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gl", "he")}
    | {*("hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nl")}
    | {*("no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "uz", "vi", "zh")}
)
# What holds the entries of a section, and what stands above them.
_LISTS = frozenset({"list", "items", "entries", "data", "elements", "records", "periods", "rows", "groups", "children"})
# An object around one entry, as databases and templates have it: {"node": {…}}.
_AROUND_ENTRY = frozenset({"attributes", "element", "entry", "fields", "item", "job", "node", "record"})
_HEADINGS = frozenset({"title", "heading", "header", "name", "label", "category", "subtitle", "group"})
# Texts above groups, which are no group.
_ABOVE = _HEADINGS | {"headline", "description", "intro", "text", "quote"}
_BULLET = re.compile(r"^\s*(?:[-*•‣▪◦●–—]|[0-9]{1,2}[.)])\s+")
_TOLD_OF_AN_ENTRY = ("summary", "highlights", "date", "startDate")
_NUMBERED = re.compile(r"\s*[0-9]{1,2}[.)、]")
_KEY_OF = re.compile(r"(?<=[a-z0-9])(?:Id|ID|_id)$")
# A text that stands for an entry is its name, unless it is a sentence: then it is the field with the text.
_PROSE: Mapping[type[Part], str] = {resume.Project: "description", resume.CustomEntry: "summary"}
_LONGEST_NAME = 100
# A list of longer texts is one of points.
_LONGEST_POINT = 25
# For a section that is dropped, since it holds nothing.
_UNTITLED = "–"
_SENTENCE = re.compile(r"\s\S+[.!?。！？]\s*$")
_NAMED_ADDRESS = re.compile(r"\s*([^:]{1,40}?)\s*:\s*(\S+\.\S+)\s*")
_TOLD = frozenset({"description", "desc", "descr", "details", "content"})
# The name of a variable, such as cloudTools or ci_cd: a heading is written in words.
_IDENTIFIER = re.compile(r"[a-z]+(?:_[a-z0-9]+|[A-Z][a-z]+)+|[a-z]{4,}")
_ACRONYMS = frozenset(
    {"ai", "api", "apis", "aws", "cd", "ci", "css", "gcp", "html", "ml", "os", "qa", "sql", "ui", "ux"}
)
_WEB = re.compile(r"\s*https?://")
# Before the year and the month of a date in two fields.
_SIDES = ("start", "end")
_BETWEEN_WAYS = re.compile(r"\s*[|•·\n]\s*")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+")
_PHONE = re.compile(r"\+?[0-9() ./-]{6,}")
_TAGS = re.compile(r"<[^<>]*>|&nbsp;|!\[\]\([^()]*\)")
_COMMAS = frozenset(",;、،，；\n")
_BRACKETS = {"(": 1, "[": 1, "（": 1, ")": -1, "]": -1, "）": -1}
# An employer with several roles: where they are, and what each of them has from the employer.
_ROLES = frozenset({"positions", "roles", "jobs", "titles"})
# What may be written in two fields: a city and a country, a faculty and a specialty.
_JOINED = frozenset({"location", "area"})
# What the texts of an entry are that is a list of them, in their usual order; the last is what is said of it.
_COLUMNS: Mapping[type[Part], tuple[str, ...]] = {
    resume.Work: ("name", "position", "summary"),
    resume.Education: ("institution", "area", "summary"),
}
_OF_EMPLOYER = frozenset({"name", "location", "url"})
# What the names of an object's entries are, where they are not the main field of each.
_KEYED: Mapping[type[Part], str] = {resume.Work: "name", resume.Volunteer: "organization"}
# Parts that are but a name, so that a text with commas is several of them.
_LISTED = (resume.Skill, resume.Language, resume.Interest)


class Kind(Enum):
    """What a field of a part holds."""

    LINE = 1
    TEXT = 2
    URL = 3
    IMAGE = 4
    DATE = 5
    LINES = 6
    TEXTS = 7
    PART = 8
    PARTS = 9


@dataclass(frozen=True, slots=True)
class Normalized:
    """Data for the model of cv/resume.py, and what of it is not as it was sent."""

    data: dict[str, Any]
    warnings: tuple[Warning, ...]


def normalize(
    data: dict[str, Any],
    sent: Callable[[Path], Path] = lambda path: path,
    *,
    language: str = "",
    left: Iterable[Path] = (),
) -> Normalized:
    """The data in the form of the model. Of data that was converted, `sent` gives the path that a value had before, and
    `left` are the paths of the texts that were not taken.

    `language` (a BCP 47 tag) decides what the name of a month means where languages differ, and which of two figures
    is the month.
    """
    walk = _Walk(language)
    normalized = walk.resume(data)
    return Normalized(normalized, tuple(walk.warnings(sent, left)))


@dataclass(frozen=True, slots=True)
class _Field:
    kind: Kind
    part: type[Part] = Part
    one_text: bool = False


@cache
def _fields(part: type[Part]) -> Mapping[str, _Field]:
    """What each field of a part holds."""
    return {name: _field(name, info.annotation, info.metadata) for name, info in part.model_fields.items()}


def _field(name: str, annotation: Any, metadata: Iterable[Any]) -> _Field:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _Field(Kind.PART, annotation)
    if annotation is str:
        named = {"url": Kind.URL, "image": Kind.IMAGE}.get(name)
        kind = named or (Kind.TEXT if has_lines(metadata) else Kind.LINE)
        return _Field(kind, one_text=kind is not Kind.IMAGE)
    if is_date(annotation):
        return _Field(Kind.DATE)
    (item,) = get_args(annotation)
    if isinstance(item, type) and issubclass(item, Part):
        return _Field(Kind.PARTS, item)
    return _Field(Kind.TEXTS if has_lines(get_args(item)) else Kind.LINES)


class _Walk:
    """One pass over a CV. Paths are those of the data that it is given."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._ignored: list[Path] = []
        """The paths of the texts that are not printed, as (path of the unknown field, the rest)."""
        self._as_written: list[Path] = []
        self._photos: list[Path] = []
        self._projects: list[tuple[dict[str, Any], dict[str, Any]]] = []
        """The projects that stand in an entry of work, with that entry."""
        self._sections: list[tuple[str, Any, Path]] = []
        """The sections that stand among what basics holds, with their names and paths."""

    def warnings(self, sent: Callable[[Path], Path], left: Iterable[Path]) -> Iterator[Warning]:
        """What was found. `sent` gives the path that a value had in what was sent."""
        for path in self._as_written:
            message = "is no date that is certain; it is printed as it is written"
            yield Warning(WarningCode.DATE_AS_WRITTEN, field_path(sent(path)), message)
        for path in self._photos:
            message = "is an address; nothing is fetched. Send the picture itself as a data: URL"
            yield Warning(WarningCode.PHOTO_IGNORED, field_path(sent(path)), message)
        yield from ignored_warnings([*left, *(sent(path) for path in self._ignored)])

    def resume(self, data: dict[str, Any]) -> dict[str, Any]:
        """The whole CV: parts of basics may stand beside the sections."""
        names, own = field_names(resume.Resume), field_names(resume.Basics)
        # The title beside a person with a name is that of the document. An object with how to reach a person says not
        # who it is: then all of basics may stand beside it.
        named = any(names.get(squeezed(key)) == "basics" and _has_name(key, value) for key, value in data.items())
        beside: dict[str, Any] = {}
        sections: dict[str, Any] = {}
        for key, value in data.items():
            if key in _TECHNICAL_AT_TOP and not (key in _LANGUAGES and isinstance(value, dict | list)):
                continue
            section = names.get(squeezed(key))
            of_basics = section is None or (section == "basics" and squeezed(key) in own and not _is_person(key, value))
            lifted = own.get(squeezed(key)) in _BESIDE_BASICS and not is_title(key) if named else _is_of_basics(key)
            detail = squeezed(key) in details_of_person() and _is_line(value)
            if section == "basics" and (ways := _ways_in_line(value)) and any(map(_is_name, data)):
                value = self._lines_of_contact([(text, (key,)) for text in ways])
            (beside if detail or (of_basics and lifted) else sections)[key] = value
        out = self.part(resume.Resume, sections, ())
        for employer, project in self._projects:
            # A client is named in it.
            project["entity"] = project.get("entity") or employer.get("name")
        if self._projects:
            out["projects"] = [*(out.get("projects") or []), *(project for _, project in self._projects)]
        for key, value, path in self._sections:
            self._other(resume.Resume, key, value, out, path[:-1])
        for key, value in self.part(resume.Basics, beside, ()).items():
            if not isinstance(out.get("basics"), dict):
                out["basics"] = {}
            sent = next((name for name in beside if own.get(squeezed(name)) == key), key)
            self._merge(resume.Basics, out["basics"], key, value, (sent,))
            if key == "label" and squeezed(str(value)) in _DOCUMENTS:
                # What the document is says nothing of the person.
                out["basics"]["label"] = ""
                self._ignore(value, (sent,))
        if isinstance(basics := out.get("basics"), dict) and basics.get("profiles"):
            basics["profiles"] = each_once(basics["profiles"], basics)
        return out

    def part(self, part: type[Part], data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object of the CV, with the fields of the model."""
        known = _fields(part)
        out: dict[str, Any] = {}
        others: list[str] = []
        links: list[tuple[str, Path]] = []
        if "summary" in known and len(_LANGUAGE_CODES.intersection(data)) > 1:
            data = self._with_one_text(data, at)
        if "url" in known and part is not resume.Basics:
            data, links = _without_links(part, data, at)
        if "startDate" in known:
            data = self._with_months(data)
        for key, value in data.items():
            field = known.get(key)
            if field is None or (_is_told_in_points(key, value) and "highlights" in known):
                others.append(key)
            elif field.one_text and type(value) is str:
                out[key] = value
            elif key == "date" and "startDate" in known and self._lasted(value):
                self._period(value, out, (*at, key))
            else:
                out[key] = self._value(field, value, (*at, key))
        for key in others:
            self._other(part, key, data[key], out, at)
        for link, path in links:
            self._merge(part, out, "url", link, path)
        if part is resume.Basics:
            for way in ("email", "phone"):
                if isinstance(reached := out.get(way), str):
                    out[way] = without_scheme(reached)
            if others or isinstance(data.get("name"), dict):
                self._name(data, out, at)
        if part is resume.Profile and _is_empty(out.get("network")) and not _is_empty(out.get("url")):
            known_as = _NETWORKS.get(squeezed(str(out.get("username") or "")))
            if known_as:
                # The words of a link to an account: {"text": "GitHub", "link": "https://github.com/jane"}.
                out["network"], out["username"] = known_as, None
        if part is resume.Profile and isinstance(network := out.get("network"), str) and network.islower():
            out["network"] = _NETWORKS.get(squeezed(network), network)
        if "startDate" in known:
            self._settle(part, out, at)
        elif part is resume.CustomSection and _shows_nothing([out.get("summary"), out.get("entries")]):
            # A title alone is not printed, and the section of none is no fault.
            title = out.get("title")
            self._ignore(title, (*at, "title") if "title" in data else at)
            return {"title": _UNTITLED if _is_empty(title) else title}
        return out

    def _value(self, field: _Field, value: Any, at: Path) -> Any:
        """The value of a field in the type that the field has."""
        kind = field.kind
        if kind is not Kind.PARTS or field.part in _LISTED:
            value, at = self._in_one_language(value, at)
        if value is None:
            return None
        if kind is Kind.DATE:
            return self._date(value, at)
        if kind is Kind.LINES or kind is Kind.TEXTS:
            return self._texts(kind, value, at)
        if kind is Kind.PARTS:
            return self._parts(field.part, value, at)
        if kind is Kind.PART:
            return self._one(field.part, value, at)
        if kind is Kind.IMAGE:
            return self._image(value, at)
        return self._text(kind, value, at)

    def _in_one_language(self, value: Any, at: Path) -> tuple[Any, Path]:
        """What is written in several languages, in the document's, else in the first: {"en": "…", "de": "…"}."""
        if not isinstance(value, dict) or len(value) <= 1 or not _LANGUAGE_CODES.issuperset(value):
            return value, at
        key = self._preferred(value)
        self._ignore({other: item for other, item in value.items() if other != key}, at)
        return value[key], (*at, key)

    def _preferred(self, languages: Collection[str]) -> str:
        """The document's language where it is among them, else the first."""
        language = self._language[:2]
        return language if language in languages else next(iter(languages))

    def _with_one_text(self, data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An entry with its text in several languages, with one of them: {"date": "2019", "en": "…", "de": "…"}."""
        texts = {key: item for key, item in data.items() if key in _LANGUAGE_CODES}
        if not all(isinstance(item, str) for item in texts.values()):
            return data
        said = [key for key, item in texts.items() if item.strip()]
        key = self._preferred(said) if said else None
        self._ignore({other: item for other, item in texts.items() if other != key}, at)
        rest = {name: item for name, item in data.items() if name not in texts}
        return {**rest, "summary": texts[key]} if key is not None and "summary" not in rest else rest

    def _other(self, part: type[Part], key: str, value: Any, out: dict[str, Any], at: Path) -> None:
        """A field that the model does not have under this name."""
        if key in _TECHNICAL or value is None or isinstance(value, bool):
            return
        name, path, known = squeezed(key), (*at, key), _fields(part)
        field = field_names(part).get(name)
        if _is_told_in_points(key, value) and "highlights" in known:
            field = "highlights"
        if part is resume.Work and field_names(resume.Resume).get(name) == "projects" and _holds_objects(value):
            self._projects += [(out, entry) for entry in self._parts(resume.Project, value, path) if entry]
            return
        if part is resume.Project and field == "url" and _holds_addresses(value):
            for place, item in value.items() if isinstance(value, dict) else enumerate(value):
                self._merge(part, out, field, item, (*path, place))
            return
        if part is resume.CustomSection and field == "summary" and _holds_objects(value):
            field = "entries"
        is_period = field is None and (name in _PERIODS or name in translated_periods())
        if is_period and "startDate" not in known:
            field = next((date for date in ("date", "releaseDate") if date in known), None)
        if "startDate" in known and (is_period or (field == "date" and self._lasted(value))):
            self._period(value, out, path)
        elif field is not None:
            if part is resume.Resume and name in own_sections():
                taken: Any = [self._named(resume.CustomSection, _title(key), value, path)]
            elif part is resume.Resume and name in skill_groups():
                taken = self._group(key, value, path)
            else:
                taken = self._value(known[field], value, path)
                if known[field].part is resume.CustomSection:
                    taken = [_titled(section, key) for section in taken]
                elif name in _PERCENT and _NUMBER.fullmatch(str(taken)):
                    taken = f"{taken}%"
                elif field == "position" and _is_of_work(str(taken)) and "summary" in known:
                    # What was done there, under a name for a role or a title.
                    field = "summary"
            self._merge(part, out, field, taken, path)
        elif (
            part is resume.Resume
            and isinstance(value, dict | list)
            and not _is_section(value)
            and (section := kind_of_section(key))
        ):
            one = known[section].part is resume.Skill and not isinstance(value, dict) and not _holds_objects(value)
            taken = self._group(key, value, path) if one else self._value(known[section], value, path)
            self._merge(part, out, section, taken, path)
        elif part is resume.Resume and (_is_heading(key) or _is_section(value)):
            taken = [self._named(resume.CustomSection, _heading(key), value, path)]
            self._merge(part, out, "customSections", taken, path)
        elif part is not resume.Basics or not self._of_person(key, value, out, path):
            self._ignore(value, path)

    def _group(self, key: str, value: Any, at: Path) -> list[Any]:
        """A list of skills that has a name: one skill, or one for each name in an object."""
        if isinstance(value, dict) or _holds_objects(value):
            return self._parts(resume.Skill, value, at)
        return [{"name": _title(key), "keywords": self._texts(Kind.LINES, value, at)}]

    def _of_person(self, key: str, value: Any, out: dict[str, Any], path: Path) -> bool:
        """What basics holds beside its own fields: a name in parts, an address in parts, an account by its network."""
        name = squeezed(key)
        network = _NETWORKS.get(name) or _NETWORKS.get(_OF_NETWORK.sub("", name))
        if name in _given_names():
            return True
        if field := field_names(resume.Location).get(name):
            place = out.get("location")
            if not isinstance(place, dict):
                place = out["location"] = {}
            self._merge(resume.Location, place, field, self._value(_fields(resume.Location)[field], value, path), path)
        elif network:
            for one in self._parts(resume.Profile, value, path):
                if one:
                    out["profiles"] = [*(out.get("profiles") or []), _account(network, one)]
        elif (section := field_names(resume.Resume).get(name)) == "basics" and isinstance(value, dict):
            for inner, item in self.part(resume.Basics, value, path).items():
                self._merge(resume.Basics, out, inner, item, (*path, inner))
        elif name in details_of_person() and _is_line(value):
            return self._detail(key, value, out, path)
        elif section not in (None, "basics") and isinstance(value, dict | list):
            self._sections.append((key, value, path))
        else:
            return self._detail(key, value, out, path)
        return True

    def _detail(self, key: str, value: Any, out: dict[str, Any], path: Path) -> bool:
        """What else is said of a person in a few words, as the date of birth: it stands with the accounts."""
        text = self._text(Kind.LINE, value, path)
        if len(text) > _LONGEST_NAME or not (squeezed(key) in details_of_person() or _is_heading(key)):
            return False
        out["profiles"] = [*(out.get("profiles") or []), {"network": _heading(key), "username": text}]
        return True

    def _merge(self, part: type[Part], out: dict[str, Any], field: str, value: Any, at: Path) -> None:
        """Take a value for a field that may have one already: lists and prose are joined, else the first is kept."""
        kept = out.get(field)
        if _is_empty(value) or kept == value:
            return
        if _is_empty(kept):
            out[field] = value
        elif isinstance(kept, list):
            out[field] = [*kept, *value]
        elif isinstance(kept, dict) and isinstance(value, dict):
            own = _fields(part)[field].part
            for name, item in value.items():
                self._merge(own, kept, name, item, at)
        elif _fields(part)[field].kind is Kind.TEXT:
            out[field] = f"{kept}\n{value}"
        elif set(str(value).casefold().split()) <= set(str(kept).casefold().split()):
            return
        elif field in _JOINED and part is not resume.Basics:
            out[field] = f"{kept}, {value}"
        elif part is resume.Basics and field == "label":
            # A title and a sentence below it.
            summary = out.get("summary")
            out["summary"] = value if _is_empty(summary) else f"{value}\n{summary}"
        elif part is resume.Project and field in ("url", "name"):
            # The code and what runs, a title below a name: both are of use.
            self._merge(part, out, "description", value, at)
        elif part is resume.CustomEntry and field == "subtitle" and _is_empty(out.get("name")):
            out["name"] = value
        else:
            self._ignore(str(value), at)

    def _name(self, data: dict[str, Any], out: dict[str, Any], at: Path) -> None:
        """The person's name from its parts, unless it is there as a whole."""
        given = {squeezed(key): key for key in data if squeezed(key) in _given_names()}
        texts = [
            (given[name], self._text(Kind.LINE, data[given[name]], (*at, name)))
            for name in _given_names()
            if name in given
        ]
        parts = [(key, text) for key, text in texts if not _is_empty(text)]
        whole = data.get("name")
        if isinstance(whole, dict) and (inner := {squeezed(key) for key in whole} & set(_given_names())):
            # The parts of the name in an object.
            named = {squeezed(key): item for key, item in whole.items()}
            self._ignore({key: item for key, item in whole.items() if squeezed(key) not in inner}, (*at, "name"))
            out["name"] = " ".join(self._text(Kind.LINE, named[name], at) for name in _given_names() if name in inner)
        if _is_empty(out.get("name")):
            out["name"] = " ".join(text for _, text in parts)
            return
        others = [(key, text) for key, text in parts if text.casefold() not in str(out["name"]).casefold()]
        first = [text for key, text in others if squeezed(key) in first_names()]
        in_part = " " not in str(out["name"]).strip() or "name" not in data
        if not (first and len(first) < len(others)) and in_part:
            # One word beside the first names or beside the last ones is the other part of the name; nombre and nom
            # are names of a part of it as well.
            last = [text for key, text in others if squeezed(key) in last_names()]
            out["name"] = " ".join([*first, str(out["name"]), *last])
            return
        for key, text in others:
            self._ignore(text, (*at, key))

    def _settle(self, part: type[Part], out: dict[str, Any], at: Path) -> None:
        """Dates that hang together, and a description that is about the work."""
        start, end = out.get("startDate"), out.get("endDate")
        if out.get("date") and (start or end):
            # Where there is a period, the date is not printed.
            self._ignore(str(out["date"]), (*at, "date"))
        if isinstance(end, _Present):
            # Beside a date that is printed as it is written, or without one, so is this.
            out["endDate"] = None if isinstance(start, PartialDate) else str(end)
        if isinstance(start, str) and not end and (period := read_period(start, self._language)):
            out["startDate"], out["endDate"] = period
            self._as_written = [path for path in self._as_written if path[:-1] != at]
        about = out.get("description")
        if part is resume.Work and isinstance(about, str) and _is_of_work(about):
            summary = out.get("summary")
            out["description"] = None
            out["summary"] = about if _is_empty(summary) else f"{about}\n{summary}"

    def _with_months(self, data: dict[str, Any]) -> dict[str, Any]:
        """An entry with the months of its dates in the years: {"start_year": 2019, "start_month": "May"}."""
        names, fields = {squeezed(key): key for key in data}, field_names(resume.Volunteer)
        for side in _SIDES:
            year, month = names.get(f"{side}year"), names.get(f"{side}month")
            dates = [name for name in names if fields.get(name) == fields.get(f"{side}year")]
            if (
                year
                and month
                and len(dates) == 1
                and (date := read_date({"year": data[year], "month": data[month]}, self._language))
            ):
                data = {key: str(date) if key == year else item for key, item in data.items() if key != month}
        return data

    def _lasted(self, value: Any) -> bool:
        """Whether what should be a date has a start and an end."""
        if isinstance(value, dict):
            return any(field_names(resume.Volunteer).get(squeezed(key)) in ("startDate", "endDate") for key in value)
        return isinstance(value, str) and read_period(value, self._language) is not None

    def _period(self, value: Any, out: dict[str, Any], at: Path) -> None:
        """When something was, in one field: a text such as 2019 – 2021, or an object with a start and an end."""
        if isinstance(value, list) and len(value) == 2:
            value = {"start": value[0], "end": value[1]}
        if isinstance(value, dict):
            dated = {key: item for key, item in value.items() if _is_dated(key)}
            self._ignore({key: item for key, item in value.items() if key not in dated}, at)
            period = self.part(resume.Volunteer, dated, at)
            start, end = period.get("startDate"), period.get("endDate")
        else:
            text = self._text(Kind.LINE, value, at)
            if _is_empty(text):
                return
            start, end = read_period(text, self._language) or (None, read_date(text, self._language))
            if start is None and end is None:
                if out.get("startDate") or out.get("endDate"):
                    # How long it was.
                    self._ignore(text, at)
                    return
                end = self._date(text, at)
        if out.get("startDate") or out.get("endDate"):
            if (start or out.get("startDate"), end or out.get("endDate")) != (out.get("startDate"), out.get("endDate")):
                self._ignore(value, at)
            return
        out["startDate"], out["endDate"] = start, end

    def _date(self, value: Any, at: Path) -> PartialDate | str | None:
        if type(value) is str:
            try:
                return PartialDate.parse(value)
            except ValueError:
                pass
        date = read_date(value, self._language)
        if date is not None:
            return date
        text = self._text(Kind.LINE, value, at)
        if _is_empty(text) or not any(character.isalnum() for character in text):
            return None
        if is_present(text):
            return _Present(text)
        self._as_written.append(at)
        return str(text)

    def _image(self, value: Any, at: Path) -> str | None:
        """The picture itself; one that is given by its address is not fetched."""
        if isinstance(value, dict):
            key = next((key for key in _ADDRESSED if value.get(key)), None)
            if key is not None and not value.get("hidden"):
                # Figures are how it is shown there.
                others = {name: item for name, item in value.items() if not isinstance(item, int | float)}
                others.pop(key, None)
                self._ignore(others, at)
                return self._image(value[key], (*at, key))
        elif isinstance(value, list):
            pictures = [self._image(item, (*at, place)) for place, item in enumerate(value)]
            return next(filter(None, pictures), None)
        elif isinstance(value, str) and value.strip():
            if value.strip().startswith("data:"):
                return value
            self._photos.append(at)
            return None
        self._ignore(value, at)
        return None

    def _text(self, kind: Kind, value: Any, at: Path) -> str:
        """One text of whatever is there; "" where that is nothing."""
        match value:
            case str():
                return value
            case None | bool():
                return ""
            case float() if not value.is_integer():
                return f"{value:.15g}"
            case list() if kind is Kind.URL:
                texts = [self._text(kind, item, (*at, place)) for place, item in enumerate(value)]
                places = [place for place, text in enumerate(texts) if text.strip()]
                for place in places[1:]:
                    self._ignore(texts[place], (*at, place))
                return texts[places[0]] if places else ""
            case list():
                texts = [self._text(kind, item, (*at, place)) for place, item in enumerate(value)]
                return ("\n" if kind is Kind.TEXT else ", ").join(text for text in texts if text.strip())
            case dict():
                if kind is Kind.URL:
                    return self._address(value, at)
                # Keys of a database stand beside names: {"name": …, "authorId": …}.
                keys = {name: item for name, item in value.items() if _KEY_OF.search(str(name))}
                if keys and len(keys) < len(value):
                    self._ignore(keys, at)
                    value = {name: item for name, item in value.items() if name not in keys}
                if kind is not Kind.TEXT:
                    return worded(value)
                value = self._without_heading(value, at)
                return _told(value) if _is_told(value) else worded(value)
            case _:
                return str(value)

    def _without_heading(self, value: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object with a text, without the usual heading above it: {"title": "About", "content": "…"}."""
        usual = {*field_names(resume.Resume), *field_names(resume.Basics)}
        headings = {
            key: item
            for key, item in value.items()
            if squeezed(key) in _HEADINGS and isinstance(item, str) and squeezed(item) in usual
        }
        if not headings or len(headings) == len(value):
            return value
        self._ignore(headings, at)
        return {key: item for key, item in value.items() if key not in headings}

    def _address(self, value: dict[str, Any], at: Path) -> str:
        """The address of a link; what else is written there is not printed."""
        texts = [key for key, item in value.items() if isinstance(item, str) and item.strip()]
        keys = [*(key for key in _ADDRESSED if key in texts), *(key for key in texts if _WEB.match(value[key]))]
        if not keys:
            return worded(value)
        key = keys[0]
        for other, item in value.items():
            if other != key and str(item).casefold().strip() not in value[key].casefold():
                self._ignore(item, (*at, other))
        return str(value[key])

    def _texts(self, kind: Kind, value: Any, at: Path) -> list[Any]:
        """A list of texts of whatever is there."""
        if isinstance(value, list):
            if all(type(item) is str for item in value):
                return value
            one = Kind.TEXT if kind is Kind.TEXTS else Kind.LINE
            flat = [item for items in value for item in (items if isinstance(items, list) else [items])]
            return [self._text(one, item, at) for item in flat]
        text = self._text(Kind.TEXT, value, at)
        return split_texts(text, commas=kind is Kind.LINES) if text else []

    def _one(self, part: type[Part], value: Any, at: Path) -> Any:
        if isinstance(value, dict):
            return self.part(part, value, at)
        if isinstance(value, list) and len(value) == 1:
            return self._one(part, value[0], (*at, 0))
        if part is resume.Basics and _holds_objects(value):
            return self._contacts(value, at)
        if part is resume.Basics and isinstance(value, list):
            return self._lines_of_contact(
                [(self._text(Kind.LINE, item, (*at, place)), (*at, place)) for place, item in enumerate(value)]
            )
        text = self._text(Kind.LINE, value, at)
        return {(_way_of(text) if part is resume.Basics else None) or MAIN[part]: text} if text else {}

    def _lines_of_contact(self, lines: Iterable[tuple[str, Path]]) -> dict[str, Any]:
        """The basics in texts, as they stand above a letter: "030 123", "j@example.org", "1 Road, York"."""
        out: dict[str, Any] = {}
        for line, path in lines:
            text = line.strip()
            if field := _way_of(text):
                self._merge(resume.Basics, out, field, text, path)
            elif text and "." in text and " " not in text:
                out["profiles"] = [*out.get("profiles", []), {"url": text}]
            elif text:
                self._merge(resume.Basics, out, "location", {"address": text}, path)
        return out

    def _contacts(self, value: list[Any], at: Path) -> dict[str, Any]:
        """The basics in a list of ways to reach a person: [{"type": "email", "value": …}, {"label": "GitHub", …}]."""
        out: dict[str, Any] = {}
        for place, item in enumerate(value):
            path = (*at, place)
            if not isinstance(item, dict):
                self._ignore(item, path)
                continue
            keys = [key for key in _SAYING if isinstance(item.get(key), str) and item[key].strip()]
            # What is said is an address rather than a word for it: {"text": "E-mail", "link": "j@example.org"}.
            key = next((key for key in keys if _EMAIL.fullmatch(item[key].strip())), keys[0] if keys else None)
            field = self._way(item, key)
            if key is None or field is None:
                # What kind of account it is says less than its name.
                kind_last = {name: item[name] for name in sorted(item, key=lambda name: name == "type")}
                out["profiles"] = [*out.get("profiles", []), self.part(resume.Profile, kind_last, path)]
                continue
            taken = self._value(_fields(resume.Basics)[field], item[key], (*path, key))
            self._merge(resume.Basics, out, field, taken, (*path, key))
            for name, other in item.items():
                same = name not in ("label", "text") and field_names(resume.Basics).get(squeezed(str(other))) == field
                said = isinstance(other, str) and (item[key] in other or same)
                if name != key and name not in _TECHNICAL and not said:
                    self._ignore(other, (*path, name))
        return out

    def _way(self, item: dict[str, Any], key: str | None) -> str | None:
        """The field of basics that a way to reach a person is; None for an account."""
        if key is not None and _EMAIL.fullmatch(item[key].strip()):
            return "email"
        said = (squeezed(item[name]) for name in _KINDS if isinstance(item.get(name), str))
        fields = (field_names(resume.Basics).get(one) for one in said)
        return next((field for field in fields if field in ("email", "phone", "url", "location")), None)

    def _parts(self, part: type[Part], value: Any, at: Path) -> list[Any]:
        """A list of entries of whatever is there."""
        if isinstance(value, list):
            return [entry for place, item in enumerate(value) for entry in self._entries(part, item, (*at, place))]
        if isinstance(value, dict):
            if key := _list_within(part, value):
                return self._within(part, value, key, at)
            if _is_each_an_entry(part, value):
                return [self._entry(part, item, (*at, key)) for key, item in value.items()]
            if _is_entry(part, value):
                return [self.part(part, value, at)]
            if part not in _LISTED and (groups := _groups(value)):
                # Lists of entries under names of groups, or one for each language.
                self._ignore({key: item for key, item in value.items() if key not in groups}, at)
                return [entry for key in groups for entry in self._parts(part, value[key], (*at, key))]
            if part not in _LISTED and self._is_dated(value):
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
                    if part is resume.Skill and _holds_groups(item)
                    else [self._named(part, key, item, (*at, key))]
                )
            ]
        text = self._text(Kind.TEXT, value, at)
        if not text:
            return []
        texts = split_texts(text, commas=part in _LISTED)
        return [self._entry(part, one, at) for one in texts]

    def _entries(self, part: type[Part], value: Any, at: Path) -> list[Any]:
        """The entries in an item of a list, which may be a list of them itself, or an object around one."""
        if isinstance(value, dict) and len(value) == 1:
            ((key, inner),) = value.items()
            if squeezed(key) in _AROUND_ENTRY and isinstance(inner, dict | str):
                return self._entries(part, inner, (*at, key))
        if _holds_objects(value):
            return [self._entry(part, item, (*at, place)) for place, item in enumerate(value)]
        if part in _COLUMNS and isinstance(value, list) and len(value) > 1 and all(isinstance(x, str) for x in value):
            return [self._row(part, value, at)]
        if part is resume.Work and isinstance(value, dict) and (key := _roles(value)):
            return self._at_one_employer(value, key, at)
        if isinstance(value, dict) and (key := _list_within(part, value)):
            return self._within(part, value, key, at)
        if part in _LISTED and isinstance(value, dict) and _names_only(part, value):
            return self._parts(part, value, at)
        if part not in _LISTED and isinstance(value, dict) and self._is_dated(value):
            return self._dated(part, value, at)
        return [self._entry(part, value, at)]

    def _row(self, part: type[Part], value: list[str], at: Path) -> dict[str, Any]:
        """An entry in a list of its texts: ["A Ltd", "2019 - 2021", "Engineer", "Built …"]."""
        out: dict[str, Any] = {}
        last = _COLUMNS[part][-1]
        columns = iter(_COLUMNS[part])
        for place, text in enumerate(value):
            if read_period(text, self._language) or read_date(text, self._language):
                self._period(text, out, (*at, place))
            elif text.strip():
                field = last if len(text) > _LONGEST_NAME else next(columns, last)
                self._merge(part, out, field, text, (*at, place))
        return out

    def _within(self, part: type[Part], value: dict[str, Any], key: str, at: Path) -> list[Any]:
        """The entries of a list in an object, which may have a heading of its own."""
        self._ignore({name: item for name, item in value.items() if name != key}, at)
        return self._parts(part, value[key], (*at, key))

    def _is_dated(self, value: dict[str, Any]) -> bool:
        """Whether the names of an object are but the dates or the numbers of its entries."""
        return bool(value) and all(
            not any(character.isalpha() for character in key) or read_period(key, self._language) for key in value
        )

    def _dated(self, part: type[Part], value: dict[str, Any], at: Path) -> list[Any]:
        """The entries of an object such as {"2017 - 2020": "…", "2020 - present": "…"}."""
        entries = []
        for key, item in value.items():
            entry = self._entry(part, item, (*at, key)) or {}
            if "startDate" in _fields(part) and (read_period(key, self._language) or read_date(key, self._language)):
                self._period(key, entry, (*at, key))
            entries.append(entry)
        return entries

    def _at_one_employer(self, employer: dict[str, Any], key: str, at: Path) -> list[Any]:
        """The entries of an employer with a list of roles: each has its name, the first what is said of all."""
        shared = self.part(resume.Work, {name: value for name, value in employer.items() if name != key}, at)
        entries = [self._role(role, shared.get("name"), (*at, key, place)) for place, role in enumerate(employer[key])]
        if any(entry.get("startDate") or entry.get("endDate") for entry in entries):
            # From the first of the roles to the last: they have it.
            for field in _beyond(shared.pop("startDate", None), shared.pop("endDate", None), entries):
                self._ignore("period", (*at, _dated_key(employer, field)))
            written = [path for path in self._as_written if path[:-1] == at]
            self._as_written = [path for path in self._as_written if path not in written]
            self._ignored += written
        for place, entry in enumerate(entries):
            for field, value in shared.items():
                if place == 0 or field in _OF_EMPLOYER:
                    self._merge(resume.Work, entry, field, value, (*at, field))
        return entries

    def _role(self, role: dict[str, Any], employer: Any, at: Path) -> dict[str, Any]:
        """An entry of one role; beside an employer with a name, its own name is that of the position."""
        entry = self.part(resume.Work, role, at)
        if employer and not entry.get("position"):
            entry["position"] = entry.pop("name", None)
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
        if part in _PROSE and (len(text) > _LONGEST_NAME or _SENTENCE.search(text)):
            return {_PROSE[part]: text}
        return {MAIN[part]: text}

    def _named(self, part: type[Part], name: str, value: Any, at: Path) -> Any:
        """An entry of an object whose names are the entries': {"English": "native", "Tools": ["git"]}."""
        if part is resume.Profile and name.islower():
            name = _NETWORKS.get(squeezed(name), name)
        elif "_" in name.strip("_") and " " not in name and not _IDENTIFIER.fullmatch(name):
            name = " ".join(name.split("_"))
        if value is None or isinstance(value, bool):
            return {MAIN[part]: name} if value and part is not resume.CustomSection else None
        if part is resume.CustomSection:
            if not isinstance(value, dict | list):
                return {"title": name, "summary": self._text(Kind.TEXT, value, at)}
            return {"title": name, "entries": self._parts(resume.CustomEntry, value, at)}
        if part is resume.Skill and isinstance(value, dict) and not _knows_any(part, value):
            levels = {key: self._text(Kind.LINE, item, (*at, key)) for key, item in value.items()}
            return {MAIN[part]: name, "keywords": [f"{key} ({text})" if text else key for key, text in levels.items()]}
        if isinstance(value, dict):
            entry = self.part(part, value, at)
            self._merge(part, entry, _KEYED.get(part, MAIN[part]), name, at)
            return entry
        known = _fields(part)
        more = next((field for field in (*_ABOUT, "keywords") if field in known), MAIN[part])
        if part is resume.Profile and isinstance(value, str) and "." not in value:
            more = "username"
        if isinstance(value, list) and "keywords" in known:
            more, name = "keywords", _title(name) if _IDENTIFIER.fullmatch(name) else name
        return {MAIN[part]: name, more: self._value(known[more], value, at)}

    def _ignore(self, value: Any, at: Path) -> None:
        self._ignored += texts_in(value, at)


class _Present(str):
    """A word for the end of what goes on, as it is written."""


# What a text says of a name in an object whose names are the entries'.
_ABOUT = ("level", "fluency", "summary", "reference", "description", "url")


def ignored_warnings(paths: Sequence[Path]) -> Iterator[Warning]:
    """A warning for each text that is not printed; above MAX_IGNORED texts that stand together share one."""
    paths = [tuple(clean_line(key)[:MAX_KEY] if isinstance(key, str) else key for key in path) for path in paths]
    for depth in (None, 3, 2, 1):
        grouped = Counter(path[:depth] for path in paths)
        if len(grouped) <= MAX_IGNORED:
            break
    named = list(grouped.items())
    # One place is kept for those that are only counted.
    shown = named if len(named) <= MAX_IGNORED else named[: MAX_IGNORED - 1]
    for path, count in shown:
        what = (
            "is not printed: the document has no place for it"
            if count == 1
            else f"has {count} texts that are not printed"
        )
        yield Warning(WarningCode.FIELD_IGNORED, field_path(path), what)
    if rest := sum(count for _, count in named[len(shown) :]):
        yield Warning(WarningCode.FIELD_IGNORED, field_path(()), f"has {rest} more texts that are not printed")


def texts_in(value: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of the texts and numbers in a value; what programs write for themselves is none.

    Deeper than _MAX_DEPTH, an object or a list that holds something counts as one text.
    """
    if isinstance(value, dict) and len(at) < _MAX_DEPTH:
        technical = _TECHNICAL | _TECHNICAL_IN_META if at and at[-1] == "meta" else _TECHNICAL
        for key, item in value.items():
            if key not in technical:
                yield from texts_in(item, (*at, key))
    elif isinstance(value, list) and len(at) < _MAX_DEPTH:
        for place, item in enumerate(value):
            yield from texts_in(item, (*at, place))
    elif _says_something(value):
        yield at


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, dict | list) else type(value) in (int, float)


def worded(value: dict[str, Any]) -> str:
    """An object as a text: Python (expert); without a name, all its texts: Berlin, Germany. None stands there twice,
    but each of several levels in a language says of what it is: German (Reading: B2, Writing: B1).
    """
    texts = {path: text for path in texts_in(value) if (text := without_scheme(str(_at(value, path)).strip()))}
    name = next((texts.pop(path) for key in _WORDED if (path := (key,)) in texts), "")
    named = all(isinstance(path[-1], str) for path in texts)
    if named and len(texts) > 1 and all(map(_EUROPEAN_LEVEL.fullmatch, texts.values())):
        texts = {path: f"{_title(str(path[-1]))}: {text}" for path, text in texts.items()}
    others = {squeezed(text) or text: text for text in texts.values()}
    others.pop(squeezed(name) or name, None)
    said = ", ".join(others.values())
    return f"{name} ({said})" if name and said else name or said


def _is_told(value: dict[str, Any]) -> bool:
    """Whether an object is prose in parts: {"text": "…", "points": ["…", "…"]}."""
    texts = [(path, _at(value, path)) for path in texts_in(value)]
    return any(
        isinstance(text, str) and len(text) > (_LONGEST_POINT if isinstance(path[-1], int) else _LONGEST_NAME)
        for path, text in texts
    )


def _told(value: dict[str, Any]) -> str:
    """The prose of an object: its texts, and its lists as points; short ones are written in a line."""
    lines: list[str] = []
    for item in value.values():
        if isinstance(item, dict):
            lines.append(_told(item))
        elif isinstance(item, list):
            points = [worded(point) if isinstance(point, dict) else str(point) for point in item if point]
            long = any(len(point) > _LONGEST_POINT for point in points)
            numbered = all(_NUMBERED.match(point) for point in points)
            lines += (
                points if long and numbered else [f"- {point}" for point in points] if long else [", ".join(points)]
            )
        elif _says_something(item):
            lines.append(str(item))
    return "\n".join(line for line in lines if line.strip())


def split_texts(text: str, *, commas: bool) -> list[str]:
    """The items of a list that was written as one text: its lines without their marks, or what commas part."""
    if text.lstrip().startswith("<"):
        # HTML has its own lists.
        return [text]
    lines = [line for line in text.splitlines() if line.strip()]
    if commas and len(lines) == 1:
        return [item for item in _parted(text) if item.strip()]
    return [_BULLET.sub("", line) for line in lines]


def _parted(text: str) -> Iterator[str]:
    """What commas part, but for those in brackets."""
    depth = start = 0
    for place, character in enumerate(text):
        depth = max(depth + _BRACKETS.get(character, 0), 0)
        if character in _COMMAS and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _without_links(part: type[Part], data: dict[str, Any], at: Path) -> tuple[dict[str, Any], list[tuple[str, Path]]]:
    """An object whose names are texts, and the addresses that stood with them: {"company": {"name": …, "url": …}}."""
    names, known = field_names(part), _fields(part)
    out, links = dict(data), []
    for key, value in data.items():
        field = names.get(squeezed(key))
        if not isinstance(value, dict) or field is None or known[field].kind is not Kind.LINE:
            continue
        name = next((name for name in _WORDED if isinstance(value.get(name), str) and value[name].strip()), None)
        link = next(
            (link for link in (*_ADDRESSED, "website") if isinstance(value.get(link), str) and value[link].strip()),
            None,
        )
        if name and link and _WEB.match(value[link]):
            out[key] = {inner: item for inner, item in value.items() if inner != link}
            links.append((value[link], (*at, key, link)))
    return out, links


def _titled(section: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """A section with a title: without one it gets that of its field, such as additionalSections."""
    return {**(section or {}), "title": (section or {}).get("title") or _title(key)}


def _capitalized(words: str) -> str:
    """Words with a capital at their beginning, where the first is in small letters only: not iOS."""
    return words[:1].upper() + words[1:] if words.partition(" ")[0].islower() else words


def _title(key: str) -> str:
    """The words of a field's name: Additional sections."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", key).capitalize().split()
    return " ".join(word.upper() if word.lower() in _ACRONYMS else word for word in words)


def _is_empty(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _shows_nothing(value: Any) -> bool:
    """Whether a text is empty or markup around nothing, or an entry or a list holds nothing else."""
    if isinstance(value, dict | list):
        return all(map(_shows_nothing, value.values() if isinstance(value, dict) else value))
    return _is_empty(value) or (isinstance(value, str) and not _TAGS.sub("", value).strip())


def _is_of_work(about: str) -> bool:
    """Whether what stands where a company is described is about the work there."""
    about = about.strip()
    return len(about) > _MAX_DESCRIPTION or "\n" in about or about.startswith("<")


def _way_of(text: str) -> str | None:
    """The field of basics that a text is by itself: an e-mail address or a telephone number."""
    if _EMAIL.fullmatch(text.strip()):
        return "email"
    return "phone" if _PHONE.fullmatch(text.strip()) else None


def _holds_objects(value: Any) -> bool:
    """Whether a value is a list of entries."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _is_line(value: Any) -> bool:
    """Whether a value is a short text, or a list of some: B, C1."""
    if isinstance(value, list):
        short = all(isinstance(item, str) and len(item) <= _LONGEST_POINT for item in value)
        return short and len(", ".join(value)) <= _LONGEST_NAME
    return not isinstance(value, dict) and len(str(value)) <= _LONGEST_NAME


def _is_dated(key: str) -> bool:
    """Whether a name is that of a start, an end, or both in one text."""
    name = squeezed(key)
    field = field_names(resume.Volunteer).get(name)
    return field in ("startDate", "endDate") or name in _PERIODS or name in translated_periods()


def _dated_key(value: dict[str, Any], field: str) -> str:
    """The name under which an object has a start or an end, or both in one text."""
    keys = [key for key in value if _is_dated(key)]
    return next((key for key in keys if field_names(resume.Volunteer).get(squeezed(key)) == field), keys[0])


def _beyond(start: Any, end: Any, roles: list[dict[str, Any]]) -> Iterator[str]:
    """Which ends of an employer's period are outside of the periods of all its roles."""
    starts = [date for role in roles if isinstance(date := role.get("startDate"), PartialDate)]
    ends = [date for role in roles if isinstance(date := role.get("endDate"), PartialDate)]
    if isinstance(start, PartialDate) and all(_is_before(start, other) for other in starts):
        yield "startDate"
    if isinstance(end, PartialDate) and all(_is_before(other, end) for other in ends):
        yield "endDate"


def _is_before(one: PartialDate, other: PartialDate) -> bool:
    """Whether a date is before another one, as far as both are known."""
    for mine, its in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is None or its is None or mine != its:
            return mine is not None and its is not None and mine < its
    return False


def _is_told_in_points(key: str, value: Any) -> bool:
    """Whether a description is a list: each item is a point of it."""
    return isinstance(value, list) and squeezed(key) in _TOLD


def _holds_addresses(value: Any) -> bool:
    """Whether a value is several links, with names or without."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(items) and all(isinstance(item, str) and _WEB.match(item) for item in items)


def _is_person(key: str, value: Any) -> bool:
    """Whether a value is the whole of basics; a text or a list of texts is one field of it.

    So is an object with a text about the person, beside one that says who it is.
    """
    if not isinstance(value, dict):
        return _holds_objects(value)
    own = field_names(resume.Basics)
    if squeezed(key) not in _ABOUT_ME:
        return True
    return any(
        own.get(squeezed(inner)) not in (None, *_OF_TEXT) or squeezed(inner) in _given_names() for inner in value
    )


@cache
def _given_names() -> tuple[str, ...]:
    return (*first_names(), *last_names())


def _ways_in_line(value: Any) -> list[str]:
    """The texts of a line with several ways to reach a person: j@example.org | 030 123 456 | York."""
    texts = _BETWEEN_WAYS.split(value) if isinstance(value, str) else []
    return texts if len(texts) > 1 and any(map(_way_of, texts)) else []


def _is_name(key: str) -> bool:
    """Whether a field holds the person's name or a part of it."""
    return field_names(resume.Basics).get(squeezed(key)) == "name" or squeezed(key) in _given_names()


def _has_name(key: str, value: Any) -> bool:
    """Whether a value is the whole of basics, with the person's name, at any depth of objects in it."""
    if isinstance(value, list):
        return any(_has_name(key, item) for item in value)
    if not isinstance(value, dict) or not _is_person(key, value):
        return False
    sections = field_names(resume.Resume)
    return any(
        _is_name(inner) or (sections.get(squeezed(inner)) == "basics" and _has_name(inner, item))
        for inner, item in value.items()
    )


def _list_within(part: type[Part], value: dict[str, Any]) -> str | None:
    """The field of an object around entries that holds them: {"title": "Education", "list": […]}.

    A name that the part itself has for a list is that, unless the object has nothing else but the section's heading.
    """
    lists = [key for key, item in value.items() if isinstance(item, list) and item]
    others = [item for item in value.values() if not isinstance(item, list) and not _is_empty(item)]
    if part is resume.CustomSection or len(lists) != 1 or any(isinstance(item, dict) for item in others):
        # A section of one's own is such an object itself.
        return None
    key = lists[0]
    if squeezed(key) not in _LISTS:
        rest = {name: item for name, item in value.items() if name != key}
        headed = any(squeezed(name) in _HEADINGS for name in rest) and not _knows_more(part, rest)
        if squeezed(key) in field_names(part):
            return key if headed and part not in _LISTED and _are_entries(part, value[key]) else None
        return key if headed and _holds_objects(value[key]) else None
    if squeezed(key) not in field_names(part):
        heads = all(squeezed(name) in _HEADINGS or name in _TECHNICAL for name in value if name != key)
        return key if heads or _holds_objects(value[key]) else None
    sections, known = field_names(resume.Resume), _fields(resume.Resume)
    headed = all(
        isinstance(item, str) and squeezed(item) in sections and known[sections[squeezed(item)]].part is part
        for item in others
    )
    return key if headed and _holds_objects(value[key]) else None


def _are_entries(part: type[Part], value: list[Any]) -> bool:
    """Whether a list is of entries of a part: each has several of its fields."""
    names = field_names(part)
    return all(
        isinstance(item, dict) and len({names[squeezed(key)] for key in item if squeezed(key) in names}) > 1
        for item in value
    )


def _groups(value: dict[str, Any]) -> list[str]:
    """The names of the lists of entries in an object that has nothing else, but for texts beside them."""
    lists = [key for key, item in value.items() if _holds_objects(item)]
    others = [item for key, item in value.items() if key not in lists]
    return lists if all(isinstance(item, str | None) for item in others) else []


def _knows_more(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object has a field of a part beside what may be a heading."""
    names = field_names(part)
    return any(squeezed(key) in names and squeezed(key) not in _HEADINGS for key in value)


def _holds_groups(value: Any) -> bool:
    """Whether groups of skills are in a group: each is an object with a list, or all that is there is lists."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(item, list) for item in value.values())
    return isinstance(value, list) and all(
        isinstance(item, dict) and any(isinstance(inner, list) for inner in item.values()) for item in value
    )


def _roles(employer: dict[str, Any]) -> str | None:
    """The field of an employer that is a list of roles."""
    for key, value in employer.items():
        if squeezed(key) in _ROLES and isinstance(value, list) and value and all(isinstance(r, dict) for r in value):
            return key
    return None


def _is_section(value: Any) -> bool:
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
        told = {names.get(squeezed(key)) for key, inner in item.items() if not _is_empty(inner)}
        if items is value and told.isdisjoint(("name", "subtitle")):
            return False
        if told.isdisjoint(_TOLD_OF_AN_ENTRY) and not {"name", "subtitle"} <= told:
            return False
    return True


def _heading(key: str) -> str:
    """The heading of a section that is named as people write one, or as programs name a field."""
    return _capitalized(key.strip(" :：")) if _is_heading(key) else _title(key)


def _is_heading(key: str) -> bool:
    """Whether a name is written as people write a heading, with spaces or accents, and is no field of the person."""
    return (not key.isascii() or " " in key.strip()) and squeezed(key) not in field_names(resume.Basics)


def _is_of_basics(key: str) -> bool:
    name = squeezed(key)
    network = _OF_NETWORK.sub("", name)
    return (
        name in field_names(resume.Basics)
        or name in field_names(resume.Location)
        or name in _given_names()
        or name in _NETWORKS
        or network in _NETWORKS
    )


def _knows_any(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object has a field of a part, or what programs write for themselves."""
    names = field_names(part)
    return any(squeezed(key) in names or key in _TECHNICAL for key in value)


def _names_only(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether the names of an object are those of entries, each with a text: {"Spanish": "native", "English": "B1"}."""
    return bool(value) and not _knows_any(part, value) and all(isinstance(item, str) for item in value.values())


def _is_each_an_entry(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether the names of an object are several for the main field of an entry: {"school": "…", "university": "…"}."""
    names = field_names(part)
    texts = [key for key, item in value.items() if isinstance(item, str) and item.strip()]
    return len(texts) > 1 and len(texts) == len(value) and all(names.get(squeezed(k)) == MAIN[part] for k in texts)


def _is_entry(part: type[Part], value: dict[str, Any]) -> bool:
    """Whether an object that stands for a list is one entry of it; else its names are the names of entries.

    Names of groups of skills ({"languages": […], "tools": […]}) and of accounts ({"github": …, "website": …}) may be
    names of fields as well.
    """
    names = field_names(part)
    known = [names[squeezed(key)] for key in value if squeezed(key) in names]
    if part is resume.Profile and any(squeezed(key) in _NETWORKS for key in value):
        return False
    if part in _LISTED:
        return MAIN[part] in known or (len(known) == len(value) and any(key in part.model_fields for key in value))
    return bool(known) or not value


def _account(network: str, profile: dict[str, Any]) -> dict[str, Any]:
    """A profile whose network is the name of its field."""
    if set(profile) == {"network"}:
        return {"network": network, "username": profile["network"]}
    return {"network": network, **{name: value for name, value in profile.items() if not _is_empty(value)}}
