"""The options form of the preview: a template's options as controls, and back."""

from __future__ import annotations

import pytest

from cv.options import SECTIONS, Options, Takes, validate_options
from preview.controls import Control, controls_of, form_of_options, options_of_form

TAKES = Takes(
    accentColor="#0b5a70",
    fontFamily=["Lato", "Open Sans", "Noto Sans", "Manrope"],
    density=["normal", "compact", "spacious"],
    fontSize=True,
    pageBreaks=True,
    photo=True,
    sectionOrder=["work", "education"],
    sectionTitles=True,
)
SCHEMA = TAKES.options_schema()
ALL = {
    "locale": "pt-BR",
    "pageFormat": "Letter",
    "accentColor": "#c2185b",
    "fontFamily": "Manrope",
    "density": "compact",
    "fontSize": 95,
    "pageBreaks": {"work": "newPage"},
    "photo": False,
    "sectionOrder": ["skills", "work"],
    "sectionTitles": {"work": "Career", "skills": "Know-how, tools"},
}


def controls(form: dict[str, str] | None = None, asked: dict[str, object] | None = None) -> dict[str, Control]:
    found = controls_of(SCHEMA, form or {}, asked=asked or {}, locales=["ar", "en"])
    return {control.name: control for control in found}


def test_each_option_that_a_template_takes_has_a_control() -> None:
    assert {name: control.kind for name, control in controls().items()} == {
        "locale": "text",
        "pageFormat": "few",
        "accentColor": "colour",
        "fontFamily": "many",
        "density": "few",
        "fontSize": "text",
        "pageBreaks": "sections",
        "photo": "few",
        "sectionOrder": "text",
        "sectionTitles": "sections",
        "textFormat": "many",
        "fit": "few",
        "maxPages": "text",
    }


def test_a_template_that_takes_little_has_few_controls() -> None:
    found = controls_of(Takes().options_schema(), {}, asked={}, locales=[])

    assert [control.name for control in found] == ["locale", "textFormat", "fit", "maxPages", "pageFormat"]


def test_the_default_is_asked_for_by_asking_for_nothing() -> None:
    density = controls()["density"]

    assert [(choice.value, choice.label, choice.chosen) for choice in density.choices] == [
        ("", "normal", True),
        ("compact", "compact", False),
        ("spacious", "spacious", False),
    ]


def test_what_the_cv_asks_for_is_the_default_and_the_template_s_can_be_asked_for() -> None:
    density = controls(asked={"density": "compact"})["density"]

    assert [(choice.value, choice.label) for choice in density.choices if choice.chosen] == [("", "compact")]
    assert ("normal", "normal") in [(choice.value, choice.label) for choice in density.choices]


def test_a_form_keeps_what_was_chosen() -> None:
    found = controls({"photo": "false", "accentColor": "#ffd400", "sectionTitles.work": "Career"})

    assert [choice.label for choice in found["photo"].choices if choice.chosen] == ["hidden"]
    assert (found["accentColor"].value, found["accentColor"].default) == ("#ffd400", "#0b5a70")
    titles = {choice.value: choice.label for choice in found["sectionTitles"].choices}
    assert titles == {**dict.fromkeys(SECTIONS, ""), "work": "Career"}


def test_what_a_template_does_not_take_can_be_taken_back() -> None:
    found = controls_of(Takes().options_schema(), {"density": "compact", "photo": ""}, asked={}, locales=[])

    assert [(control.name, control.value) for control in found if not control.taken] == [("density", "compact")]


def test_forms_that_differ_in_their_values_only_are_equal_when_emptied() -> None:
    one, other = controls(), controls({"density": "compact", "sectionTitles.work": "Career", "locale": "ar"})

    assert one != other
    assert [control.emptied() for control in one.values()] == [control.emptied() for control in other.values()]


def test_options_come_back_from_their_form() -> None:
    assert options_of_form(form_of_options(ALL)) == ALL
    assert validate_options(options_of_form(form_of_options(ALL))) == Options.model_validate(ALL)


@pytest.mark.parametrize("form", [{}, {"locale": " ", "density": "", "sectionTitles.work": ""}, {"cv": "a.json"}])
def test_an_empty_form_asks_for_nothing(form: dict[str, str]) -> None:
    assert options_of_form(form) == {}


def test_a_value_that_does_not_fit_is_left_to_the_validation() -> None:
    assert options_of_form({"photo": "maybe", "sectionOrder": "work,, foo"}) == {
        "photo": "maybe",
        "sectionOrder": ["work", "foo"],
    }
