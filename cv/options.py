"""How a document is to look: the options of a request, and which of them a template takes.

Data is in cvData, presentation here. Every option may be left out; null counts as absent. A template's
template.json says under `options` what it takes and, by the first of a list or by the value, its defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cv.fields import VISIBLE_PATTERN, Line

ROOT = "options"

Section = Literal[
    "work",
    "projects",
    "education",
    "volunteer",
    "publications",
    "skills",
    "languages",
    "certificates",
    "awards",
    "customSections",
    "interests",
    "references",
]
SECTIONS: tuple[Section, ...] = get_args(Section)
"""The parts of a CV that have a heading, in the order that documents have by default."""

PageFormat = Literal["A4", "Letter"]
Density = Literal["normal", "compact", "spacious"]
TextFormat = Literal["auto", "plain", "markdown", "html"]
PageBreak = Literal["newPage", "keepTogether"]
Fit = Literal["auto", "none"]

# Percent of the template's own: below text is hard to read, above lines fall apart.
MIN_FONT_SIZE, MAX_FONT_SIZE = 80, 130
MIN_LINE_HEIGHT, MAX_LINE_HEIGHT = 85, 130
MIN_MARGINS, MAX_MARGINS = 60, 130
MAX_PAGES = 20

MAX_TITLE = 60
# With their defaults.
_TAKEN_BY_ALL = {"locale": None, "textFormat": "auto", "fit": "auto", "maxPages": None}
_PERCENTS = ("fontSize", "lineHeight", "margins")
_WITHOUT_DEFAULT = ("locale", "maxPages", "pageBreaks", "sectionTitles")
# A name that needs no escape in CSS; which families there are is for the template to say.
FONT_PATTERN = r"^[A-Za-z0-9]+( [A-Za-z0-9]+)*$"
# As in crds/pdfexportjobs.yaml.
LOCALE_PATTERN = r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"
COLOR_PATTERN = r"^#[0-9A-Fa-f]{6}$"


def _distinct(sections: list[Section]) -> list[Section]:
    if len(set(sections)) < len(sections):
        raise ValueError("names a section twice")
    return sections


Color = Annotated[str, Field(pattern=COLOR_PATTERN)]
FontFamily = Annotated[str, Field(pattern=FONT_PATTERN, max_length=64)]
Locale = Annotated[str, Field(pattern=LOCALE_PATTERN, max_length=35)]
Order = Annotated[
    list[Section],
    Field(max_length=len(SECTIONS), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]


def whole(value: object) -> object:
    """A number without a fraction as an int: 123.0 is an integer in JSON Schema, and a float in Python's json."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(whole)
FontSize = Annotated[int, Field(ge=MIN_FONT_SIZE, le=MAX_FONT_SIZE), WHOLE]
LineHeight = Annotated[int, Field(ge=MIN_LINE_HEIGHT, le=MAX_LINE_HEIGHT), WHOLE]
Margins = Annotated[int, Field(ge=MIN_MARGINS, le=MAX_MARGINS), WHOLE]
Title = Annotated[Line, Field(min_length=1, max_length=MAX_TITLE, json_schema_extra={"pattern": VISIBLE_PATTERN})]


class Options(BaseModel):
    """How the document is to look. Each template takes some of these; what a template takes is in the list of
    templates."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    locale: Locale | None = Field(
        None,
        description="The document's language, a BCP 47 tag; when absent, the one that the texts are in.",
        examples=["en", "pt-BR"],
    )
    pageFormat: PageFormat | None = Field(None, description="The paper size.")
    accentColor: Color | None = Field(None, description="The colour of headings and lines.", examples=["#0b5a70"])
    fontFamily: FontFamily | None = Field(None, description="The typeface.")
    density: Density | None = Field(None, description="How much room there is between things.")
    fontSize: FontSize | None = Field(
        None, description="The size of the text, in percent of the template's own.", examples=[95]
    )
    lineHeight: LineHeight | None = Field(
        None, description="The height of the lines of text, in percent of the template's own.", examples=[95]
    )
    margins: Margins | None = Field(
        None, description="The width of the pages' margins, in percent of the template's own.", examples=[80]
    )
    pageBreaks: dict[Section, PageBreak] | None = Field(
        None,
        description="Where pages may end, by section: newPage starts the section on a new page, keepTogether moves it "
        "to the next page when it would break and fits on one.",
        examples=[{"publications": "newPage"}],
    )
    photo: bool | None = Field(None, description="Whether the photo of the CV is shown.")
    sectionOrder: Order | None = Field(
        None, description="The sections that come first, in this order; the others follow in the template's own."
    )
    sectionTitles: dict[Section, Title] | None = Field(
        None, description="Headings instead of the template's own, by section.", examples=[{"work": "Career"}]
    )
    textFormat: TextFormat | None = Field(
        None,
        description="What the texts of the CV are written in. auto finds the Markdown and the HTML that is meant, "
        "text by text; plain prints every text as it is.",
    )
    fit: Fit | None = Field(
        None,
        description="Whether sizes that the request does not set may change for the pages: auto keeps to maxPages "
        "within what can be read well, and draws a nearly empty last page in where it takes little; none leaves all.",
    )
    maxPages: Annotated[int, Field(ge=1, le=MAX_PAGES), WHOLE] | None = Field(
        None, description="The most pages that the document is to have; a warning says when it has more.", examples=[1]
    )


class Takes(BaseModel):
    """What a template takes: the object `options` of its template.json. _TAKEN_BY_ALL are taken by all."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    pageFormat: list[PageFormat] = Field(["A4", "Letter"], min_length=1)
    accentColor: Color | None = None
    fontFamily: list[FontFamily] = Field(default=[])
    density: list[Density] = Field(default=[])
    fontSize: bool = False
    lineHeight: bool = False
    margins: bool = False
    pageBreaks: bool = False
    photo: bool | None = None
    sectionOrder: Order | None = None
    sectionTitles: bool = False

    def names(self) -> list[str]:
        """The options that are taken."""
        # photo: false is a default; of the others false means that it is not taken.
        absent = {"photo": None, **dict.fromkeys([*_PERCENTS, "pageBreaks", "sectionTitles"], False)}
        return [
            *_TAKEN_BY_ALL,
            *(name for name in Takes.model_fields if getattr(self, name) not in (absent.get(name), None, [])),
        ]

    def options_schema(self) -> dict[str, Any]:
        """The JSON Schema of the options that the template takes, with their defaults."""
        full = Options.model_json_schema()["properties"]
        properties: dict[str, Any] = {}
        for name in self.names():
            (schema,) = (choice for choice in full[name]["anyOf"] if choice.get("type") != "null")
            own = _TAKEN_BY_ALL.get(name, getattr(self, name, None))
            if isinstance(own, list) and name != "sectionOrder":
                schema = {"type": "string", "enum": own}
                own = own[0]
            if name in _PERCENTS:
                own = 100
            default = {} if name in _WITHOUT_DEFAULT else {"default": own}
            properties[name] = {**schema, "description": full[name]["description"], **default}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def resolve(self, options: Options) -> Resolved:
        """The options with the template's defaults; OptionsInvalid names what the template does not take."""
        asked = options.model_dump(exclude_none=True)
        problems = [problem for name in asked if (problem := self._problem(name, asked[name]))]
        if problems:
            raise OptionsInvalid(problems)
        order = self.sectionOrder or SECTIONS
        first: Iterable[Section] = options.sectionOrder or ()
        return Resolved(
            locale=options.locale,
            pageFormat=options.pageFormat or self.pageFormat[0],
            accentColor=(options.accentColor or self.accentColor or "#1f2937").lower(),
            fontFamily=options.fontFamily or (self.fontFamily or ["Lato"])[0],
            density=options.density or (self.density or ["normal"])[0],
            fontSize=options.fontSize or 100,
            lineHeight=options.lineHeight or 100,
            margins=options.margins or 100,
            pageBreaks=options.pageBreaks or {},
            photo=options.photo if options.photo is not None else self.photo is not False,
            sectionOrder=tuple(dict.fromkeys([*first, *order, *SECTIONS])),
            sectionTitles={str(name): title for name, title in (options.sectionTitles or {}).items()},
            textFormat=options.textFormat or "auto",
            fit=options.fit or "auto",
            maxPages=options.maxPages,
        )

    def _problem(self, name: str, value: Any) -> dict[str, str] | None:
        field = f"{ROOT}.{name}"
        if name not in self.names():
            return {"field": field, "message": f"is not taken by this template, which takes {_list(self.names())}"}
        choices = getattr(self, name, None)
        if isinstance(value, str) and isinstance(choices, list) and value not in choices:
            return {"field": field, "message": f"must be {_list(choices, 'or')} with this template"}
        return None


@dataclass(frozen=True, slots=True)
class Resolved:
    """All options of a document, as Options has them; sectionOrder names every section.

    Without a locale the document is in the language that its texts are in.
    """

    locale: str | None
    pageFormat: PageFormat
    accentColor: str
    fontFamily: FontFamily
    density: Density
    fontSize: int
    lineHeight: int
    margins: int
    pageBreaks: Mapping[Section, PageBreak]
    photo: bool
    sectionOrder: tuple[Section, ...]
    sectionTitles: Mapping[str, str]
    textFormat: TextFormat = "auto"
    fit: Fit = "auto"
    maxPages: int | None = None


class OptionsInvalid(Exception):
    """Options that do not fit; `details` holds {"field", "message"} for each, nothing of the data."""

    def __init__(self, details: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{detail['field']}: {detail['message']}" for detail in details))
        self.details = details


_EXPECTED = {
    "locale": "must be a BCP 47 language tag such as en or pt-BR",
    "pageFormat": f"must be {' or '.join(get_args(PageFormat))}",
    "accentColor": "must be a colour such as #0b5a70: # and six hexadecimal digits",
    "fontFamily": "must be the name of a font family that the template offers",
    "density": f"must be one of {', '.join(get_args(Density))}",
    "fontSize": f"must be a whole number from {MIN_FONT_SIZE} to {MAX_FONT_SIZE}: percent of the template's own",
    "lineHeight": f"must be a whole number from {MIN_LINE_HEIGHT} to {MAX_LINE_HEIGHT}: percent of the template's own",
    "margins": f"must be a whole number from {MIN_MARGINS} to {MAX_MARGINS}: percent of the template's own",
    "pageBreaks": f"must be an object with {' or '.join(get_args(PageBreak))} for sections of {', '.join(SECTIONS)}",
    "photo": "must be true or false",
    "sectionOrder": f"must be a list of distinct sections of {', '.join(SECTIONS)}",
    "sectionTitles": (
        f"must be an object with titles of 1 to {MAX_TITLE} characters for sections of {', '.join(SECTIONS)}"
    ),
    "textFormat": f"must be one of {', '.join(get_args(TextFormat))}",
    "fit": f"must be {' or '.join(get_args(Fit))}",
    "maxPages": f"must be a whole number from 1 to {MAX_PAGES}",
}


def validate_options(data: Any) -> Options:
    """The options in a parsed JSON value (None: none given); OptionsInvalid names the fields that do not fit."""
    try:
        return Options.model_validate({} if data is None else data)
    except ValidationError as e:
        messages: dict[str, str] = {}
        for error in e.errors(include_url=False, include_input=False, include_context=False):
            name = str(error["loc"][0]) if error["loc"] else ""
            if name in _EXPECTED:
                messages[f"{ROOT}.{name}"] = _EXPECTED[name]
            elif name:
                # The name is the caller's own text, so the message lists the known names instead of it.
                messages[ROOT] = f"has a name that is none of {', '.join(_EXPECTED)}"
            else:
                messages[ROOT] = f"must be an object with any of {', '.join(_EXPECTED)}"
        raise OptionsInvalid([{"field": field, "message": text} for field, text in messages.items()]) from None


def options_of(spec: Mapping[str, Any]) -> Options:
    """The options of a job's spec; spec.locale and spec.pageFormat count where spec.options has none."""
    plain = {name: spec[name] for name in ("locale", "pageFormat") if spec.get(name) is not None}
    given = spec.get("options")
    if isinstance(given, Mapping):
        given = {**plain, **{name: value for name, value in given.items() if value is not None}}
    return validate_options(plain if given is None else given)


def _list(names: Iterable[str], last: str = "and") -> str:
    *most, end = names
    return f"{', '.join(most)} {last} {end}" if most else end
