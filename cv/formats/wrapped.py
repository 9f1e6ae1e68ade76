"""A CV inside of an object of its own, as APIs and databases return it: {"resume": {"basics": …}}.

Sections may be in such an object, or in one of any name, beside the person:
{"main": {"name": …}, "resume": {"work": …}}.
Such objects may stand in one another.
A file with one CV a language, {"en": {…}, "de": {…}} or {"english": {…}, …}, is its first; the texts of the others are
named in warnings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cv import resume
from cv.formats.converted import Converted
from cv.names import field_names, squeezed
from cv.normalize import texts_in
from cv.resume import Path

_AROUND = ("resume", "cv", "data", "jsonResume", "json_resume", "cvData", "content", "resumeData")
# What holds sections only beside a person.
_OTHERS = ("portfolio",)
# What each section of a CV may be in by itself: {"experience": {"content": […]}}.
_WITHIN_SECTION = frozenset({"content", "contents", "data", "fields"})
_MAX_DEPTH = 2
_LANGUAGE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,4})?")


def convert(data: dict[str, Any], depth: int = _MAX_DEPTH) -> Converted | None:
    """The CV within; None where the object holds one itself."""
    if len(data) == 1:
        ((name, inner),) = data.items()
        if isinstance(inner, dict) and is_whole_cv(inner):
            return Converted("", inner, {(): (name,)})
    if within := [name for name, value in data.items() if _is_within(name, value)]:
        whole = {name: next(iter(value.values())) if name in within else value for name, value in data.items()}
        return Converted("", whole, {(name,): (name, *data[name]) for name in within})
    if is_cv(data):
        return _beside(data)
    for name in (*_AROUND, *filter(_LANGUAGE.fullmatch, data), *data):
        inner = data.get(name)
        named = name in _AROUND or _LANGUAGE.fullmatch(name)
        if isinstance(inner, dict) and (is_cv(inner) if named else is_whole_cv(inner)):
            left = texts_in({key: value for key, value in data.items() if key != name})
            return Converted("", inner, {(): (name,)}, tuple(left))
    return _deeper(data, depth - 1) if depth else None


def _deeper(data: dict[str, Any], depth: int) -> Converted | None:
    """The CV in an object within another one: {"data": {"id": 1, "attributes": {"basics": …}}}."""
    found = [(name, one) for name, value in data.items() if isinstance(value, dict) and (one := convert(value, depth))]
    if len(found) != 1:
        return None
    ((name, one),) = found
    origins = {(): (name,), **{path: (name, *origin) for path, origin in one.origins.items()}}
    left = texts_in({key: value for key, value in data.items() if key != name})
    return Converted("", one.data, origins, (*((name, *path) for path in one.left), *left))


def _is_within(name: str, value: Any) -> bool:
    """Whether a section is in an object that has nothing else."""
    alone = isinstance(value, dict) and len(value) == 1 and not _WITHIN_SECTION.isdisjoint(value)
    return alone and (squeezed(name) in field_names(resume.Resume) or squeezed(name) in field_names(resume.Basics))


def only_listed(data: dict[str, Any]) -> Path | None:
    """Where the only CV in a list that is a field is, as in answers of databases: {"resumes": [{…}], "count": 1}."""
    if is_cv(data):
        return None
    found = [
        (name, place)
        for name, value in data.items()
        for place, item in enumerate(value if isinstance(value, list) else ())
        if isinstance(item, dict) and is_whole_cv(item)
    ]
    return found[0] if len(found) == 1 else None


def in_languages(paths: Sequence[Path]) -> list[str]:
    """The languages of paths that differ in the name of one alone; none for others: ("en", "cv") and ("de", "cv")."""
    for place in range(min(map(len, paths))):
        around = {(*path[:place], *path[place + 1 :]) for path in paths}
        names = [str(path[place]) for path in paths]
        if len(around) == 1 and all(map(_LANGUAGE.fullmatch, names)):
            return names
    return []


def _beside(data: dict[str, Any]) -> Converted | None:
    """A CV with sections in objects beside it; None where there is none."""
    around = [name for name in (*_AROUND, *_OTHERS) if isinstance(data.get(name), dict) and is_cv(data[name])]
    around += [name for name in data if name not in around and _is_around(name, data[name])]
    if not around:
        return None
    whole = {key: value for key, value in data.items() if key not in around}
    origins: dict[Path, Path] = {}
    left: list[Path] = []
    for name in around:
        for key, value in data[name].items():
            if key in whole:
                left += texts_in(value, (name, key))
            else:
                whole[key] = value
                origins[(key,)] = (name, key)
    return Converted("", whole, origins, tuple(left))


def _is_around(name: str, value: Any) -> bool:
    """Whether an object of a name that is none of the CV's holds lists that are sections, at the least its entries."""
    names = field_names(resume.Resume)
    if not isinstance(value, dict) or not value or squeezed(name) in names:
        return False
    if all(squeezed(key) in names and isinstance(item, list) for key, item in value.items()):
        return True
    return any(
        names.get(squeezed(key)) in ("work", "education") and isinstance(item, list) and isinstance(item[0], dict)
        for key, item in value.items()
        if item
    )


def is_cv(data: dict[str, Any]) -> bool:
    """Whether an object has something under the name of a part of a CV."""
    names = field_names(resume.Resume)
    return any(squeezed(key) in names and value for key, value in data.items())


def is_whole_cv(data: dict[str, Any]) -> bool:
    """Whether an object has what only a whole CV has."""
    names = field_names(resume.Resume)
    return any(
        names.get(squeezed(key)) in ("work", "education") and isinstance(value, dict | list) and value
        for key, value in data.items()
    )
