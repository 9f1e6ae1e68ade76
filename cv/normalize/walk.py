"""The way through a CV, from its sections to each part, field and text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cv import resume
from cv.accounts import bare_url, each_once, without_scheme
from cv.dates import PartialDate
from cv.fields import MAX_TEXT, Part, clean_line
from cv.names import (
    MAIN,
    NETWORKS,
    data_of_section,
    details_of_person,
    field_names,
    first_names,
    is_title,
    kind_of_section,
    last_names,
    own_sections,
    skill_groups,
    squeezed,
    tells_skills,
)
from cv.normalize.entries import Entries
from cv.normalize.ignored import TECHNICAL
from cv.normalize.kinds import Field, Kind, fields_of
from cv.normalize.periods import Present, is_dated, is_part_of, is_period
from cv.normalize.person import (
    account_of,
    are_in_two_scripts,
    given_names,
    has_name,
    is_name,
    is_of_basics,
    is_person,
    network_of,
    way_of,
    way_of_profile,
    ways_in_line,
)
from cv.normalize.shapes import (
    LISTED,
    are_lists_of_words,
    are_names_of_sections,
    below_heading,
    fits_better,
    holds_addresses,
    holds_objects,
    holds_sections,
    is_address,
    is_by_name,
    is_of_networks,
    is_section,
    section_named,
    texts_within,
    with_employer,
    without_links,
)
from cv.normalize.texts import (
    LONGEST_NAME,
    heading_of,
    is_empty,
    is_heading,
    is_line,
    is_of_work,
    is_prose,
    is_told_in_points,
    shows_nothing,
    title_of,
    titled,
)
from cv.normalize.values import LANGUAGE_CODES, flat
from cv.resume import Path
from cv.written_dates import read_date, read_period

_TECHNICAL_AT_TOP = frozenset({"version", "schemaVersion", "locale", "lang", "theme", "createdAt", "updatedAt"})
# An object there holds texts of a page.
_LANGUAGES = frozenset({"lang", "locale"})
_COUNTRY_CODE = re.compile(r"[A-Za-z]{2,3}")
_PERCENT = frozenset({"percent", "percentage"})
_YEARS = frozenset({"duration", "years", "yearsofexperience", "experienceyears"})
_SIGN = re.compile(r"^[^\w+(@]+")
_NUMBER = re.compile(r"[0-9]{1,3}")
_PERCENTAGE = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")
# Titles that a CV has itself, squeezed.
_DOCUMENTS = frozenset(
    {*("curriculumvitae", "curriculum", "cv", "resume", "myresume", "mycv", "lebenslauf", "hojadevida", "curriculo")}
    | {*("zyciorys", "ozgecmis", "oneletrajz", "zivotopis", "zivljenjepis", "резюме", "βιογραφικοσημειωμα")}
    | {*("קורותחיים", "السيرةالذاتية", "سيرةذاتية", "رزومه", "简历", "个人简历", "履歷", "個人簡歷", "履歴書")}
    | {*("職務経歴書", "이력서", "경력기술서")}
)
# What of basics may stand beside it; without basics all of it may.
_BESIDE_BASICS = frozenset({"email", "phone", "summary", "profiles", "location", "image", "url", "label"})
# In a list of ways to reach a person: what the text is under, and what kind of way it is.
_SAYING = ("value", "text", "content", "url", "link", "href", "address")
_KINDS = ("type", "kind", "label", "name", "title", "key", "icon")
_SAYING_WHO = ("label", "title", "name")
# For a section that is dropped, since it holds nothing.
_UNTITLED = "–"
# What several sections may stand in: {"achievements": {"awards": […], "publications": […]}}.
_OF_SECTIONS = frozenset({None, "awards", "customSections"})
# What may be written in two fields: a city and a country, a faculty and a specialty, a college and its university.
_JOINED = frozenset({"location", "area", "institution"})
# What an employer has under it that is reported like a project.
_TEAMS = frozenset({"teams", "assignments", "engagements", "clients"})
# Sections that basics may hold in a few words.
_IN_WORDS = frozenset({"skills", "languages", "interests", "education"})


def _is_of_person(item: tuple[str, Any]) -> bool:
    """Whether an object under a name of its own says who the person is: {"base": {"name": …, "email": …}}."""
    key, value = item
    if (
        squeezed(key) in field_names(resume.Resume)
        or not isinstance(value, dict)
        or any(map(holds_objects, value.values()))
    ):
        return False
    if any(map(is_name, value)) and field_names(resume.Basics).get(squeezed(key)) == "summary":
        return True
    said = {field_names(resume.Basics).get(squeezed(name)) for name, text in value.items() if isinstance(text, str)}
    return any(map(is_name, value)) and not said.isdisjoint(("email", "phone", "label", "summary"))


class Walk(Entries):
    """One pass over a CV. Paths are those of the data that it is given."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._projects: list[tuple[dict[str, Any], dict[str, Any]]] = []
        """The projects that stand in an entry of work, with that entry."""
        self._sections: list[tuple[str, Any, Path]] = []
        """The sections that stand among what basics holds, with their names and paths."""

    def resume(self, data: dict[str, Any]) -> dict[str, Any]:
        """The whole CV: parts of basics may stand beside the sections."""
        names, own = field_names(resume.Resume), field_names(resume.Basics)
        if not data.keys() <= fields_of(resume.Resume).keys():
            data = self._with_versions(data, (), own=own)
        # The title beside a person with a name is that of the document. An object with how to reach a person says not
        # who it is: then all of basics may stand beside it.
        named = any(names.get(squeezed(key)) == "basics" and has_name(key, value) for key, value in data.items())
        beside: dict[str, Any] = {}
        sections: dict[str, Any] = {}
        for key, value in data.items():
            if key in _TECHNICAL_AT_TOP and not (key in _LANGUAGES and isinstance(value, dict | list)):
                continue
            section = names.get(squeezed(key))
            of_basics = section is None or (section == "basics" and squeezed(key) in own and not is_person(key, value))
            lifted = own.get(squeezed(key)) in _BESIDE_BASICS and not is_title(key) if named else is_of_basics(key)
            detail = squeezed(key) in details_of_person() and is_line(value)
            if section == "basics" and (ways := ways_in_line(value)) and any(map(is_name, data)):
                value = self._lines_of_contact([(text, (key,)) for text in ways])
            if (lifted and of_basics and isinstance(value, dict) and below_heading(value)) or (
                squeezed(key) == "roles" and holds_objects(value)
            ):
                # A section, whatever its name.
                lifted = False
            elif lifted and own.get(squeezed(key)) == "summary" and not named and _is_of_person((key, value)):
                lifted = False
            (beside if detail or (of_basics and lifted) else sections)[key] = value
        person = None if any(map(is_name, data)) or named else next(filter(_is_of_person, sections.items()), None)
        if person is not None:
            del sections[person[0]]
        out = self.part(resume.Resume, sections, ())
        if person is not None:
            key, value = person
            if not isinstance(out.get("basics"), dict):
                out["basics"] = {}
            for field, item in self.part(resume.Basics, value, (key,)).items():
                self._merge(resume.Basics, out["basics"], field, item, (key,))
        for employer, project in self._projects:
            # A client is named in it.
            project["entity"] = project.get("entity") or employer.get("name")
        if self._projects:
            out["projects"] = [*(out.get("projects") or []), *(project for _, project in self._projects)]
        for section, entries in self._of_type:
            self._merge(resume.Resume, out, section, entries, ())
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
            for profile in filter(None, basics["profiles"]):
                if way := way_of_profile(profile):
                    said = profile.get("username") or profile.get("url")
                    basics[way] = basics.get(way) or without_scheme(str(said))
            basics["profiles"] = each_once(basics["profiles"], basics)
        return out

    def part(self, part: type[Part], data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object of the CV, with the fields of the model."""
        known = fields_of(part)
        out: dict[str, Any] = {}
        others: list[str] = []
        links: list[tuple[str, Path]] = []
        if "url" in known and part is not resume.Basics:
            data, links = without_links(part, data, at)
        if not data.keys() <= known.keys():
            data = self._with_known_names(part, data, at)
        for key, value in data.items():
            field = known.get(key)
            if field is None or (is_told_in_points(key, value) and "highlights" in known):
                others.append(key)
            elif field.one_text and type(value) is str:
                out[key] = value
            elif key == "date" and "startDate" in known and self._lasted(value):
                self._period(value, out, (*at, key))
            elif part is resume.Basics and key == "url" and is_of_networks(value):
                self._merge(part, out, "profiles", self._parts(resume.Profile, value, (*at, key)), (*at, key))
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
        if part is resume.Profile and is_address(out.get("username")) and is_empty(out.get("url")):
            out["url"], out["username"] = out["username"].strip(), None
        if part is resume.Profile and is_empty(out.get("network")) and not is_empty(out.get("url")):
            known_as = NETWORKS.get(squeezed(str(out.get("username") or "")))
            if known_as:
                # The words of a link to an account: {"text": "GitHub", "link": "https://github.com/jane"}.
                out["network"], out["username"] = known_as, None
        if part is resume.Profile and isinstance(network := out.get("network"), str) and network[:1].islower():
            out["network"] = NETWORKS.get(squeezed(network), network)
        if "startDate" in known:
            self._settle(part, out, at)
        elif part is resume.CustomSection and shows_nothing([out.get("summary"), out.get("entries")]):
            # A title alone is not printed, and the section of none is no fault.
            title = out.get("title")
            self._ignore(title, (*at, "title") if "title" in data else at)
            return {"title": _UNTITLED if is_empty(title) else title}
        return out

    def _with_known_names(self, part: type[Part], data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object with other names than the model's, without those whose meaning depends on what is beside them."""
        known = fields_of(part)
        if part is not resume.Resume:
            data = self._with_versions(data, at, own=field_names(part))
        prose = next((name for name in ("summary", "description") if name in known), None)
        if prose and ("EN" in data or len(LANGUAGE_CODES.intersection(data)) > 1):
            data = self._with_one_text(prose, data, at)
        if "startDate" in known:
            data = self._with_months(data)
        return with_employer(part, data)

    def _value(self, field: Field, value: Any, at: Path) -> Any:
        """The value of a field in the type that the field has."""
        kind = field.kind
        if kind is not Kind.PARTS or (
            field.part in LISTED and not (field.part is resume.Language and is_by_name(value))
        ):
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

    def _other(
        self, part: type[Part], key: str, value: Any, out: dict[str, Any], at: Path, *, path: Path | None = None
    ) -> None:
        """A field that the model does not have under this name. `path` is the value's, where the name is a heading."""
        if key in TECHNICAL or value is None or isinstance(value, bool):
            return
        name, path, known = squeezed(key), path or (*at, key), fields_of(part)
        field = field_names(part).get(name)
        if part is resume.Resume and field is None and isinstance(value, dict | list):
            field = data_of_section(key)
        if is_told_in_points(key, value) and "highlights" in known:
            field = "highlights"
        is_project = field_names(resume.Resume).get(name) == "projects" or name in _TEAMS
        if part is resume.Work and is_project and (holds_objects(value) or isinstance(value, dict)):
            self._projects += [(out, entry) for entry in self._parts(resume.Project, value, path) if entry]
            return
        if part is resume.Project and field == "url" and holds_addresses(value):
            for place, item in value.items() if isinstance(value, dict) else enumerate(value):
                self._merge(part, out, field, item, (*path, place))
            return
        if part is resume.Resume and field == "customSections" and are_names_of_sections(value):
            # The order of the sections.
            self._ignore(value, path)
            return
        if part is resume.CustomSection and field == "summary" and holds_objects(value):
            field = "entries"
        if part is resume.Resume and name == "language" and not isinstance(value, dict | list):
            # The document's.
            self._ignore(value, path)
            return
        if part is resume.Resume and field in _OF_SECTIONS and holds_sections(value):
            for inner, item in value.items():
                if section_named(inner):
                    self._other(part, inner, item, out, path)
                elif not is_empty(item):
                    one = self._named(resume.CustomSection, title_of(inner), item, (*path, inner))
                    self._merge(part, out, "customSections", [one], (*path, inner))
            return
        of_period = field is None and is_period(name)
        if of_period and "startDate" not in known:
            field = next((date for date in ("date", "releaseDate") if date in known), None)
            if field and out.get(field):
                # How long it was.
                self._ignore(value, path)
                return
        if "startDate" in known and (of_period or (field == "date" and self._lasted(value))):
            self._period(value, out, path)
        elif field is not None:
            if part is resume.Resume and name in own_sections():
                taken: Any = [self._named(resume.CustomSection, title_of(key), value, path)]
            elif part is resume.Resume and name in skill_groups():
                taken = self._group(key, value, path)
            else:
                taken = self._value(known[field], value, path)
                if known[field].part is resume.CustomSection:
                    taken = [titled(section, key) for section in taken]
                elif part is resume.Skill and name in _YEARS and _NUMBER.fullmatch(str(taken)):
                    # As a level, a figure would say something else.
                    self._ignore(value, path)
                    return
                elif name in _PERCENT and _PERCENTAGE.fullmatch(str(taken)):
                    taken = f"{taken}%"
                elif field == "position" and is_of_work(str(taken)) and "summary" in known:
                    # What was done there, under a name for a role or a title.
                    field = "summary"
            self._merge(part, out, field, taken, path)
        elif (
            part is resume.Resume
            and isinstance(value, dict | list)
            and (section := kind_of_section(key))
            and (not is_section(value) or fits_better(known[section].part, value))
        ):
            if section == "work" and tells_skills(key):
                section = "skills"
            one = known[section].part is resume.Skill and not isinstance(value, dict) and not holds_objects(value)
            taken = self._group(key, value, path) if one else self._value(known[section], value, path)
            self._merge(part, out, section, taken, path)
        elif part is resume.Resume and isinstance(value, dict) and (found := below_heading(value)):
            heading, inner = found
            self._ignore({other: item for other, item in value.items() if other not in found}, path)
            before = len(out.get("customSections") or [])
            self._other(part, value[heading], value[inner], out, at, path=(*path, inner))
            own = (out.get("customSections") or [])[before:]
            if shows_nothing([section.get("entries") for section in own]):
                # The heading is that of the section which it names, or none is printed.
                self._ignore(value[heading], (*path, heading))
        elif (
            part is resume.Resume
            and name.startswith("skills")
            and isinstance(value, list)
            and are_lists_of_words({key: value})
        ):
            self._merge(part, out, "skills", self._group(key, value, path), path)
        elif part is resume.Resume and tells_skills(key) and (isinstance(value, str) or are_lists_of_words(value)):
            self._merge(part, out, "skills", self._parts(resume.Skill, value, path), path)
        elif part is resume.Resume and clean_line(key) and (is_heading(key) or is_section(value) or is_prose(value)):
            taken = [self._named(resume.CustomSection, heading_of(key), value, path)]
            self._merge(part, out, "customSections", taken, path)
        elif part is not resume.Basics or not self._of_person(key, value, out, path):
            self._ignore(value, path)

    def _of_person(self, key: str, value: Any, out: dict[str, Any], path: Path) -> bool:
        """What basics holds beside its own fields: a name in parts, an address in parts, an account by its network."""
        name = squeezed(key)
        network = network_of(name)
        if name in given_names():
            return True
        if field := field_names(resume.Location).get(name):
            place = out.get("location")
            if not isinstance(place, dict):
                place = out["location"] = {}
            self._merge(
                resume.Location, place, field, self._value(fields_of(resume.Location)[field], value, path), path
            )
        elif network:
            accounts = self._parts(resume.Profile, value, path)
            for one in accounts:
                if one:
                    if len(accounts) == 1 and isinstance(value, dict) and one.get("network") in value:
                        # The name of its only field: {"telegram": {"number": "jane"}}.
                        del one["network"]
                    out["profiles"] = [*(out.get("profiles") or []), account_of(network, one)]
        elif (section := field_names(resume.Resume).get(name)) == "basics" and isinstance(value, dict):
            for inner, item in self.part(resume.Basics, value, path).items():
                self._merge(resume.Basics, out, inner, item, (*path, inner))
        elif section == "basics" and isinstance(value, list) and all(isinstance(text, str) for text in value):
            lines = [(text, (*path, place)) for place, text in enumerate(value)]
            for inner, item in self._lines_of_contact(lines).items():
                self._merge(resume.Basics, out, inner, item, path)
        elif section == "basics" and holds_objects(value):
            for inner, item in self._contacts(value, path).items():
                self._merge(resume.Basics, out, inner, item, path)
        elif name in details_of_person() and is_line(value):
            return self._detail(key, value, out, path)
        elif section in _IN_WORDS or (section not in (None, "basics") and isinstance(value, dict | list)):
            self._sections.append((key, value, path))
        else:
            return self._detail(key, value, out, path)
        return True

    def _detail(self, key: str, value: Any, out: dict[str, Any], path: Path) -> bool:
        """What else is said of a person in a few words, as the date of birth: it stands with the accounts."""
        text = self._text(Kind.LINE, value, path)
        if len(text) > LONGEST_NAME or not (squeezed(key) in details_of_person() or is_heading(key)):
            return False
        out["profiles"] = [*(out.get("profiles") or []), {"network": heading_of(key), "username": text}]
        return True

    def _merge(self, part: type[Part], out: dict[str, Any], field: str, value: Any, at: Path) -> None:
        """Take a value for a field that may have one already: lists and prose are joined, else the first is kept."""
        kept = out.get(field)
        if is_empty(value) or kept == value or is_part_of(value, kept):
            return
        if is_empty(kept):
            out[field] = value
        elif isinstance(kept, str) and len(kept) > MAX_TEXT:
            # It is refused, or a picture.
            self._ignore(str(value), at)
        elif isinstance(kept, list):
            out[field] = [*kept, *value]
        elif isinstance(kept, dict) and isinstance(value, dict):
            own = fields_of(part)[field].part
            for name, item in value.items():
                self._merge(own, kept, name, item, at)
        elif fields_of(part)[field].kind is Kind.TEXT:
            out[field] = f"{kept}\n{value}"
        elif part is resume.Location and field == "countryCode" and _COUNTRY_CODE.fullmatch(str(kept)):
            # Its name: {"countryCode": "FR", "country": "France"}.
            return
        elif (field == "url" and (str(value) in str(kept) or bare_url(value) == bare_url(kept))) or set(
            str(value).casefold().split()
        ) <= set(str(kept).casefold().split()):
            return
        elif field in _JOINED and part is not resume.Basics:
            out[field] = f"{kept}, {value}"
        elif part is resume.Basics and field == "name" and are_in_two_scripts(str(kept), str(value)):
            out[field] = f"{kept} ({value})"
        elif part is resume.Basics and field == "label":
            # A title and a sentence below it.
            summary = out.get("summary")
            out["summary"] = value if is_empty(summary) else f"{value}\n{summary}"
        elif part is resume.Project and field in ("url", "name"):
            # The code and what runs, a title below a name: both are of use.
            self._merge(part, out, "description", value, at)
        elif part is resume.CustomEntry and field == "subtitle" and is_empty(out.get("name")):
            out["name"] = value
        elif part is resume.CustomEntry and field == "subtitle":
            # An organization, and what somebody was there.
            out["subtitle"] = f"{kept}, {value}"
        elif part is resume.Profile and field == "network" and is_empty(out.get("username")):
            out["username"] = value
        else:
            self._ignore(str(value), at)

    def _name(self, data: dict[str, Any], out: dict[str, Any], at: Path) -> None:
        """The person's name from its parts, unless it is there as a whole."""
        given = {squeezed(key): key for key in data if squeezed(key) in given_names()}
        texts = [
            (given[name], self._text(Kind.LINE, data[given[name]], (*at, name)))
            for name in given_names()
            if name in given
        ]
        parts = [(key, text) for key, text in texts if not is_empty(text)]
        whole = data.get("name")
        if isinstance(whole, dict) and (inner := {squeezed(key) for key in whole} & set(given_names())):
            # The parts of the name in an object.
            named = {squeezed(key): item for key, item in whole.items()}
            self._ignore({key: item for key, item in whole.items() if squeezed(key) not in inner}, (*at, "name"))
            out["name"] = " ".join(self._text(Kind.LINE, named[name], at) for name in given_names() if name in inner)
        if is_empty(out.get("name")):
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
        name, other = str(out["name"]), " ".join(text for _, text in others)
        if are_in_two_scripts(name, other):
            out["name"] = f"{name} ({other})"
            return
        for key, text in others:
            self._ignore(text, (*at, key))

    def _settle(self, part: type[Part], out: dict[str, Any], at: Path) -> None:
        """Dates that hang together, and a description that is about the work."""
        start, end = out.get("startDate"), out.get("endDate")
        if out.get("date") and (start or end):
            # Where there is a period, the date is not printed.
            self._ignore(str(out["date"]), (*at, "date"))
        if isinstance(end, Present):
            # Beside a date that is printed as it is written, or without one, so is this.
            out["endDate"] = None if isinstance(start, PartialDate) else str(end)
        if isinstance(start, str) and not end and (period := read_period(start, self._language)):
            out["startDate"], out["endDate"] = period
            self._as_written = [path for path in self._as_written if path[:-1] != at]
        about = out.get("description")
        if part is resume.Work and isinstance(about, str) and is_of_work(about):
            summary = out.get("summary")
            out["description"] = None
            out["summary"] = about if is_empty(summary) else f"{about}\n{summary}"

    def _period(self, value: Any, out: dict[str, Any], at: Path) -> None:
        """When something was, in one field: a text such as 2019 – 2021, or an object with a start and an end."""
        if isinstance(value, list) and len(value) == 2:
            value = {"start": value[0], "end": value[1]}
        if isinstance(value, dict):
            dated = {key: item for key, item in value.items() if is_dated(key)}
            self._ignore({key: item for key, item in value.items() if key not in dated}, at)
            period = self.part(resume.Volunteer, dated, at)
            start, end = period.get("startDate"), period.get("endDate")
        else:
            text = self._text(Kind.LINE, value, at)
            if is_empty(text):
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

    def _one(self, part: type[Part], value: Any, at: Path) -> Any:
        if part is resume.Basics and isinstance(value, dict) and not value.keys() <= fields_of(part).keys():
            # A name is the person's, whatever it is, but above nothing than texts.
            unnamed = {key: item for key, item in value.items() if not is_name(key)}
            if len(unnamed) == len(value) or texts_within(unnamed) is not None:
                value = self._without_heading(value, at)
            if (key := texts_within(value)) is not None:
                value, at = value[key], (*at, key)
        if isinstance(value, dict):
            return self.part(part, value, at)
        if isinstance(value, list) and len(value) == 1:
            return self._one(part, value[0], (*at, 0))
        if part is resume.Basics and isinstance(value, list) and any(isinstance(item, dict) for item, _ in flat(value)):
            return self._contacts(value, at)
        if part is resume.Basics and isinstance(value, list):
            return self._lines_of_contact(
                [(self._text(Kind.LINE, item, (*at, place)), (*at, place)) for place, item in enumerate(value)]
            )
        text = self._text(Kind.LINE, value, at)
        return {(way_of(text) if part is resume.Basics else None) or MAIN[part]: text} if text else {}

    def _lines_of_contact(self, lines: Iterable[tuple[str, Path]]) -> dict[str, Any]:
        """The basics in texts, as they stand above a letter: "030 123", "j@example.org", "1 Road, York"."""
        out: dict[str, Any] = {}
        for line, path in lines:
            text = line.strip()
            # After a sign for what it is: "📧 j@example.org".
            if way_of(said := _SIGN.sub("", text)):
                text = said
            if field := way_of(text):
                self._merge(resume.Basics, out, field, text, path)
            elif text and "." in text and " " not in text:
                out["profiles"] = [*out.get("profiles", []), {"url": text}]
            elif text:
                self._merge(resume.Basics, out, "location", {"address": text}, path)
        return out

    def _contacts(self, value: list[Any], at: Path) -> dict[str, Any]:
        """The basics in a list of ways to reach a person: [{"type": "email", "value": …}, {"label": "GitHub", …}]."""
        out: dict[str, Any] = {}
        for item, path in flat(value, at):
            if not isinstance(item, dict):
                self._ignore(item, path)
                continue
            keys = [key for key in _SAYING if isinstance(item.get(key), str) and item[key].strip()]
            keys = keys or [key for key in _KINDS if isinstance(item.get(key), str) and way_of(item[key])]
            # What is said is an address rather than a word for it: {"text": "E-mail", "link": "j@example.org"}.
            key = next((key for key in keys if way_of(item[key]) == "email"), keys[0] if keys else None)
            field = self._way(item, key)
            if key is None or field is None:
                # What kind of account it is says less than its name, unless it is a network.
                who = next((name for name in _SAYING_WHO if item.get(name)), "label")
                kind, label = (squeezed(str(item.get(name) or "")) for name in ("type", who))
                if kind in NETWORKS and label and label not in NETWORKS:
                    renamed = {"type": "network", who: "username"}
                    account = {str(renamed.get(name, name)): text for name, text in item.items()}
                else:
                    account = {name: item[name] for name in sorted(item, key=lambda name: name == "type")}
                out["profiles"] = [*out.get("profiles", []), self.part(resume.Profile, account, path)]
                continue
            taken = without_scheme(item[key])
            self._merge(
                resume.Basics, out, field, self._value(fields_of(resume.Basics)[field], taken, path), (*path, key)
            )
            for name, other in item.items():
                same = name not in ("label", "text") and field_names(resume.Basics).get(squeezed(str(other))) == field
                said = isinstance(other, str) and (taken in other or same)
                if name != key and name not in TECHNICAL and not said:
                    self._ignore(other, (*path, name))
        return out

    def _way(self, item: dict[str, Any], key: str | None) -> str | None:
        """The field of basics that a way to reach a person is; None for an account."""
        if key is not None and (field := way_of(item[key])) and (field == "email" or key in _KINDS):
            return field
        said = (squeezed(item[name]) for name in _KINDS if isinstance(item.get(name), str))
        fields = (field_names(resume.Basics).get(one) for one in said)
        return next((field for field in fields if field in ("email", "phone", "url", "location")), None)
