"""Warnings: what of a CV was left out of a document, replaced in it, or taken in another form than it was sent in.

docs/warnings.md is made from the codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Self


@unique
class WarningCode(StrEnum):
    """What happened; the value stands in status.warnings[].code."""

    meaning: str
    """What happened, in a sentence."""
    advice: str
    """What to do about it, in a sentence for the client."""

    def __new__(cls, value: str, meaning: str, advice: str) -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.meaning, code.advice = meaning, advice
        return code

    @property
    def anchor(self) -> str:
        """The anchor of its row in docs/warnings.md."""
        return self.value.lower()

    CHARACTER_REPLACED = (
        "CharacterReplaced",
        "No typeface of the service has a glyph for a character, so that another one stands for it. The message has "
        "its code point.",
        "Write the character in another way.",
    )
    COUNTRY_UNKNOWN = (
        "CountryUnknown",
        "`basics.location.countryCode` has the form of a country code, and is none of ISO 3166-1. It is printed as it "
        "was sent.",
        "Correct the code, or write the country's name.",
    )
    CV_IN_LIST = (
        "CvInList",
        "`cvData` or a field of it is a list with one CV in it, which is printed. The field is where it is.",
        "Nothing; send the object alone to have no warning.",
    )
    DATE_AS_WRITTEN = (
        "DateAsWritten",
        "A date has no certain meaning (`Summer 2018`, `3/4/2020`). It is printed as it was sent.",
        "Nothing, if it reads well; otherwise send `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or name the language in "
        "`options.locale`.",
    )
    FIELD_IGNORED = (
        "FieldIgnored",
        "A text is not printed: cvData has no field of this name, or the template does not show it. Above twenty such "
        "texts, one warning stands for several.",
        "Correct the name of the field, move the text to a field that is printed or to `customSections`, or choose "
        "another template.",
    )
    FONT_MISSING = (
        "FontMissing",
        "The typeface of `options.fontFamily` is not installed in this service. Another one stands in for it.",
        "Choose another typeface, or ask the operator of the service to install it.",
    )
    FORMAT_CONVERTED = (
        "FormatConverted",
        "The CV is in the format of another program, which the message names. It was converted to JSON Resume.",
        "Compare the document with that of the other program once; `pdf-export convert` writes the CV as JSON Resume.",
    )
    LOCALE_GUESSED = (
        "LocaleGuessed",
        "`options.locale` is not given. The document is in the language and the direction of its texts.",
        "Nothing, if the language is right; otherwise name it in `options.locale`.",
    )
    LOCALE_NOT_TRANSLATED = (
        "LocaleNotTranslated",
        "The headings are not translated into the language of `options.locale`. They are in English.",
        "Send headings in `options.sectionTitles`.",
    )
    NAME_MISSING = (
        "NameMissing",
        "The CV has no name. The document is named after `fileName`, else the e-mail address, else CV.",
        "Send `basics.name`.",
    )
    PAGES_EXCEEDED = (
        "PagesExceeded",
        "The document has more pages than `options.maxPages`, also in the smallest sizes that can be read well.",
        "Shorten the CV, or allow more pages.",
    )
    PAGES_FITTED = (
        "PagesFitted",
        "Sizes of text, lines, margins or gaps were changed, to keep to `options.maxPages` or to fill the last page. "
        "The message names them.",
        'Nothing; `options.fit: "none"` leaves all sizes as they are.',
    )
    PHOTO_IGNORED = (
        "PhotoIgnored",
        "The photo is given by its address, and the service fetches nothing. The document has no photo.",
        "Send the picture itself, as a `data:` URL.",
    )


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: `code` for programs, `field` as the request names it (cvData.work[0].summary), `message` for people.

    The message holds nothing of the data beyond the code points of single characters.
    """

    code: WarningCode
    field: str
    message: str
