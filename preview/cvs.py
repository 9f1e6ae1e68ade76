"""Reading a CV from a file: the CV alone, as sample.json has it, or with its options, as a request has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.json_text import FieldTwice, object_without_twins

_PLAIN_OPTIONS = ("locale", "pageFormat")


@dataclass(frozen=True, slots=True)
class Cv:
    """The data of a CV, not checked yet, and the options that its file asks for."""

    data: Any
    options: Any


@dataclass(eq=False)
class Unreadable(Exception):
    """A file that is no JSON, or is not there."""

    file: Path
    line: int
    reason: str


def read_cv(path: Path) -> Cv:
    """The CV in a file. An object with cvData is the body of a POST, of which locale, pageFormat and options count."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=object_without_twins)
    except json.JSONDecodeError as e:
        raise Unreadable(path, e.lineno, f"{e.msg} (column {e.colno})") from e
    except FieldTwice as e:
        raise Unreadable(path, 0, str(e)) from e
    except FileNotFoundError as e:
        raise Unreadable(path, 0, "there is no such file") from e
    except (OSError, UnicodeDecodeError) as e:
        raise Unreadable(path, 0, f"cannot be read ({type(e).__name__})") from e
    if not isinstance(content, dict) or "cvData" not in content:
        return Cv(content, {})
    plain = {name: content[name] for name in _PLAIN_OPTIONS if content.get(name) is not None}
    options = content.get("options")
    return Cv(content["cvData"], {**plain, **options} if isinstance(options, Mapping) else options or plain)
