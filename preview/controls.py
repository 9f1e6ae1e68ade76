"""The controls of the page: what a template takes as a form, and what a form asks for as options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from cv.options import SECTIONS

_LABELS = {
    "locale": "Language",
    "textFormat": "Texts",
    "pageFormat": "Paper",
    "accentColor": "Accent",
    "fontFamily": "Typeface",
    "density": "Density",
    "fit": "Fit",
    "maxPages": "Most pages",
    "fontSize": "Font size, %",
    "lineHeight": "Line height, %",
    "margins": "Margins, %",
    "pageBreaks": "Page breaks",
    "photo": "Photo",
    "sectionOrder": "Sections first",
    "sectionTitles": "Headings",
}
# Options that hold a value for each section.
_BY_SECTION = ("sectionTitles", "pageBreaks")
_NUMBERS = ("fontSize", "lineHeight", "margins", "maxPages")
_ORDER = "sectionOrder"
# Up to so many choices stand side by side.
_FEW = 3
_FALLBACK_COLOR = "#1f2937"

Kind = Literal["few", "many", "text", "colour", "sections"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a control. The empty one stands for the default, which `label` names."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One option. `value` is what is asked for ("": nothing), `default` what there is without.

    `choices` are those of few and many, suggestions of a text, and of sections each section with its value.
    """

    name: str
    label: str
    kind: Kind
    value: str
    default: str
    choices: tuple[Choice, ...] = ()
    taken: bool = True

    def emptied(self) -> Control:
        """The control without what is in it: equal for two forms that differ in their values only."""
        names = tuple(
            Choice(choice.value, "" if self.kind == "sections" else choice.label, False) for choice in self.choices
        )
        return replace(self, value="", choices=names)


def controls_of(
    schema: Mapping[str, Any], form: Mapping[str, str], *, asked: Mapping[str, Any], locales: Sequence[str]
) -> list[Control]:
    """The controls for the options of a schema (cv.options.Takes.options_schema).

    `form` is what was sent last; `asked` are the options of the CV's own file, which count where the form has
    none. What the form asks for and the template does not take is shown too: else nobody could take it back.
    """
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    found = [
        _control(name, property_, form, _as_text(asked.get(name, property_.get("default"))), locales)
        for name, property_ in properties.items()
    ]
    wanted = dict.fromkeys(name.partition(".")[0] for name, value in form.items() if value)
    stray = [name for name in wanted if name in _LABELS and name not in properties]
    return found + [
        Control(name, _LABELS[name], "text", form.get(name, ""), "", taken=False)
        for name in stray
        if name not in _BY_SECTION
    ]


def options_of_form(form: Mapping[str, str]) -> dict[str, Any]:
    """The options that a form asks for, as a request has them; an empty field asks for nothing."""
    options: dict[str, Any] = {}
    for name, value in form.items():
        option, _, section = name.partition(".")
        if not value.strip() or option not in _LABELS:
            continue
        if option in _BY_SECTION:
            options.setdefault(option, {})[section] = value
        elif option == _ORDER:
            options[name] = [part.strip() for part in value.split(",") if part.strip()]
        elif option == "photo":
            options[name] = {"true": True, "false": False}.get(value, value)
        elif option in _NUMBERS and value.strip().isdecimal():
            options[name] = int(value)
        else:
            options[name] = value.strip()
    return options


def form_of_options(options: Mapping[str, Any]) -> dict[str, str]:
    """The form that asks for these options: the inverse of options_of_form."""
    form = {name: _as_text(value) for name, value in options.items() if name not in _BY_SECTION and value is not None}
    for name in _BY_SECTION:
        form |= {f"{name}.{section}": value for section, value in (options.get(name) or {}).items()}
    return form


def _control(
    name: str, schema: Mapping[str, Any], form: Mapping[str, str], default: str, locales: Sequence[str]
) -> Control:
    value, label = form.get(name, ""), _LABELS.get(name, name)
    if name in _BY_SECTION:
        sections = tuple(Choice(section, form.get(f"{name}.{section}", ""), False) for section in SECTIONS)
        return Control(name, label, "sections", "", "", sections)
    if name == "accentColor":
        return Control(name, label, "colour", value, default or _FALLBACK_COLOR)
    if schema.get("type") == "boolean":
        return Control(name, label, "few", value, default, _choices(["true", "false"], value, default))
    if "enum" in schema:
        names = [str(choice) for choice in schema["enum"]]
        kind: Kind = "few" if len(names) <= _FEW else "many"
        return Control(name, label, kind, value, default, _choices(names, value, default))
    suggested = locales if name == "locale" else ()
    return Control(name, label, "text", value, default, _choices(suggested, value, default))


def _choices(names: Sequence[str], value: str, default: str) -> tuple[Choice, ...]:
    words = {"true": "shown", "false": "hidden"}
    # A default among the choices is chosen by asking for nothing, so that it stays the template's to change.
    return tuple(
        Choice("" if name == default else name, words.get(name, name), name == (value or default)) for name in names
    )


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
