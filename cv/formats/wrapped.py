"""A CV inside of an object of its own, as APIs and databases return it: {"resume": {"basics": …}}.

A file with one CV a language, {"en": {…}, "de": {…}}, is its first; the texts of the others are named in warnings.
"""

from __future__ import annotations

import re
from typing import Any

from cv import resume
from cv.formats.converted import Converted
from cv.names import field_names, squeezed
from cv.normalize import texts_in

_AROUND = ("resume", "cv", "data", "jsonResume", "json_resume", "cvData", "content", "resumeData")
_LANGUAGE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,4})?")


def convert(data: dict[str, Any]) -> Converted | None:
    """The CV within; None where the object holds one itself."""
    if _is_cv(data):
        return None
    for name in (*_AROUND, *filter(_LANGUAGE.fullmatch, data)):
        inner = data.get(name)
        if isinstance(inner, dict) and _is_cv(inner):
            left = texts_in({key: value for key, value in data.items() if key != name})
            return Converted("", inner, {(): (name,)}, tuple(left))
    return None


def _is_cv(data: dict[str, Any]) -> bool:
    names = field_names(resume.Resume)
    return any(squeezed(key) in names and value for key, value in data.items())
