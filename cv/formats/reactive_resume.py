"""Exports of Reactive Resume (https://rxresu.me), versions 3 to 5.

All have `basics` and `sections` of items. Version 3 has dates as objects and custom sections beside the others, version
4 dates as texts and the summary as a section, version 5 the summary and the picture beside them. Texts are HTML.
What is hidden there is not printed, and layout is none of a CV's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from cv import resume
from cv.formats.converted import Converted, Heading, first_text, heading, objects, with_roles
from cv.names import field_names, squeezed
from cv.normalize import texts_in
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
_ABOUT = ("position", "relationship", "phone", "email", "description", "summary")
_LONGEST_LINE = 80
_LEVELS = {"level": 5, "levelNum": 10}
# What a section or an export holds beside texts of the CV.
_OF_SECTION = frozenset(
    {*("id", "name", "title", "type", "icon", "columns", "visible", "hidden", "items", "content", "separateLinks")}
    | {*("keepTogether", "startOnNewPage", "keywordLayout", "layout")}
)
_OF_EXPORT = frozenset(
    {*("basics", "sections", "summary", "picture", "customSections", "id", "shortId", "slug", "image", "public")}
    | {*("user", "userId", "visibility", "locked", "isPublic", "isLocked", "hasPassword", "createdAt", "updatedAt")}
)
# Of `metadata`, which is layout, the text that a person writes.
_NOTES = ("metadata", "notes")


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV of an export; None for other data."""
    outer, inner = data, data.get("data")
    around: Path = ()
    if "sections" not in data and isinstance(inner, dict):
        data, around = inner, ("data",)
    basics, sections = data.get("basics"), data.get("sections")
    if not isinstance(basics, dict) or not isinstance(sections, dict) or not all(map(_is_section, sections.values())):
        return None
    held = list(filter(None, sections.values()))
    if "custom" not in sections and any(map(_is_own, held)) and not any("items" in section for section in held):
        return None
    export = _Export(data, around)
    export.convert(basics, sections)
    name = f"Reactive Resume {_version(data, sections)}"
    beside = {name: value for name, value in outer.items() if name not in around} if around else {}
    left = [*_left(data, around), *_left(beside, ())]
    return Converted(name, export.out, export.origins, tuple(left), tuple(export.headings))


def _left(export: dict[str, Any], at: Path) -> Iterator[Path]:
    """The paths of the texts beside the CV: names of the file, notes, and what no version has."""
    for name, value in export.items():
        if name not in (*_OF_EXPORT, _NOTES[0]):
            yield from texts_in(value, (*at, name))
    metadata = export.get(_NOTES[0])
    if isinstance(metadata, dict):
        yield from texts_in(metadata.get(_NOTES[1]), (*at, *_NOTES))
    for name, section in (export.get("sections") or {}).items():
        held = name not in ("summary", "custom") or (isinstance(section, dict) and "items" in section)
        if isinstance(section, dict) and held and not _is_hidden(section):
            others = {key: value for key, value in section.items() if key not in _OF_SECTION}
            yield from texts_in(others, (*at, "sections", name))


def _is_section(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _is_own(section: dict[str, Any]) -> bool:
    """Whether a section has its entries where the program has none."""
    return any(isinstance(value, dict | list) for name, value in section.items() if name not in _OF_SECTION)


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
        self._most = _scale(data)
        self._own: list[tuple[Any, Path]] = []

    def convert(self, basics: dict[str, Any], sections: dict[str, Any]) -> None:
        self.out["basics"] = person = {name: value for name, value in basics.items() if name not in _LAYOUT}
        self.origins[("basics",)] = (*self._around, "basics")
        self._website(person)
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
            target = _continued(one)
            if target is None:
                self._custom(one, ("customSections", place))
            else:
                self._section(target, one, ("customSections", place))

    def _website(self, person: dict[str, Any]) -> None:
        """An address with a label is one of the profiles: they have both."""
        for name in ("url", "website"):
            if label := _label(person.get(name)):
                address = person.pop(name)
                self._own.append(({"username": label, "url": _href(address)}, ("basics", name)))

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
        profiles = [*self._own, *((_account(item), path) for item, path in found)]
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
            entries.append(_entry(target, item, self._most))

    def _heading(self, target: str, section: dict[str, Any], path: Path) -> None:
        """The title of a section, which stands in version 5 as `title` and before as `name`."""
        name = next((name for name in ("title", "name") if first_text(section, name)), None)
        if name is not None:
            self.headings += heading(target, section[name], (*self._around, *path, name))

    def _custom(self, section: Any, path: Path) -> None:
        if not isinstance(section, dict) or _is_hidden(section):
            return
        title = first_text(section, "title", "name") or "–"
        place = len(self.out["customSections"])
        entries: list[Any] = []
        for number, item in enumerate(objects(section.get("items"))):
            for entry, inner in _custom_entries(item, self._most):
                where: Path = ("customSections", place, "entries", len(entries))
                self.origins[where] = (*self._around, *path, "items", number, *inner)
                entries.append(entry)
        self.out["customSections"].append({"title": title, "summary": section.get("content"), "entries": entries})
        origin: Path = ("customSections", place)
        self.origins[origin] = (*self._around, *path)
        self.origins[(*origin, "entries")] = (*self._around, *path, "items")
        self.origins[(*origin, "summary")] = (*self._around, *path, "content")


def _all_sections(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sections = data.get("sections") or {}
    custom = sections.get("custom")
    inner = custom.values() if isinstance(custom, dict) else ()
    for section in (*sections.values(), *inner, *objects(data.get("customSections"))):
        if isinstance(section, dict):
            yield section


def _continued(section: Any) -> str | None:
    """The section that one of one's own goes on with: it has its type and its title."""
    kind = section.get("type") if isinstance(section, dict) else None
    target = _SECTIONS.get(kind) if isinstance(kind, str) else None
    return target if target and field_names(resume.Resume).get(squeezed(str(section.get("title")))) == target else None


def _is_hidden(value: Any) -> bool:
    return isinstance(value, dict) and (value.get("hidden") is True or value.get("visible") is False)


def _without_layout(item: Any) -> Any:
    return {name: value for name, value in item.items() if name not in _LAYOUT} if isinstance(item, dict) else item


def _account(item: Any) -> Any:
    """An account; a label of its address is the user's name, or stands behind it."""
    if _is_hidden(item):
        return None
    if not isinstance(item, dict):
        return item
    account = _without_layout(item)
    for name in ("url", "website"):
        if label := _label(item.get(name)):
            username = first_text(item, "username")
            account[name] = _href(item[name])
            account["username"] = label if username in label else f"{username}, {label}"
    return account


def _own_field(item: dict[str, Any]) -> dict[str, Any]:
    """A field of one's own: a name and a value, or a text with a link."""
    if "text" in item or "link" in item:
        return {"username": item.get("text"), "url": item.get("link")}
    return {"network": item.get("name"), "username": item.get("value")}


def _href(address: Any) -> str:
    if isinstance(address, dict):
        return first_text(address, "href", "url")
    return address if isinstance(address, str) else ""


def _label(address: Any) -> str:
    """What stands for an address; nothing where that is the address itself, or a part of it."""
    label = first_text(address, "label").strip() if isinstance(address, dict) else ""
    return "" if label.casefold() in _href(address).casefold() else label


def _labelled(entry: dict[str, Any], field: str) -> None:
    """A link with a label stands below the text of its entry, as it does there."""
    for name in ("url", "website"):
        if label := _label(entry.get(name)):
            href, text = _href(entry.pop(name)), first_text(entry, field)
            if text.lstrip().startswith("<"):
                link = f'<a href="{escape(href)}">{escape(label)}</a>' if href else escape(label)
                entry[field] = f"{text}<p>{link}</p>"
            else:
                link = f"[{label}]({href})" if href else label
                entry[field] = f"{text}\n\n{link}".strip()


def _scale(data: dict[str, Any]) -> int:
    """What levels are of: late exports of version 4 have them up to 10."""
    items = (item for section in _all_sections(data) for item in objects(section.get("items")))
    levels = (item.get("level") for item in items if isinstance(item, dict))
    return 10 if any(isinstance(level, int | float) and level > _LEVELS["level"] for level in levels) else 5


def _entry(target: str, item: Any, most: int) -> Any:
    """An item of a section, in the names of JSON Resume where cv/normalize/ would not find them."""
    if not isinstance(item, dict):
        return item
    if _is_hidden(item):
        return None
    entry = _without_layout(item)
    match target:
        case "skills" | "languages":
            fluency = "level" if target == "skills" else "fluency"
            names = ("description", "proficiency", "fluency", "level")
            words = dict.fromkeys(first_text({name: entry.pop(name, None)}, name) for name in names)
            entry[fluency] = ", ".join(filter(None, words)) or next(_levels(item, most), None)
        case "projects" if "summary" in item:
            _with_line(entry, "roles")
            entry["description"] = entry.pop("summary")
            _labelled(entry, "description")
        case "projects":
            _labelled(entry, "description")
        case "references":
            _labelled(entry, "summary" if "summary" in entry else "description")
            entry["reference"] = [*_about(entry), *_addresses(entry)]
        case "interests":
            pass
        case _:
            if "summary" not in item:
                entry["summary"] = entry.pop("description", None)
            _labelled(entry, "summary")
    return entry


def _about(entry: dict[str, Any]) -> list[Any]:
    """The texts about somebody who may be asked: paragraphs where one of them is HTML, which has no line breaks."""
    texts = [text for name in _ABOUT if (text := entry.pop(name, None))]
    plain = [isinstance(text, str) and not text.lstrip().startswith("<") for text in texts]
    return texts if all(plain) else [f"<p>{escape(t)}</p>" if p else t for t, p in zip(texts, plain, strict=True)]


def _with_line(entry: dict[str, Any], field: str) -> None:
    """The line under the name of an item of version 4; one that is a sentence is the beginning of the text."""
    line = entry.pop("description", None)
    if not isinstance(line, str) or (len(line) <= _LONGEST_LINE and not line.rstrip().endswith(".")):
        entry[field] = line
    elif first_text(entry, "summary").lstrip().startswith("<"):
        entry["summary"] = f"<p>{escape(line)}</p>{entry['summary']}"
    else:
        entry["summary"] = f"{line}\n\n{first_text(entry, 'summary')}".strip()


def _levels(item: dict[str, Any], most: int) -> Iterator[str]:
    """Figures stand where there are no words."""
    for name, of in (("level", most), ("levelNum", _LEVELS["levelNum"])):
        if isinstance(item.get(name), int) and item[name] > 0:
            yield f"{item[name]}/{of}"


def _addresses(entry: dict[str, Any]) -> Iterator[str]:
    for name in ("url", "website"):
        if address := _href(entry.pop(name, None)):
            yield address


def _custom_entries(item: Any, most: int) -> Iterator[tuple[Any, Path]]:
    """The entries of an item of a section of one's own, with their paths in it: each role at an employer is one."""
    for one, inner in [(item, ())] if _is_hidden(item) else with_roles(item):
        yield _custom_entry(one, most), inner


def _custom_entry(item: Any, most: int) -> Any:
    """An item of a section of one's own, which may have the fields of any other section."""
    if not isinstance(item, dict):
        return item
    if _is_hidden(item):
        return None
    entry = {key: value for key, value in _without_layout(item).items() if key != "roles"}
    for field, names in _CUSTOM.items():
        name = next((name for name in names if first_text(entry, name)), None)
        if name is not None and name != field:
            entry[field] = entry.pop(name)
    if first_text(entry, "area"):
        entry["name"] = ", ".join(filter(None, (first_text(entry, "name"), entry.pop("area"))))
    if "summary" in entry and "subtitle" not in entry:
        # In version 4 the line under the name is `description`, and the text is `summary`.
        _with_line(entry, "subtitle")
    if recipient := entry.pop("recipient", None):
        # A letter.
        entry["content"] = f"{recipient}{entry.get('content') or ''}"
    text = next((name for name in ("summary", "content") if name in entry), "description")
    if label := first_text(entry, "username"):
        entry["subtitle"] = label
        entry.pop("username")
    _labelled(entry, text)
    words = [entry.pop(name) for name in _NOTED if first_text(entry, name)]
    figures = [] if words else [*_levels(item, most)]
    for name in _LEVELS:
        entry.pop(name, None)
    if words or figures:
        entry["keywords"] = [*objects(entry.get("keywords")), *words, *figures]
    return entry


# What stands in a line of its own in an entry.
_NOTED = ("level", "proficiency", "fluency", "grade", "score", "relationship", "phone", "email")
_CUSTOM = {
    "name": ("name", "title", "position", "degree", "language", "network"),
    "subtitle": ("subtitle", "company", "organization", "school", "institution", "awarder", "issuer", "publisher"),
}
