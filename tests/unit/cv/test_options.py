"""Options: what they take, what a template adds to it, and that the resource says the same."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import yaml

from crds.job import CRD_FILE
from cv.options import SECTIONS, Options, OptionsInvalid, Takes, options_of, validate_options

TAKES = Takes(
    pageFormat=["Letter", "A4"],
    accentColor="#0B5A70",
    fontFamily=["Lato", "Noto Serif"],
    density=["spacious", "normal"],
    fontSize=True,
    lineHeight=True,
    margins=True,
    pageBreaks=True,
    photo=False,
    sectionOrder=["education", "work"],
    sectionTitles=True,
)
ALL: dict[str, Any] = {
    "locale": "pt-BR",
    "pageFormat": "A4",
    "accentColor": "#FF8800",
    "fontFamily": "Noto Serif",
    "density": "normal",
    "fontSize": 95,
    "lineHeight": 90,
    "margins": 80,
    "pageBreaks": {"work": "keepTogether", "publications": "newPage"},
    "photo": True,
    "sectionOrder": ["skills", "education"],
    "sectionTitles": {"work": "Career", "customSections": "More"},
    "textFormat": "markdown",
    "fit": "none",
    "maxPages": 2,
}


def spec_schema() -> dict[str, Any]:
    version = yaml.safe_load(CRD_FILE.read_text())["spec"]["versions"][0]
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    return schema


def of_model(name: str) -> dict[str, Any]:
    """The JSON Schema of an option that is given."""
    choices = Options.model_json_schema()["properties"][name]["anyOf"]
    (schema,) = (choice for choice in choices if choice.get("type") != "null")
    return dict(schema)


LIMITS = ("type", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength", "maxItems")


@pytest.mark.parametrize("name", list(Options.model_fields))
def test_the_resource_takes_what_the_model_takes(name: str) -> None:
    crd, model = spec_schema()["options"]["properties"][name], of_model(name)
    for limit in LIMITS:
        if limit in model:
            assert crd[limit] == model[limit], limit
    # What the resource limits beyond that, it limits for the cost of its rules: no value gets near it.
    assert {limit for limit in LIMITS if limit in crd and limit not in model} <= {"maxLength"}
    if name == "accentColor":
        assert crd["maxLength"] == len("#0b5a70")


def test_the_resource_has_the_models_options_and_no_other() -> None:
    properties = spec_schema()
    assert set(properties["options"]["properties"]) == set(Options.model_fields)
    for name in ("locale", "pageFormat"):
        alone, option = properties[name], properties["options"]["properties"][name]
        assert "default" not in alone, "a default would count where options has none"
        assert [alone.get(limit) for limit in LIMITS] == [option.get(limit) for limit in LIMITS]


def test_the_resource_knows_the_sections() -> None:
    options = spec_schema()["options"]["properties"]
    items, titles = options["sectionOrder"]["items"], options["sectionTitles"]["properties"]
    assert tuple(items["enum"]) == tuple(titles) == SECTIONS
    assert max(map(len, SECTIONS)) <= items["maxLength"]
    breaks = options["pageBreaks"]["properties"]
    assert tuple(breaks) == SECTIONS
    assert all(one["enum"] == of_model("pageBreaks")["additionalProperties"]["enum"] for one in breaks.values())
    model = of_model("sectionTitles")["additionalProperties"]
    for title in titles.values():
        assert (title["minLength"], title["maxLength"]) == (model["minLength"], model["maxLength"])


def test_every_option_is_taken_together() -> None:
    assert validate_options(ALL).model_dump() == ALL
    assert validate_options(None) == validate_options({}) == validate_options(dict.fromkeys(ALL)) == Options()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("locale", "English, please", "BCP 47"),
        ("locale", 5, "BCP 47"),
        ("pageFormat", "A3", "A4 or Letter"),
        ("accentColor", "red", "six hexadecimal digits"),
        ("accentColor", "#fff", "six hexadecimal digits"),
        ("accentColor", "#0b5a70;}", "six hexadecimal digits"),
        ("accentColor", "#0b5a70\n", "six hexadecimal digits"),
        ("fontFamily", 'Lato"; }', "font family"),
        ("fontFamily", ["Lato"], "font family"),
        ("density", "airy", "normal, compact, spacious"),
        ("fontSize", 79, "from 80 to 130"),
        ("fontSize", "95%", "from 80 to 130"),
        ("lineHeight", 131, "from 85 to 130"),
        ("margins", 59, "from 60 to 130"),
        ("margins", True, "from 60 to 130"),
        ("fit", "always", "auto or none"),
        ("maxPages", 0, "from 1 to 20"),
        ("maxPages", 1.5, "from 1 to 20"),
        ("pageBreaks", {"work": "always"}, "newPage or keepTogether"),
        ("pageBreaks", {"hobbies": "newPage"}, "newPage or keepTogether"),
        ("photo", "yes", "true or false"),
        ("photo", 1, "true or false"),
        ("sectionOrder", "work", "distinct sections of work"),
        ("sectionOrder", ["work", "hobbies"], "distinct sections of work"),
        ("sectionOrder", ["work", "work"], "distinct sections of work"),
        ("sectionTitles", {"hobbies": "Fun"}, "titles of 1 to 60"),
        ("sectionTitles", {"work": ""}, "titles of 1 to 60"),
        ("sectionTitles", {"work": " \u202e "}, "titles of 1 to 60"),
        ("sectionTitles", {"work": "x" * 61}, "titles of 1 to 60"),
        ("sectionTitles", ["Career"], "titles of 1 to 60"),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_does(name: str, value: object, words: str) -> None:
    with pytest.raises(OptionsInvalid) as caught:
        validate_options({**ALL, name: value})
    (detail,) = caught.value.details
    assert detail["field"] == f"options.{name}"
    assert words in detail["message"]


def test_an_unknown_name_is_told_by_those_that_there_are_and_not_repeated() -> None:
    with pytest.raises(OptionsInvalid) as caught:
        validate_options({"s3cret": 1})
    assert caught.value.details == [
        {"field": "options", "message": f"has a name that is none of {', '.join(Options.model_fields)}"}
    ]


@pytest.mark.parametrize("value", [[], "A4", 5, True])
def test_options_that_are_no_object(value: object) -> None:
    with pytest.raises(OptionsInvalid) as caught:
        validate_options(value)
    assert caught.value.details[0]["field"] == "options"


def test_a_template_fills_in_its_defaults() -> None:
    resolved = TAKES.resolve(Options())
    assert (resolved.locale, resolved.pageFormat, resolved.accentColor) == (None, "Letter", "#0b5a70")
    assert (resolved.fontFamily, resolved.density, resolved.photo) == ("Lato", "spacious", False)
    assert resolved.sectionOrder[:2] == ("education", "work")
    assert sorted(resolved.sectionOrder) == sorted(SECTIONS)
    assert resolved.sectionTitles == {}


def test_what_is_asked_for_comes_before_the_defaults() -> None:
    resolved = TAKES.resolve(validate_options(ALL))
    assert (resolved.locale, resolved.pageFormat, resolved.accentColor) == ("pt-BR", "A4", "#ff8800")
    assert (resolved.fontFamily, resolved.density, resolved.photo) == ("Noto Serif", "normal", True)
    assert resolved.sectionOrder[:3] == ("skills", "education", "work")
    assert len(set(resolved.sectionOrder)) == len(SECTIONS)
    assert resolved.sectionTitles == {"work": "Career", "customSections": "More"}


def test_what_a_template_does_not_take_is_refused_with_what_it_takes() -> None:
    with pytest.raises(OptionsInvalid) as caught:
        Takes(pageFormat=["A4"], density=["compact"]).resolve(validate_options({**ALL, "pageFormat": "Letter"}))
    found = {detail["field"].removeprefix("options."): detail["message"] for detail in caught.value.details}
    assert set(found) == set(ALL) - {"locale", "textFormat", "fit", "maxPages"}
    assert found["pageFormat"] == "must be A4 with this template"
    assert found["density"] == "must be compact with this template"
    taken = "is not taken by this template, which takes locale, textFormat, fit, maxPages, pageFormat and density"
    others = (
        "accentColor",
        "fontFamily",
        "fontSize",
        "lineHeight",
        "margins",
        "pageBreaks",
        "photo",
        "sectionOrder",
        "sectionTitles",
    )
    assert {found[name] for name in others} == {taken}


def test_the_resources_own_fields_count_where_options_has_none() -> None:
    plain = {"locale": "de", "pageFormat": "Letter"}
    assert options_of({}) == Options()
    assert options_of(plain) == Options(locale="de", pageFormat="Letter")
    assert options_of({**plain, "options": {"locale": "fr", "photo": True}}) == Options(
        locale="fr", pageFormat="Letter", photo=True
    )
    assert options_of({**plain, "options": {"locale": None}}).locale == "de"
    with pytest.raises(OptionsInvalid):
        options_of({**plain, "options": ["locale"]})


def test_the_published_schema_is_valid_and_takes_what_the_template_takes() -> None:
    schema = TAKES.options_schema()
    jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    validator = jsonschema_rs.Draft202012Validator(schema)
    defaults = {name: option["default"] for name, option in schema["properties"].items() if "default" in option}
    for good in ({}, ALL, defaults):
        assert validator.is_valid(good)
        TAKES.resolve(validate_options(good))
    for bad in (
        {"fontFamily": "Manrope"},
        {"density": "compact"},
        {"fontSize": 131},
        {"pageBreaks": {"work": "always"}},
        {"accentColor": "red"},
        {"later": 1},
        {"sectionOrder": ["work", "work"]},
        {"sectionTitles": {"work": " "}},
        {"sectionTitles": {"hobbies": "Fun"}},
    ):
        assert not validator.is_valid(bad), bad
        with pytest.raises(OptionsInvalid):
            TAKES.resolve(validate_options(bad))


def test_the_defaults_in_the_schema_are_those_that_are_used() -> None:
    resolved = TAKES.resolve(Options())
    for name, option in TAKES.options_schema()["properties"].items():
        if name == "sectionOrder":
            assert list(resolved.sectionOrder[:2]) == option["default"]
        elif name not in ("locale", "maxPages", "pageBreaks", "sectionTitles"):
            assert str(getattr(resolved, name)).lower() == str(option["default"]).lower()


def test_a_template_that_takes_nothing_of_its_own_takes_what_all_take_and_the_paper() -> None:
    assert set(Takes().options_schema()["properties"]) == {"locale", "textFormat", "fit", "maxPages", "pageFormat"}


@pytest.mark.parametrize("name", ["fontSize", "lineHeight", "margins", "maxPages"])
def test_a_number_without_a_fraction_is_whole(name: str) -> None:
    value = {"maxPages": 2.0}.get(name, 100.0)
    taken = validate_options({name: value}).model_dump()[name]
    assert (taken, type(taken)) == (int(value), int)
