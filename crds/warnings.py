"""What a job was done with, although something was left out or replaced: status.warnings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

# In the order they came; a document with more is so odd that the first ones say enough.
MAX_WARNINGS = 50
# As in crds/pdfexportjobs.yaml: one letter more, and the API server would refuse the job's whole result.
MAX_FIELD = 256
MAX_MESSAGE = 1024


class WarningCode(StrEnum):
    """What happened; the value stands in status.warnings[].code."""

    CHARACTER_REPLACED = "CharacterReplaced"
    LOCALE_NOT_TRANSLATED = "LocaleNotTranslated"
    PHOTO_IGNORED = "PhotoIgnored"


@dataclass(frozen=True, slots=True)
class Warning:
    """One of them: `code` for programs, `field` as the request names it (cvData.work[0].summary), `message` for people.

    The message holds nothing of the data beyond the code points of single characters.
    """

    code: WarningCode
    field: str
    message: str


def as_status(warnings: Iterable[Warning]) -> list[dict[str, str]]:
    """The value of status.warnings, at most MAX_WARNINGS long and within what the resource takes."""
    return [
        {"code": warning.code.value, "field": warning.field[:MAX_FIELD], "message": warning.message[:MAX_MESSAGE]}
        for warning in islice(warnings, MAX_WARNINGS)
    ]
