"""status.warnings: what was left out of a finished document, or replaced in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

# Further warnings are dropped.
MAX_WARNINGS = 50
# The limits of crds/pdfexportjobs.yaml: above them the API server would refuse the whole status.
MAX_FIELD = 256
MAX_MESSAGE = 1024


class WarningCode(StrEnum):
    """What happened; the value stands in status.warnings[].code."""

    CHARACTER_REPLACED = "CharacterReplaced"
    COUNTRY_UNKNOWN = "CountryUnknown"
    FONT_MISSING = "FontMissing"
    LOCALE_NOT_TRANSLATED = "LocaleNotTranslated"
    PHOTO_IGNORED = "PhotoIgnored"


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: `code` for programs, `field` as the request names it (cvData.work[0].summary), `message` for people.

    The message holds nothing of the data beyond the code points of single characters.
    """

    code: WarningCode
    field: str
    message: str


def as_status(warnings: Iterable[Warning]) -> list[dict[str, str]]:
    """The value of status.warnings, at most MAX_WARNINGS long and within the limits of the resource."""
    return [
        {"code": warning.code.value, "field": warning.field[:MAX_FIELD], "message": warning.message[:MAX_MESSAGE]}
        for warning in islice(warnings, MAX_WARNINGS)
    ]
