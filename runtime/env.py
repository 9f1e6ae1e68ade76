"""Reading a program's settings from environment variables, with errors that name the variable."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path

PREFIX = "PDFEXPORT_"


class SettingsError(Exception):
    """A variable is missing or does not fit; the message names it and says what it takes."""


class Env:
    """Typed access to the variables with our prefix; names are given without it."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str | None = None) -> str:
        """A non-empty text; required when there is no default."""
        value = self._variables.get(PREFIX + name, "").strip()
        if value:
            return value
        if default is None:
            raise SettingsError(f"{PREFIX}{name} is not set; it is required")
        return default

    def integer(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        """A whole number between minimum and maximum, both included."""
        text = self.text(name, str(default))
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if not minimum <= value <= maximum:
            raise SettingsError(f"{PREFIX}{name} is {text!r}; it takes a whole number from {minimum} to {maximum}")
        return value

    def number(self, name: str, default: float, *, minimum: float, maximum: float) -> float:
        """A number between minimum and maximum, both included, or the default."""
        text = self.text(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if value != default and not minimum <= value <= maximum:
            raise SettingsError(f"{PREFIX}{name} is {text!r}; it takes a number from {minimum:g} to {maximum:g}")
        return value

    def choice(self, name: str, default: str, *, choices: tuple[str, ...]) -> str:
        """One of the choices."""
        value = self.text(name, default)
        if value not in choices:
            known = ", ".join(choice or "nothing" for choice in choices)
            raise SettingsError(f"{PREFIX}{name} is {value!r}; it takes one of {known}")
        return value

    def paths(self, name: str, default: str) -> tuple[Path, ...]:
        """Folders separated by colons, as in PATH; the first comes first. None is empty."""
        text = self.text(name, default)
        parts = [part.strip() for part in text.split(":")]
        if not all(parts):
            raise SettingsError(f"{PREFIX}{name} is {text!r}; it takes folders separated by single colons")
        return tuple(Path(part) for part in parts)
