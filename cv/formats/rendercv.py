"""RenderCV's input (https://rendercv.com) as JSON: {"cv": {"name", "sections": {"Experience": […]}}}.

Its sections have any title; the fields of their entries show what they hold. A section whose title names one of JSON
Resume's becomes that one, all others become custom sections under their titles.
"""

from __future__ import annotations

from typing import Any

from cv import resume
from cv.formats.converted import Converted, Heading, heading, objects
from cv.names import field_names, squeezed
from cv.resume import Path

_SUMMARIES = frozenset({"summary", "about", "aboutme", "profile", "objective", "introduction"})
# Its entry of one line, which is a name and words about it in sections of one's own.
_BULLETS = ("bullet", "number", "reversed_number")


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV of a file; None for other data."""
    inner = data.get("cv")
    around: Path = ("cv",)
    if not isinstance(inner, dict):
        inner, around = data, ()
    sections = inner.get("sections")
    if not isinstance(sections, dict) or "basics" in inner:
        return None
    if not all(isinstance(entries, list) for entries in sections.values()):
        return None
    person = {name: value for name, value in inner.items() if name not in ("sections", "custom_connections")}
    out: dict[str, Any] = {"basics": person, "customSections": []}
    origins: dict[Path, Path] = {("basics",): around}
    headings: list[Heading] = []
    _connections(inner, person, origins, around)
    for title, entries in sections.items():
        path: Path = (*around, "sections", title)
        target = field_names(resume.Resume).get(squeezed(title))
        if squeezed(title) in _SUMMARIES and all(isinstance(entry, str) for entry in entries):
            person["summary"] = "\n".join(entries)
            origins[("basics", "summary")] = path
            headings += heading("", _title(title), path)
        elif target is not None and target not in ("basics", "customSections", *out):
            out[target] = [_entry(target, entry) for entry in entries]
            origins[(target,)] = path
            headings += heading(target, _title(title), path)
        else:
            own = ("customSections", len(out["customSections"]), "entries")
            custom = [_custom_entry(entry) for entry in entries]
            origins[own] = path
            if custom and all(set(one) == {"highlights"} for one in custom):
                # Points of one list.
                custom = [{"highlights": [point for one in custom for point in one["highlights"]]}]
                origins[*own, 0, "highlights"] = path
            out["customSections"].append({"title": _title(title), "entries": custom})
    return Converted("RenderCV", out, origins, headings=tuple(headings))


def _connections(inner: dict[str, Any], person: dict[str, Any], origins: dict[Path, Path], around: Path) -> None:
    """Accounts, and behind them the addresses of one's own."""
    accounts = objects(person.pop("social_networks", None))
    own = objects(inner.get("custom_connections"))
    person["profiles"] = [
        *accounts,
        *({"username": one.get("placeholder"), "url": one.get("url")} if isinstance(one, dict) else one for one in own),
    ]
    origins[("basics", "profiles")] = (*around, "social_networks")
    for place in range(len(own)):
        origins[("basics", "profiles", len(accounts) + place)] = (*around, "custom_connections", place)


def _title(key: str) -> str:
    """A section's title: as it is written, or from a key such as selected_talks."""
    return key if not key.islower() else key.replace("_", " ").capitalize()


def _entry(target: str, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    entry = {**entry}
    for name in _BULLETS:
        if isinstance(entry.get(name), str):
            return entry[name]
    if isinstance(entry.get("authors"), list):
        entry["authors"] = ", ".join(author for author in entry["authors"] if isinstance(author, str))
    if entry.get("doi") and not entry.get("url"):
        entry["url"] = f"https://doi.org/{entry.pop('doi')}"
    if target == "projects" and "summary" in entry:
        entry["description"] = entry.pop("summary")
    return entry


def _custom_entry(entry: Any) -> Any:
    """An entry of any kind as one of a section of one's own."""
    if not isinstance(entry, dict):
        return {"summary": entry}
    entry = _entry("", entry)
    if isinstance(entry, str):
        return {"highlights": [entry]}
    if "label" in entry and "details" in entry:
        return {"name": entry["label"], "summary": entry["details"]}
    if "position" in entry:
        return {**entry, "name": entry["position"], "subtitle": entry.get("company"), "position": None, "company": None}
    if "institution" in entry:
        degree = [text for text in (entry.get("degree"), entry.get("area")) if isinstance(text, str) and text]
        own = {"name": ", ".join(degree), "subtitle": entry["institution"]}
        return {**entry, **own, "degree": None, "area": None, "institution": None}
    if "authors" in entry:
        return {"name": entry.get("title"), "subtitle": entry.get("journal"), **entry, "title": None, "journal": None}
    return entry
