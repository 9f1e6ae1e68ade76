"""RenderCV's input (https://rendercv.com) as JSON: {"cv": {"name", "sections": {"Experience": […]}}}.

Its sections have any title; the fields of their entries show what they hold. A section whose title names one of JSON
Resume's becomes that one if its entries fit there, all others become custom sections under their titles. Version 1 has
the sections beside the name, and custom sections in a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from cv import resume
from cv.formats.converted import Converted, Heading, first_text, heading, objects, with_roles
from cv.names import field_names, squeezed
from cv.normalize import texts_in, worded
from cv.resume import Path

_SUMMARIES = frozenset({"summary", "about", "aboutme", "profile", "objective", "introduction"})
# Its entry of one line, which is a name and words about it in sections of one's own.
_BULLETS = ("bullet", "number", "reversed_number")
# What stands beside the CV in a file.
_BESIDE = frozenset({"design", "locale", "settings", "rendercv_settings"})
# What says how sections are laid out.
_LAYOUT = frozenset({"section_order", "sort_entries"})
_CONNECTIONS = ("social_networks", "custom_connections")
# What stands in a line of its own in an entry of a section of one's own.
_NOTED = ("gpa", "grade", "score")
_DEGREE = ("degree", "study_type", "area")


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV of a file; None for other data."""
    inner = data.get("cv")
    around: Path = ("cv",)
    if not isinstance(inner, dict):
        inner, around = data, ()
    if "basics" in inner or not _is_rendercv(inner, data):
        return None
    sections = list(_sections(inner, around))
    of_sections = {path[len(around)] for _, _, path in sections}
    connected = {name for name in _CONNECTIONS if isinstance(inner.get(name), list)}
    person = {key: value for key, value in inner.items() if key not in (*of_sections, *_LAYOUT, *connected)}
    person.pop("sections", None)
    out: dict[str, Any] = {"basics": person, "customSections": []}
    origins: dict[Path, Path] = {("basics",): around}
    headings: list[Heading] = []
    _connections(inner, person, origins, around)
    for title, entries, path in sections:
        target = field_names(resume.Resume).get(squeezed(title))
        if "summary" not in person and _is_summary(title, entries):
            person["summary"] = "\n".join(map(str, (_entry("", entry) for entry in entries)))
            origins[("basics", "summary")] = path
            headings += heading("", _title(title), path)
        elif target is not None and target not in ("basics", *out) and _fit(target, entries):
            out[target] = [_entry(target, entry) for entry in entries] if isinstance(entries, list) else entries
            origins[(target,)] = path
            headings += heading(target, _title(title), path)
        else:
            own = ("customSections", len(out["customSections"]), "entries")
            out["customSections"].append({"title": _title(title), "entries": _own_entries(entries, own, path, origins)})
    left = [*texts_in({key: value for key, value in data.items() if around and key not in (*_BESIDE, *around)})]
    for place, one in enumerate(objects(inner.get("custom_sections"))):
        left += texts_in(_without(one, "title", "entries", "entry_type"), (*around, "custom_sections", place))
    return Converted("RenderCV", out, origins, tuple(left), tuple(headings))


def _without(section: Any, *names: str) -> Any:
    return {key: value for key, value in section.items() if key not in names} if isinstance(section, dict) else section


def _is_rendercv(inner: dict[str, Any], data: dict[str, Any]) -> bool:
    sections = inner.get("sections")
    if inner is not data:
        return isinstance(sections, dict) or "section_order" in inner or not _BESIDE.isdisjoint(data)
    return isinstance(sections, dict) and all(
        entries is None or isinstance(entries, list) for entries in sections.values()
    )


def _sections(inner: dict[str, Any], around: Path) -> Iterator[tuple[str, Any, Path]]:
    """The sections that hold something, with their titles and where they are."""
    found: list[tuple[str, Any, Path]] = []
    if isinstance(inner.get("sections"), dict):
        found += [(title, entries, (*around, "sections", title)) for title, entries in inner["sections"].items()]
    else:
        names = (*_LAYOUT, *_CONNECTIONS, "custom_sections")
        lists = {key: value for key, value in inner.items() if isinstance(value, list) and key not in names}
        found += [
            (key, entries, (*around, key))
            for key, entries in lists.items()
            if squeezed(key) not in field_names(resume.Basics)
        ]
        for place, one in enumerate(objects(inner.get("custom_sections"))):
            if isinstance(one, dict) and first_text(one, "title"):
                found.append((one["title"], one.get("entries"), (*around, "custom_sections", place, "entries")))
    for title, entries, path in found:
        if entries:
            yield title, [entries] if isinstance(entries, str) else entries, path


def _is_summary(title: str, entries: Any) -> bool:
    """Whether a section is about the person, in texts."""
    name = squeezed(title)
    about = field_names(resume.Basics).get(name) == "summary" and field_names(resume.CustomEntry).get(name) != "summary"
    texts = isinstance(entries, list) and all(isinstance(_entry("", entry), str) for entry in entries)
    return texts and (about or name in _SUMMARIES)


def _fit(target: str, entries: Any) -> bool:
    """Whether entries lose nothing in a section of JSON Resume that they would keep in one of one's own."""
    (part,) = get_args(resume.Resume.model_fields[target].annotation)
    known = {*field_names(part), *(("date",) if "startDate" in part.model_fields else ())}
    own = field_names(resume.CustomEntry)
    for entry in objects(entries):
        converted = _entry(target, entry)
        if isinstance(converted, dict) and any(
            value and squeezed(key) in own and squeezed(key) not in known for key, value in converted.items()
        ):
            return False
    return True


def _own_entries(entries: Any, own: Path, path: Path, origins: dict[Path, Path]) -> Any:
    """The entries of a section of one's own; each role at an employer is one."""
    origins[own] = path
    if not isinstance(entries, list):
        return entries
    points = [_entry("", entry) for entry in entries]
    if all(isinstance(entry, dict) for entry in entries) and all(isinstance(point, str) for point in points):
        # Points of one list.
        origins[*own, 0, "highlights"] = path
        return [{"highlights": points}]
    out: list[Any] = []
    for place, entry in enumerate(entries):
        for one, inner in with_roles(entry):
            origins[*own, len(out)] = (*path, place, *inner)
            out.append(_custom_entry(one))
    return out


def _connections(inner: dict[str, Any], person: dict[str, Any], origins: dict[Path, Path], around: Path) -> None:
    """How to reach the person: accounts, then further websites and the addresses of one's own."""
    phones = person.get("phone")
    person["phone"] = [_number(phone) for phone in phones] if isinstance(phones, list) else _number(phones)
    websites = objects(person.get("website"))
    if websites:
        person["website"] = websites[0]
    found = [
        (account, ("social_networks", place)) for place, account in enumerate(objects(inner.get("social_networks")))
    ]
    found += [({"url": address}, ("website", place)) for place, address in enumerate(websites) if place]
    for place, one in enumerate(objects(inner.get("custom_connections"))):
        account = {"username": one.get("placeholder"), "url": one.get("url")} if isinstance(one, dict) else one
        found.append((account, ("custom_connections", place)))
    person["profiles"] = [account for account, _ in found]
    for place, (_, path) in enumerate(found):
        origins["basics", "profiles", place] = (*around, *path)


def _number(phone: Any) -> Any:
    """A telephone number, which stands there as an address."""
    return phone.removeprefix("tel:") if isinstance(phone, str) else phone


def _title(key: str) -> str:
    """A section's title: as it is written, or from a key such as selected_talks."""
    return key if not key.islower() else key.replace("_", " ").capitalize()


def _entry(target: str, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    entry = {name: value for name, value in entry.items() if value not in (None, "", [])}
    for name in _BULLETS:
        if isinstance(entry.get(name), str):
            text = entry.pop(name)
            return {"highlights": [text], **entry} if entry else text
    if isinstance(entry.get("authors"), list):
        entry["authors"] = ", ".join(worded(one) if isinstance(one, dict) else str(one) for one in entry["authors"])
    if first_text(entry, "doi"):
        link = f"https://doi.org/{entry['doi']}"
        if entry.setdefault("url", link) != link:
            text = first_text(entry, "summary")
            entry["summary"] = f"{text}\n\n[{entry['doi']}]({link})".strip()
        entry.pop("doi")
    if target == "projects" and "summary" in entry:
        entry["description"] = entry.pop("summary")
    return entry


def _custom_entry(entry: Any) -> Any:
    """An entry of any kind as one of a section of one's own."""
    entry = _entry("", entry)
    if isinstance(entry, str):
        return {"summary": entry}
    if not isinstance(entry, dict):
        return entry
    entry.pop("roles", None)
    if noted := [entry.pop(name) for name in _NOTED if name in entry]:
        entry["keywords"] = [*objects(entry.get("keywords")), *noted]
    if "name" in entry:
        return entry
    if "label" in entry and "details" in entry:
        return {"name": entry.pop("label"), "summary": entry.pop("details"), **entry}
    if "position" in entry:
        company = {"subtitle": entry.pop("company")} if "company" in entry else {}
        return {"name": entry.pop("position"), **company, **entry}
    if "institution" in entry:
        degree = [entry.pop(name) for name in _DEGREE if first_text(entry, name)]
        return {"name": ", ".join(degree), "subtitle": entry.pop("institution"), **entry}
    if "authors" in entry:
        return {"name": entry.pop("title", None), "subtitle": entry.pop("journal", None), **entry}
    return entry
