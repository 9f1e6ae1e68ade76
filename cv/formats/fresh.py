"""FRESH résumés, as HackMyResume and FluentCV have them: https://github.com/fresh-standard/fresh-resume-schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cv.formats.converted import Converted, first_text, objects
from cv.normalize import texts_in
from cv.resume import Path

# Sections of FRESH with a section of JSON Resume for them: that one's name, then where the entries are.
_SECTIONS: tuple[tuple[str, Path], ...] = (
    ("work", ("employment", "history")),
    ("volunteer", ("service", "history")),
    ("education", ("education", "history")),
    ("skills", ("skills", "sets")),
    ("skills", ("skills", "list")),
    ("projects", ("projects",)),
    ("awards", ("recognition",)),
    ("publications", ("writing",)),
    ("languages", ("languages",)),
    ("interests", ("interests",)),
    ("references", ("testimonials",)),
    ("references", ("references",)),
)
# The others, with the heading that they get.
_CUSTOM: tuple[tuple[str, Path], ...] = (
    ("Affiliations", ("affiliation", "history")),
    ("Activities", ("extracurricular",)),
    ("Governance", ("governance",)),
    ("Talks", ("speaking",)),
    ("Samples", ("samples",)),
    ("Reading", ("reading",)),
)
_BESIDE = ("organization", "activity", "event", "publisher", "author", "from")
# The fields of basics, with where they are.
_BASICS: dict[str, Path] = {
    "name": ("name",),
    "location": ("location",),
    "label": ("info", "label"),
    "summary": ("info", "brief"),
    "image": ("info", "image"),
    "email": ("contact", "email"),
    "phone": ("contact", "phone"),
    "url": ("contact", "website"),
}


def convert(data: dict[str, Any]) -> Converted | None:
    """The JSON Resume of a FRESH résumé; None for other data."""
    if not _is_fresh(data):
        return None
    origins: dict[Path, Path] = {}
    out: dict[str, Any] = {"basics": _basics(data, origins), "customSections": []}
    taken: set[Path] = {*_BASICS.values(), *_lists(data, ("social",), ("contact", "other"))}
    for section, path in _SECTIONS:
        entries = objects(_at(data, path))
        kept = out.setdefault(section, [])
        origins |= {(section, len(kept) + place): (*path, place) for place in range(len(entries))}
        kept += entries
        taken |= _lists(data, path)
    for title, path in _CUSTOM:
        if entries := objects(_at(data, path)):
            origins[("customSections", len(out["customSections"]), "entries")] = path
            out["customSections"].append({"title": title, "entries": [_custom(entry) for entry in entries]})
        taken |= _lists(data, path)
    left = [path for path in texts_in(data) if not any(path[:length] in taken for length in range(1, len(path) + 1))]
    return Converted("FRESH", out, origins, tuple(left))


def _lists(data: dict[str, Any], *paths: Path) -> set[Path]:
    """Those of some paths where a list is: what else stands there is not taken."""
    return {path for path in paths if isinstance(_at(data, path), list)}


def _is_fresh(data: dict[str, Any]) -> bool:
    """Whether the file says so, or keeps its employers where only FRESH does."""
    if "basics" in data:
        return False
    named = str(_at(data, ("meta", "format")) or "").upper().startswith("FRESH")
    return named or isinstance(_at(data, ("employment", "history")), list)


def _basics(data: dict[str, Any], origins: dict[Path, Path]) -> dict[str, Any]:
    basics = {field: _at(data, path) for field, path in _BASICS.items()}
    origins |= {("basics", field): path for field, path in _BASICS.items()}
    social = objects(data.get("social"))
    other = objects(_at(data, ("contact", "other")))
    basics["profiles"] = [*map(_without_label, social), *map(_contact, other)]
    origins["basics", "profiles"] = ("social",)
    origins |= {("basics", "profiles", len(social) + n): ("contact", "other", n) for n in range(len(other))}
    return basics


def _without_label(account: Any) -> Any:
    """An account, which FRESH names twice."""
    if isinstance(account, dict) and account.get("network"):
        return {name: value for name, value in account.items() if name != "label" or value != account["network"]}
    return account


def _contact(other: Any) -> Any:
    """A second telephone number or address: its label, and what it is."""
    if not isinstance(other, dict):
        return other
    named = next((name for name in ("label", "flavor", "category") if first_text(other, name)), "")
    rest = {name: value for name, value in other.items() if name not in (named, "value")}
    return {**rest, "network": other.get(named), "username": other.get("value")}


def _custom(entry: Any) -> Any:
    """An entry of a section that JSON Resume does not have."""
    if not isinstance(entry, dict):
        return entry
    names = list(_custom_names(entry))
    name, subtitle = (*names, None, None)[:2]
    rest = {key: value for key, value in entry.items() if key not in (name, subtitle)}
    return {"name": entry.get(name), "subtitle": entry.get(subtitle), **rest}


def _custom_names(entry: dict[str, Any]) -> Iterator[str]:
    """The fields that say what it is and where it was, in this order."""
    for name in ("title", "role", "position", *_BESIDE):
        if first_text(entry, name):
            yield name


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data
