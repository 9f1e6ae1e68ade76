"""Settings of a program from environment variables, by pydantic-settings; errors name the variable.

A program's `settings.py` derives its class from ProgramSettings and calls `from_env`. A field is read from the variable
PDFEXPORT_FIELD; a variable that is empty or blank counts as not set.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from annotated_types import Ge, Le
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from runtime.logs import LogLevel

if TYPE_CHECKING:
    from typing import Self

PREFIX: Final = "PDFEXPORT_"


class SettingsError(Exception):
    """A variable is missing or not valid; the message names it and says what it takes."""


def rule(text: str) -> PydanticCustomError:
    """What a validator raises: `text` says what the variable takes."""
    return PydanticCustomError("rule", "{text}", {"text": text})


def _split_folders(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(":")]
    if not all(parts):
        raise rule("it takes folders separated by single colons")
    return parts


def _origin(text: str) -> str:
    origin = text.rstrip("/")
    if not is_origin(origin):
        raise rule("it takes scheme and host, for example https://firebasestorage.googleapis.com")
    return origin


def is_origin(text: str) -> bool:
    """Whether a text is the origin of web pages (RFC 6454): scheme, host and perhaps a port."""
    return re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", text) is not None


Origin = Annotated[str, AfterValidator(_origin)]
"""Scheme and host, without the slash at the end that a variable may have."""
# What download URLs begin with; the API and the renderer read the variable PDFEXPORT_STORAGE_PUBLIC_URL.
STORAGE_PUBLIC_URL: Final = "https://firebasestorage.googleapis.com"
Port = Annotated[int, Field(ge=1, le=65_535)]
Text = Annotated[str, Field(min_length=1)]
"""A text that must not be empty."""
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split_folders)]
"""Folders separated by colons, as in PATH; none is empty."""
# The variable of `templates_dirs` is named in the singular, as PATH is.
TEMPLATES_DIR: Final = PREFIX + "TEMPLATES_DIR"


class ProgramSettings(BaseSettings):
    """What all three programs read; the values are checked once and do not change."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        str_strip_whitespace=True,
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    namespace: Text
    """The namespace of the release: it holds the jobs and the renderer pods."""

    log_level: LogLevel = "info"
    """The least severe level that is logged."""

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not isinstance(value, str) or value.strip()}

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment variables; SettingsError names each one that is missing or not valid."""
        try:
            return cls()
        except ValidationError as e:
            raise SettingsError("; ".join(cls._message(error) for error in e.errors(include_url=False))) from None

    @classmethod
    def _message(cls, error: ErrorDetails) -> str:
        # A rule on several fields has no location; its text names the variables itself.
        if not error["loc"]:
            return error["msg"]
        name = str(error["loc"][0])
        variable = name if name.startswith(PREFIX) else PREFIX + name.upper()
        if error["type"] == "missing":
            return f"{variable} is not set; it is required"
        taken = cls._range(name) or f"{error['msg'][0].lower()}{error['msg'][1:]}"
        return f"{variable} is {error['input']!r}; {taken}"

    @classmethod
    def _range(cls, name: str) -> str | None:
        """What a field of whole numbers takes; None for other fields."""
        match getattr(cls.model_fields.get(name), "metadata", ()):
            case [Ge(ge=minimum), Le(le=maximum)]:
                return f"it takes a whole number from {minimum} to {maximum}"
        return None
