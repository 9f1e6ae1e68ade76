"""Warnings: what of a CV was left out of a document, replaced in it, or taken in another form than it was sent in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WarningCode(StrEnum):
    """What happened; the value stands in status.warnings[].code."""

    CHARACTER_REPLACED = "CharacterReplaced"
    COUNTRY_UNKNOWN = "CountryUnknown"
    DATE_AS_WRITTEN = "DateAsWritten"
    FIELD_IGNORED = "FieldIgnored"
    FONT_MISSING = "FontMissing"
    FORMAT_CONVERTED = "FormatConverted"
    LOCALE_GUESSED = "LocaleGuessed"
    LOCALE_NOT_TRANSLATED = "LocaleNotTranslated"
    NAME_MISSING = "NameMissing"
    PAGES_EXCEEDED = "PagesExceeded"
    PAGES_FITTED = "PagesFitted"
    PHOTO_IGNORED = "PhotoIgnored"


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: `code` for programs, `field` as the request names it (cvData.work[0].summary), `message` for people.

    The message holds nothing of the data beyond the code points of single characters.
    """

    code: WarningCode
    field: str
    message: str
