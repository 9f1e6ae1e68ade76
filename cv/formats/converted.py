"""What a format's module returns, and what they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cv.fields import clean_line
from cv.names import field_names, squeezed
from cv.resume import Path, Resume

# What other programs print above sections that nobody has renamed.
USUAL = frozenset(
    {*("experience", "workexperience", "work", "education", "projects", "volunteering", "volunteerexperience")}
    | {*("volunteer", "awards", "certifications", "certificates", "publications", "skills", "languages", "interests")}
    | {*("references", "profiles", "summary", "profile")}
)
# Where resumake.io and the editors of Chinese CVs have the titles of sections.
_TITLES = ("headings", "titleNameMap", "titles", "sectionTitles")


@dataclass(frozen=True, slots=True)
class Heading:
    """The title that a section has in another program: `section` is its name in cv/resume.py, "" for what has no
    heading of its own here, `path` where the title is in what was sent. `usual` is whether it is that program's own,
    so that a translation may stand for it.
    """

    section: str
    title: str
    path: Path
    usual: bool


@dataclass(frozen=True, slots=True)
class Converted:
    """Data in the form of JSON Resume, or nearly: cv/normalize/ reads the rest. `format` is for people, "" for one
    that needs no word. `origins` has where parts of the data were in what was sent, `left` where texts are that were
    not taken, `headings` the titles of the sections.
    """

    format: str
    data: dict[str, Any]
    origins: Mapping[Path, Path] = field(default_factory=dict)
    left: tuple[Path, ...] = ()
    headings: tuple[Heading, ...] = ()

    def sent(self, path: Path) -> Path:
        """The path that a value had in what was sent."""
        for length in range(len(path), -1, -1):
            origin = self.origins.get(path[:length])
            if origin is not None:
                return (*origin, *path[length:])
        return path

    def below(self, outer: Converted) -> Converted:
        """The same, of data that was in an object of its own, which `outer` took it from."""
        origins = {(): outer.sent(()), **{path: outer.sent(origin) for path, origin in self.origins.items()}}
        left = (*outer.left, *map(outer.sent, self.left))
        headings = tuple(replace(one, path=outer.sent(one.path)) for one in self.headings)
        return replace(self, origins=origins, left=left, headings=headings)


def heading(section: str, title: Any, path: Path) -> Iterator[Heading]:
    """The heading of a section; nothing where its title is no text or empty."""
    text = clean_line(title) if isinstance(title, str) else ""
    if text:
        yield Heading(section, text, path, squeezed(text) in USUAL)


def with_titles(data: dict[str, Any]) -> Converted:
    """JSON Resume itself, with the titles of its sections as resumake.io has them: {"headings": {"work": "Jobs"}}.

    Those of sections that hold nothing, and a second one of a section, are left.
    """
    names = field_names(Resume)
    key = next((key for key in _TITLES if isinstance(data.get(key), dict)), None)
    if key is None:
        return Converted("", data)
    titles: dict[str, Any] = data[key]
    if not titles or not all(squeezed(name) in names and isinstance(one, str | None) for name, one in titles.items()):
        return Converted("", data)
    held = {names.get(squeezed(name)) for name, value in data.items() if value}
    headings: list[Heading] = []
    left: list[Path] = []
    for name, title in titles.items():
        section = names[squeezed(name)]
        found = list(heading("" if section == "basics" else section, title, (key, name)))
        # The usual title of the person is printed nowhere.
        printed = not any(one.usual and not one.section for one in found)
        if section in held and printed and section not in [one.section for one in headings]:
            headings += found
        else:
            left += [one.path for one in found]
    whole = {name: value for name, value in data.items() if name != key}
    return Converted("", whole, left=tuple(left), headings=tuple(headings))


def objects(value: Any) -> list[Any]:
    """The entries of a list; nothing for what is none."""
    return value if isinstance(value, list) else []


def first_text(item: Mapping[str, Any], *names: str) -> str:
    """The first of some fields that holds a text."""
    return next((item[name] for name in names if isinstance(item.get(name), str) and item[name].strip()), "")


def with_roles(entry: Any) -> Iterator[tuple[Any, Path]]:
    """An entry, and each role at that employer, with their paths in it."""
    yield entry, ()
    if isinstance(entry, dict):
        for place, role in enumerate(objects(entry.get("roles"))):
            yield role, ("roles", place)
