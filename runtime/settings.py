"""Settings of a program from environment variables, by pydantic-settings; errors name the variable.

A program's `settings.py` derives its class from ProgramSettings and calls `from_env`. A field is read from the variable
PDFEXPORT_FIELD; a variable that is empty counts as not set.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, Field, ValidationError
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
        env_ignore_empty=True,
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

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment variables; SettingsError names each one that is missing or not valid."""
        try:
            return cls()
        except ValidationError as e:
            raise SettingsError("; ".join(_message(error) for error in e.errors(include_url=False))) from None


def _message(error: ErrorDetails) -> str:
    # A rule on several fields has no location; its text names the variables itself.
    if not error["loc"]:
        return error["msg"]
    variable = str(error["loc"][0]).upper()
    if not variable.startswith(PREFIX):
        variable = PREFIX + variable
    if error["type"] == "missing":
        return f"{variable} is not set; it is required"
    return f"{variable} is {error['input']!r}; {error['msg'][0].lower()}{error['msg'][1:]}"
