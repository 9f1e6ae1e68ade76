"""Texts: one of an object or a list, a list of one, headings of names; and what a text is by its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cv import resume
from cv.accounts import without_scheme
from cv.names import field_names, squeezed
from cv.normalize.ignored import says_something, texts_in
from cv.resume import Path

# A company is described in a few words. A longer text is about the work there.
_MAX_DESCRIPTION = 120
# What says which word of an object is its name: {"name": "Python", "level": "expert"}.
WORDED = ("name", "title", "text", "value", "label", "keyword", "bullet", "content", "description")
# Of the Common European Framework of Reference: what somebody can do in a language, skill by skill.
_EUROPEAN_LEVEL = re.compile(r"[ABC][12]\+?", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•‣▪◦●–—]|[0-9]{1,2}[.)])\s+")
_NUMBERED = re.compile(r"\s*[0-9]{1,2}[.)、]")
LONGEST_NAME = 100
# A list of longer texts is one of points.
LONGEST_POINT = 25
_TOLD = frozenset({"description", "desc", "descr", "details", "content"})
ACRONYMS = frozenset(
    {"ai", "api", "apis", "aws", "cd", "ci", "css", "gcp", "html", "llm", "llms", "ml", "nlp", "os", "qa", "sql"}
    | {"ui", "ux"}
)
_TAGS = re.compile(r"<[^<>]*>|&nbsp;|!\[\]\([^()]*\)")
# Where the words of a name meet that a program gives: tekniskeFærdigheder, formação_acadêmica.
_OF_WORDS = re.compile(r"[^\W\d_][A-ZÀ-ÖØ-Þ][^\W\d_A-Z]|_")
_COMMAS = frozenset(",;、،，；\n")
_BRACKETS = {"(": 1, "[": 1, "（": 1, ")": -1, "]": -1, "）": -1}


def worded(value: dict[str, Any]) -> str:
    """An object as a text: Python (expert); without a name, all its texts: Berlin, Germany. None stands there twice,
    but each of several levels in a language says of what it is: German (Reading: B2, Writing: B1).
    """
    texts = {path: text for path in texts_in(value) if (text := without_scheme(str(_at(value, path)).strip()))}
    name = next((texts.pop(path) for key in WORDED if (path := (key,)) in texts), "")
    named = all(isinstance(path[-1], str) for path in texts)
    if named and len(texts) > 1 and all(map(_EUROPEAN_LEVEL.fullmatch, texts.values())):
        texts = {path: f"{title_of(str(path[-1]))}: {text}" for path, text in texts.items()}
    others = {squeezed(text) or text: text for text in texts.values()}
    others.pop(squeezed(name) or name, None)
    said = ", ".join(others.values())
    return f"{name} ({said})" if name and said else name or said


def is_told(value: dict[str, Any]) -> bool:
    """Whether an object is prose in parts: {"text": "…", "points": ["…", "…"]}."""
    texts = [(path, _at(value, path)) for path in texts_in(value)]
    return any(
        isinstance(text, str) and len(text) > (LONGEST_POINT if isinstance(path[-1], int) else LONGEST_NAME)
        for path, text in texts
    )


def told(value: dict[str, Any]) -> str:
    """The prose of an object: its texts, and its lists as points; short ones are written in a line."""
    lines: list[str] = []
    for item in value.values():
        if isinstance(item, dict):
            lines.append(told(item))
        elif isinstance(item, list):
            points = [worded(point) if isinstance(point, dict) else str(point) for point in item if point]
            long = any(len(point) > LONGEST_POINT for point in points)
            numbered = all(_NUMBERED.match(point) for point in points)
            lines += (
                points if long and numbered else [f"- {point}" for point in points] if long else [", ".join(points)]
            )
        elif says_something(item):
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


def titled(section: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """A section with a title: without one it gets that of its field, such as additionalSections."""
    return {**(section or {}), "title": (section or {}).get("title") or title_of(key)}


def _capitalized(words: str) -> str:
    """Words with a capital at their beginning, where the first is in small letters only: not iOS."""
    return words[:1].upper() + words[1:] if words.partition(" ")[0].islower() else words


def title_of(key: str) -> str:
    """The words of a field's name: Additional sections."""
    words = re.sub(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|[_-]", " ", key).capitalize().split()
    return " ".join(word.upper() if word.lower() in ACRONYMS else word for word in words)


def is_empty(value: Any) -> bool:
    """Whether a value is nothing, or a text, an object or a list of nothing."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def shows_nothing(value: Any) -> bool:
    """Whether a text is empty or markup around nothing, or an entry or a list holds nothing else."""
    if isinstance(value, dict | list):
        return all(map(shows_nothing, value.values() if isinstance(value, dict) else value))
    return is_empty(value) or (isinstance(value, str) and not _TAGS.sub("", value).strip())


def is_of_work(about: str) -> bool:
    """Whether what stands where a company is described is about the work there."""
    about = about.strip()
    return len(about) > _MAX_DESCRIPTION or "\n" in about or about.startswith("<")


def is_line(value: Any) -> bool:
    """Whether a value is a short text, or a list of some: B, C1."""
    if isinstance(value, list):
        short = all(isinstance(item, str) and len(item) <= LONGEST_POINT for item in value)
        return short and len(", ".join(value)) <= LONGEST_NAME
    return not isinstance(value, dict) and len(str(value)) <= LONGEST_NAME


def is_prose(value: Any) -> bool:
    """Whether a value is a list of sentences: each has several words."""
    several = isinstance(value, list) and len(value) > 1
    return several and all(isinstance(item, str) and len(item) > LONGEST_POINT and " " in item for item in value)


def is_told_in_points(key: str, value: Any) -> bool:
    """Whether a description is a list: each item is a point of it."""
    return isinstance(value, list) and squeezed(key) in _TOLD


def heading_of(key: str) -> str:
    """The heading of a section that is named as people write one, or as programs name a field."""
    written = is_heading(key) and not (" " not in key.strip() and _OF_WORDS.search(key))
    return _capitalized(key.strip(" :：")) if written else title_of(key)


def is_heading(key: str) -> bool:
    """Whether a name is written as people write a heading, with spaces or accents, and is no field of the person."""
    return (not key.isascii() or " " in key.strip()) and squeezed(key) not in field_names(resume.Basics)
