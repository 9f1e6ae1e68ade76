"""Exports of Reactive Resume, versions 1 and 2: the sections stand beside `profile`, each with a heading and items.

They become an export of version 3, which cv/formats/reactive_resume.py reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cv.formats import reactive_resume
from cv.formats.converted import Converted, first_text, heading, objects
from cv.normalize import texts_in
from cv.resume import Path

# Sections with another name in version 3.
_SECTIONS = {"hobbies": "interests", "social": "profiles"}
# Fields of items of version 1 with another name, by section.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "work": {"title": "name", "role": "position"},
    "education": {"name": "institution", "major": "area"},
    "awards": {"subtitle": "awarder"},
    "certifications": {"subtitle": "issuer"},
    "languages": {"key": "name"},
    "extras": {"key": "title", "value": "subtitle"},
}
_OF_PROFILE = {"subtitle": "headline", "photograph": "photo"}
_LINES = ("line1", "line2", "line3")
_NAMES = ("firstName", "lastName")
_LAYOUT = frozenset(
    {"theme", "settings", "metadata", "preview", "public", "id", "user", "name", "createdAt", "updatedAt"}
)


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV of an export; None for other data."""
    inner: dict[str, Any] = data
    around: Path = ()
    if isinstance(data.get("data"), dict):
        inner, around = data["data"], ("data",)
    profile = inner.get("profile")
    lists = {
        name: part for name, part in inner.items() if isinstance(part, dict) and isinstance(part.get("items"), list)
    }
    if not isinstance(profile, dict) or not any(first_text(profile, name) for name in _NAMES) or not lists:
        return None
    if not all("heading" in part for part in lists.values()):
        return None
    sections = {_SECTIONS.get(name, name): _section(name, part) for name, part in lists.items()}
    objective = inner.get("objective")
    if isinstance(objective, dict):
        sections["summary"] = {**_shown(objective), "name": objective.get("heading"), "content": objective.get("body")}
    converted = reactive_resume.convert({"basics": _basics(profile), "sections": sections})
    if converted is None:
        return None
    origins = {path: (*around, *_origin(origin, profile)) for path, origin in converted.origins.items()}
    headings = [replace(one, path=(*around, *_origin(one.path, profile))) for one in converted.headings]
    headings += heading("", profile.get("heading"), (*around, "profile", "heading"))
    read = {"profile", "objective", *lists}
    left = [
        path
        for name, part in inner.items()
        if name not in (*read, *_LAYOUT)
        for path in texts_in(part, (*around, name))
    ]
    version = "v1" if any("enable" in part for part in lists.values()) else "v2"
    return Converted(f"Reactive Resume {version}", converted.data, origins, tuple(left), tuple(headings))


def _shown(part: dict[str, Any]) -> dict[str, Any]:
    """An object with what says that it is hidden as version 3 has it."""
    return {"visible": part.get("enable", True) is not False, **{k: v for k, v in part.items() if k != "enable"}}


def _section(name: str, part: dict[str, Any]) -> dict[str, Any]:
    shown = _shown(part)
    names = _FIELDS.get(name, {})
    items = [
        {(_named(item, names, key)): value for key, value in _shown(item).items()} if isinstance(item, dict) else item
        for item in objects(part.get("items"))
    ]
    return {**shown, "name": shown.pop("heading"), "items": items}


def _named(item: dict[str, Any], names: Mapping[str, str], key: str) -> str:
    """The name of a field; where the other one is there as well, it keeps its own."""
    return names[key] if key in names and names[key] not in item else key


def _basics(profile: dict[str, Any]) -> dict[str, Any]:
    basics = {_OF_PROFILE.get(key, key): value for key, value in profile.items() if key not in (*_NAMES, "heading")}
    basics["name"] = " ".join(filter(None, (first_text(profile, name) for name in _NAMES)))
    basics["photo"] = {"url": basics.get("photo")}
    address = basics.pop("address", None)
    if isinstance(address, dict):
        lines = [address[line] for line in _LINES if first_text(address, line)]
        rest = {key: value for key, value in address.items() if key not in _LINES}
        address = {"address": "\n".join(lines), "postalCode": rest.pop("pincode", None), **rest}
    basics["location"] = address
    return basics


def _origin(path: Path, profile: dict[str, Any]) -> Path:
    """Where what is at a path of version 3 was."""
    if path[:1] == ("basics",):
        photo = "photograph" if "photograph" in profile else "photo"
        inner = tuple(photo if part == "photo" else part for part in path[1:] if part != "url")
        return ("profile", *inner)
    if path[:2] == ("sections", "summary"):
        return ("objective", *("body" if part == "content" else "heading" for part in path[2:]))
    if path[:1] == ("sections",):
        name = next((old for old, new in _SECTIONS.items() if new == path[1]), path[1])
        return (name, *("heading" if part == "name" and at == 0 else part for at, part in enumerate(path[2:])))
    return path
