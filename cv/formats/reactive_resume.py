"""Exports of Reactive Resume (https://rxresu.me), versions 3 to 5.

All have `basics` and `sections` of items. Version 3 has dates as objects and custom sections beside the others, version
4 dates as texts and the summary as a section, version 5 the summary and the picture beside them. Texts are HTML.
What is hidden there is not printed, and layout is none of a CV's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cv.formats.converted import Converted, Heading, first_text, heading, objects
from cv.resume import Path

_SECTIONS = {
    "work": "work",
    "experience": "work",
    "education": "education",
    "projects": "projects",
    "volunteer": "volunteer",
    "awards": "awards",
    "certifications": "certificates",
    "publications": "publications",
    "skills": "skills",
    "languages": "languages",
    "interests": "interests",
    "references": "references",
}
_LAYOUT = frozenset({"id", "icon", "iconColor", "visible", "hidden", "columns", "options", "levelNum", "picture"})
_PROFILES = ("sections", "profiles", "items")
# What is said of somebody who may be asked, before what they say.
_ABOUT = ("position", "relationship", "phone", "email", "summary", "description")
_LEVELS = {"level": 5, "levelNum": 10}


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV of an export; None for other data."""
    inner = data.get("data")
    around: Path = ()
    if "sections" not in data and isinstance(inner, dict):
        data, around = inner, ("data",)
    basics, sections = data.get("basics"), data.get("sections")
    if not isinstance(basics, dict) or not isinstance(sections, dict) or not all(map(_is_section, sections.values())):
        return None
    export = _Export(data, around)
    export.convert(basics, sections)
    name = f"Reactive Resume {_version(data, sections)}"
    return Converted(name, export.out, export.origins, headings=tuple(export.headings))


def _is_section(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _version(data: dict[str, Any], sections: dict[str, Any]) -> str:
    if isinstance(data.get("summary"), dict) or isinstance(data.get("picture"), dict):
        return "v5"
    return "v3" if "work" in sections and "experience" not in sections else "v4"


class _Export:
    """One export on its way to JSON Resume. Positions in lists are kept: what is hidden becomes null."""

    def __init__(self, data: dict[str, Any], around: Path) -> None:
        self._data = data
        self._around = around
        self.out: dict[str, Any] = {}
        self.origins: dict[Path, Path] = {}
        self.headings: list[Heading] = []

    def convert(self, basics: dict[str, Any], sections: dict[str, Any]) -> None:
        self.out["basics"] = person = {name: value for name, value in basics.items() if name not in _LAYOUT}
        self.origins[("basics",)] = (*self._around, "basics")
        self._picture(person, basics)
        self._profiles(person, basics, sections)
        summaries = ((("sections", "summary"), sections), (("summary",), self._data))
        for path, holder in summaries:
            summary = holder.get("summary")
            if isinstance(summary, dict) and not _is_hidden(summary) and summary.get("content"):
                person["summary"] = summary["content"]
                self.origins[("basics", "summary")] = (*self._around, *path, "content")
                self._heading("", summary, path)
        self.out["customSections"] = []
        for name, section in sections.items():
            if not isinstance(section, dict) or name in ("summary", "profiles"):
                continue
            if name == "custom" and "items" not in section:
                for key, one in section.items():
                    self._custom(one, ("sections", "custom", key))
            elif name in _SECTIONS:
                self._section(_SECTIONS[name], section, ("sections", name))
            else:
                self._custom(section, ("sections", name))
        for place, one in enumerate(objects(self._data.get("customSections"))):
            self._custom(one, ("customSections", place))

    def _picture(self, person: dict[str, Any], basics: dict[str, Any]) -> None:
        pictures = ((("picture",), self._data), (("basics", "picture"), basics), (("basics", "photo"), basics))
        person.pop("photo", None)
        for path, holder in pictures:
            picture = holder.get(path[-1])
            if isinstance(picture, dict) and not _is_hidden(picture) and not _is_hidden(picture.get("effects")):
                person["image"] = picture.get("url")
                self.origins[("basics", "image")] = (*self._around, *path, "url")

    def _profiles(self, person: dict[str, Any], basics: dict[str, Any], sections: dict[str, Any]) -> None:
        """The accounts, and behind them the fields of one's own, which stand among the contact there as well."""
        section = sections.get("profiles")
        inner = section if isinstance(section, dict) and not _is_hidden(section) else {}
        found: list[tuple[Any, Path]] = []
        if inner.get("items"):
            self._heading("", inner, ("sections", "profiles"))
        for where, items in (("basics", "profiles"), basics.get("profiles")), (_PROFILES, inner.get("items")):
            found += [(item, (*where, place)) for place, item in enumerate(objects(items))]
        profiles = [(None if _is_hidden(item) else _without_layout(item), path) for item, path in found]
        for place, item in enumerate(objects(person.pop("customFields", None))):
            if isinstance(item, dict):
                profiles.append((_own_field(item), ("basics", "customFields", place)))
        person["profiles"] = [profile for profile, _ in profiles]
        for place, (_, path) in enumerate(profiles):
            self.origins[("basics", "profiles", place)] = (*self._around, *path)

    def _section(self, target: str, section: dict[str, Any], path: Path) -> None:
        if _is_hidden(section):
            return
        self._heading(target, section, path)
        entries = self.out.setdefault(target, [])
        for place, item in enumerate(objects(section.get("items"))):
            self.origins[(target, len(entries))] = (*self._around, *path, "items", place)
            entries.append(_entry(target, item))

    def _heading(self, target: str, section: dict[str, Any], path: Path) -> None:
        """The title of a section, which stands in version 5 as `title` and before as `name`."""
        name = next((name for name in ("title", "name") if first_text(section, name)), None)
        if name is not None:
            self.headings += heading(target, section[name], (*self._around, *path, name))

    def _custom(self, section: Any, path: Path) -> None:
        if not isinstance(section, dict) or _is_hidden(section):
            return
        entries = [_custom_entry(item) for item in objects(section.get("items"))]
        title = first_text(section, "title", "name") or "–"
        place = len(self.out["customSections"])
        self.out["customSections"].append({"title": title, "summary": section.get("content"), "entries": entries})
        origin: Path = ("customSections", place)
        self.origins[origin] = (*self._around, *path)
        self.origins[(*origin, "entries")] = (*self._around, *path, "items")
        self.origins[(*origin, "summary")] = (*self._around, *path, "content")


def _is_hidden(value: Any) -> bool:
    return isinstance(value, dict) and (value.get("hidden") is True or value.get("visible") is False)


def _without_layout(item: Any) -> Any:
    return {name: value for name, value in item.items() if name not in _LAYOUT} if isinstance(item, dict) else item


def _own_field(item: dict[str, Any]) -> dict[str, Any]:
    """A field of one's own: a name and a value, or a text with a link."""
    if "text" in item or "link" in item:
        return {"username": item.get("text"), "url": item.get("link")}
    return {"network": item.get("name"), "username": item.get("value")}


def _entry(target: str, item: Any) -> Any:
    """An item of a section, in the names of JSON Resume where cv/normalize.py would not find them."""
    if not isinstance(item, dict):
        return item
    if _is_hidden(item):
        return None
    entry = _without_layout(item)
    match target:
        case "skills" | "languages":
            fluency = "level" if target == "skills" else "fluency"
            words = first_text(item, "description", "proficiency", "fluency", "level")
            for name in ("description", "proficiency", "level"):
                entry.pop(name, None)
            entry[fluency] = words or next(_levels(item), None)
        case "projects" if "summary" in item:
            entry["roles"] = [entry.pop("description", None)]
            entry["description"] = entry.pop("summary")
        case "references":
            entry["reference"] = [*(text for name in _ABOUT if (text := entry.pop(name, None))), *_addresses(entry)]
        case "work" if "summary" not in item:
            entry["summary"] = entry.pop("description", None)
    return entry


def _levels(item: dict[str, Any]) -> Iterator[str]:
    """Figures stand where there are no words."""
    for name, most in _LEVELS.items():
        if isinstance(item.get(name), int) and item[name] > 0:
            yield f"{item[name]}/{most}"


def _addresses(entry: dict[str, Any]) -> Iterator[str]:
    for name in ("url", "website"):
        value = entry.pop(name, None)
        address = first_text(value, "href", "url") if isinstance(value, dict) else value
        if address and isinstance(address, str):
            yield address


def _custom_entry(item: Any) -> Any:
    """An item of a section of one's own, which may have the fields of any other section."""
    if not isinstance(item, dict):
        return item
    if _is_hidden(item):
        return None
    entry = _without_layout(item)
    for field, names in _CUSTOM.items():
        name = next((name for name in names if first_text(entry, name)), None)
        if name is not None and name != field:
            entry[field] = entry.pop(name)
    if "summary" in entry and "subtitle" not in entry:
        # In version 4 the line under the name is `description`, and the text is `summary`.
        entry["subtitle"] = entry.pop("description", None)
    if isinstance(entry.pop("level", None), int):
        entry["keywords"] = [*objects(entry.get("keywords")), *_levels(item)]
    return entry


_CUSTOM = {
    "name": ("name", "title", "position", "degree", "language", "network"),
    "subtitle": ("subtitle", "company", "organization", "school", "institution", "awarder", "issuer", "publisher"),
}
