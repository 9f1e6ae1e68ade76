"""What is taken as a CV: the API checks a request with it, and a renderer reads a job with it.

JSON Resume's schemas 0.0.0 and 1.x, what people write instead of them (cv/normalize/), and the formats of other
programs (cv/formats/). What is not taken as it was sent is in the warnings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import getitem
from typing import Any

from cv.fields import MAX_NAME, clean_line
from cv.formats import (
    TAKEN,
    Converted,
    Heading,
    convert,
    convert_list,
    cvs_within,
    holds_cv,
    in_languages,
    only_listed,
    refusal,
    with_titles,
)
from cv.names import squeezed
from cv.normalize import ignored_warnings, normalize, texts_in
from cv.resume import ROOT, Path, Resume, ResumeInvalid, field_path, validate_cv
from cv.warnings import Warning, WarningCode

_NO_CV = f"holds nothing of a CV. What is read: {TAKEN}"
_SEVERAL = (
    "{} {} CVs, and a request prints one: send each in a request of its own, with an object as cvData, such as {}"
)
# The name that a file gets without one of its own says nothing of the CV.
_NO_NAMES = frozenset({"", "cv", "resume", "lebenslauf", "document", "untitled", "export", "file"})
_UNNAMED = "CV"
_LANGUAGE = ("language", "lang", "locale", "x-lang")
_TAG = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]*)?")
OWN_FORMAT = "JSON Resume"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A CV that can be printed, and what of it is not as it was sent. `named` is whether it has a name of its own,
    `format` what it was sent in, `headings` the titles of its sections in another program, `language` the one that
    it names as its own."""

    resume: Resume
    warnings: tuple[Warning, ...]
    named: bool = True
    format: str = OWN_FORMAT
    headings: tuple[Heading, ...] = ()
    language: str | None = None


def accept_cv(data: Any, *, file_name: str | None = None, language: str | None = None) -> Accepted:
    """The CV in a parsed JSON value. ResumeInvalid says what is no CV, or names the fields that do not fit.

    A list with one CV in it stands for that one, also as a field of an object; under the name cvData alone it is what
    was sent, since a job holds objects only. `file_name` is what a CV without a name is named after. `language` (a BCP
    47 tag) is the document's, when it is given: dates are read in it first.
    """
    if isinstance(data, dict) and data.keys() == {ROOT} and isinstance(data[ROOT], list):
        data = data[ROOT]
    if isinstance(data, list):
        if converted := convert_list(data):
            return _accepted(converted, file_name, language)
        return _in_list(data, _place(data, language), file_name, language)
    if not isinstance(data, dict):
        raise ResumeInvalid([{"field": ROOT, "message": "must be an object"}])
    if refused := refusal(data):
        raise ResumeInvalid([{"field": ROOT, "message": refused}])
    converted = convert(data)
    if converted is None and (path := only_listed(data)):
        return _in_list(data, path, file_name, language)
    try:
        accepted = _accepted(converted or with_titles(data), file_name, language)
    except _NoCv:
        if path := _only(list(cvs_within(data)), language):
            return _in_list(data, path, file_name, language)
        raise
    if not accepted.named and not (accepted.resume.work or accepted.resume.education):
        # Nobody, beside somebody deeper in what a service answers.
        paths = list(cvs_within(data))
        if len(paths) == 1:
            return _in_list(data, paths[0], file_name, language)
    return accepted


class _NoCv(ResumeInvalid):
    """The data holds nothing that is known."""


def _accepted(converted: Converted, file_name: str | None, language: str | None) -> Accepted:
    """The CV in what is JSON Resume, or nearly."""
    found = normalize(converted.data, converted.sent, language=language or "", left=converted.left)
    named = _has_name(found.data)
    if not named:
        found.data["basics"] = {**(found.data.get("basics") or {}), "name": _name(found.data, file_name)}
    resume = validate_cv(found.data)
    if not named and not _holds_something(resume):
        raise _NoCv([{"field": ROOT, "message": _NO_CV}])
    first = [_format_converted(converted.format)] if converted.format else []
    if not named:
        first.append(_name_missing())
    return Accepted(
        resume,
        (*first, *found.warnings),
        named,
        format=converted.format or OWN_FORMAT,
        headings=converted.headings,
        language=_language(converted.data),
    )


def _language(data: dict[str, Any]) -> str | None:
    """The language that a CV names as its own: {"lang": "fr"}, {"meta": {"language": "fr"}}."""
    meta = data.get("meta")
    for place in (data, meta if isinstance(meta, dict) else {}):
        for name in _LANGUAGE:
            if isinstance(said := place.get(name), str) and (found := _TAG.fullmatch(said)):
                return found[1].lower()
    return None


def _place(items: list[Any], language: str | None) -> Path:
    """Where the only CV of a list is."""
    objects = [place for place, item in enumerate(items) if isinstance(item, dict)]
    paths = [(place,) for place in objects if len(objects) == 1 or holds_cv(items[place])]
    path = _only(paths or list(cvs_within(items)), language)
    if path is None:
        raise ResumeInvalid([{"field": ROOT, "message": "must be an object, or a list with one CV in it"}])
    return path


def _only(paths: Sequence[Path], language: str | None) -> Path | None:
    """The path of the only CV; of one CV in several languages that of the document's, else of the first."""
    if len(paths) > 1 and (names := in_languages(paths)):
        return paths[names.index(language[:2]) if language and language[:2] in names else 0]
    if len(paths) > 1:
        verb = "is a list of" if all(len(path) == 1 and isinstance(path[0], int) for path in paths) else "holds"
        raise ResumeInvalid([{"field": ROOT, "message": _SEVERAL.format(verb, len(paths), field_path(paths[0]))}])
    return paths[0] if paths else None


def _in_list(data: Any, path: Path, file_name: str | None, language: str | None) -> Accepted:
    """The only CV in a list or an object, which is at `path`. Fields are named where they are in the data."""
    root = field_path(path)
    try:
        accepted = accept_cv(reduce(getitem, path, data), file_name=file_name, language=language)
    except ResumeInvalid as e:
        raise ResumeInvalid([{**one, "field": root + one["field"].removeprefix(ROOT)} for one in e.details]) from None
    others = ignored_warnings([other for other in texts_in(data) if other[: len(path)] != path])
    warnings = (replace(warning, field=root + warning.field.removeprefix(ROOT)) for warning in accepted.warnings)
    headings = tuple(replace(heading, path=(*path, *heading.path)) for heading in accepted.headings)
    listed = any(isinstance(part, int) for part in path)
    first = [Warning(WarningCode.CV_IN_LIST, root, "is the one CV in a list; it is printed")] if listed else []
    return replace(accepted, warnings=(*first, *warnings, *others), headings=headings)


def _has_name(data: dict[str, Any]) -> bool:
    basics = data.get("basics")
    return isinstance(basics, dict) and bool(clean_line(basics.get("name")))


def _name(data: dict[str, Any], file_name: str | None) -> str:
    """What a CV without a name is named after: its file, else its e-mail address."""
    from_file = re.sub(r"\.(pdf|json)$", "", file_name or "", flags=re.IGNORECASE).replace("_", " ").strip()
    if squeezed(from_file) not in _NO_NAMES:
        return from_file[:MAX_NAME]
    email = (data.get("basics") or {}).get("email")
    return email if isinstance(email, str) and 0 < len(email.strip()) <= MAX_NAME else _UNNAMED


def _format_converted(name: str) -> Warning:
    message = f"is in the format of {name}; it was converted. What is hidden there and layout are left out"
    return Warning(WarningCode.FORMAT_CONVERTED, ROOT, message)


def _name_missing() -> Warning:
    message = "is missing: the document is named after its file, the e-mail address, or CV"
    return Warning(WarningCode.NAME_MISSING, "cvData.basics.name", message)


def _holds_something(resume: Resume) -> bool:
    """Whether there is more than the name, which is none of its own."""
    basics = {name: value for name, value in resume.basics.__dict__.items() if name != "name"}
    sections = {name: value for name, value in resume.__dict__.items() if name != "basics"}
    location = basics.pop("location")
    return any(basics.values()) or not location.is_blank() or any(sections.values())
