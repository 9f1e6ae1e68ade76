"""The CV on the page as a form and as JSON: each follows the other, and nothing that the form does not have is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from api.openapi.cv_schema import cv_schema
from tests.browser.site import Site

LABELS = Path(__file__).parents[2] / "templates" / "_shared" / "labels.json"
CV: dict[str, Any] = {
    "basics": {"name": "Ada Lovelace", "x-own": {"kept": [1, 2.5, None]}},
    "work": [{"name": "Analytical Engines", "position": "Programmer", "x-team": 3}, {"name": "Difference Engines"}],
    "skills": [{"name": "Mathematics", "keywords": ["Bernoulli", "series, infinite"]}],
    "x-section": [[]],
}


def write(page: Page, cv: Any) -> None:
    page.locator("#cv").fill(cv if isinstance(cv, str) else json.dumps(cv))


def cv_of(page: Page) -> Any:
    return json.loads(page.locator("#cv").input_value())


def field(page: Page, path: str) -> Locator:
    return page.locator(f"[data-path='{path}']")


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('#cvForm details').forEach((box) => { box.open = true; })")


@pytest.fixture
def form(page: Page) -> Page:
    """The page with CV, and all of the form open."""
    write(page, CV)
    unfold(page)
    return page


def test_what_is_typed_into_the_form_goes_into_the_json(form: Page) -> None:
    field(form, "basics.name").fill("Ada King")
    field(form, "basics.location.city").fill("London")
    field(form, "work[0].highlights").fill("Wrote the first program.\n\nSaw what it was for.")
    field(form, "work[1].name").fill("")
    expected = json.loads(json.dumps(CV))
    expected["basics"] |= {"name": "Ada King", "location": {"city": "London"}}
    expected["work"][0]["highlights"] = ["Wrote the first program.", "Saw what it was for."]
    del expected["work"][1]["name"]
    assert cv_of(form) == expected


def test_what_is_typed_into_the_json_is_shown_by_the_form(form: Page) -> None:
    write(form, {"basics": {"name": "Grace Hopper"}, "work": [{"name": "Navy", "position": "Admiral"}]})
    expect(field(form, "basics.name")).to_have_value("Grace Hopper")
    expect(form.locator("[data-entry='work[0]'] > summary")).to_have_text("Admiral, Navy")
    expect(form.locator("[data-entry='work[0]']")).to_have_attribute("open", "")  # as it was before


def test_what_is_no_text_is_left_to_the_json(form: Page) -> None:
    keywords = field(form, "skills[0].keywords")  # a comma within a keyword would become two
    expect(keywords).to_be_disabled()
    write(form, {**CV, "basics": {"name": {"first": "Ada"}}, "education": {"not": "a list"}})
    expect(field(form, "basics.name")).to_be_disabled()
    expect(form.get_by_text("Not a list: edit it in the JSON.")).to_be_attached()


def test_entries_are_added_moved_and_removed(form: Page) -> None:
    work = form.locator("details.section", has_text="Work")
    work.get_by_role("button", name="Add a position").click()
    expect(field(form, "work[2].position")).to_be_focused()
    field(form, "work[2].position").fill("Countess")
    form.locator("[data-entry='work[2]']").get_by_role("button", name="Move up this position").click()
    expect(form.locator("[data-entry='work[1]'] > summary")).to_be_focused()
    expect(form.locator("[data-entry='work[1]'] > summary")).to_have_text("Countess")
    form.locator("[data-entry='work[2]']").get_by_role("button", name="Remove this position").click()
    assert cv_of(form) == {**CV, "work": [CV["work"][0], {"position": "Countess"}]}


def test_an_entry_of_a_section_that_is_not_there_yet(form: Page) -> None:
    form.get_by_role("button", name="Add an award").click()
    field(form, "awards[0].title").fill("Medal")
    assert cv_of(form) == {**CV, "awards": [{"title": "Medal"}]}


@pytest.mark.parametrize("text", ['{"basics": ', "[]", "null", "7"])
def test_the_form_waits_while_the_json_is_no_object(form: Page, text: str) -> None:
    write(form, text)
    expect(field(form, "basics.name")).to_be_disabled()
    expect(form.get_by_text("The form can be used again when the JSON is a valid object.")).to_be_visible()
    write(form, CV)
    expect(field(form, "basics.name")).to_be_enabled()


def test_the_view_is_chosen_and_kept(page: Page) -> None:
    page.get_by_role("radio", name="Form").check()
    expect(page.locator("#cv")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("radio", name="Form")).to_be_checked()
    page.get_by_role("radio", name="JSON").check()
    expect(page.locator("#cvForm")).to_be_hidden()
    expect(page.locator("#cv")).to_be_visible()


def test_a_field_that_is_not_valid_is_found_in_the_form(page: Page) -> None:
    write(page, {**CV, "work": [{"name": "Analytical Engines", "position": "x" * 10_000}]})
    page.get_by_role("radio", name="Form").check()
    page.get_by_role("button", name="Export PDF").click()
    position = field(page, "work[0].position")
    expect(position).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="cvData.work[0].position").click()
    expect(position).to_be_focused()


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_file_is_opened_or_dropped(page: Page, wrapped: bool) -> None:
    text = json.dumps({"templateId": "modern", "cvData": CV} if wrapped else CV)
    page.locator("#file").set_input_files({"name": "cv.json", "mimeType": "application/json", "buffer": text.encode()})
    expect(field(page, "basics.name")).to_have_value("Ada Lovelace")
    page.get_by_role("button", name="Sample CV").click()
    expect(field(page, "basics.name")).to_have_value("Maya Lindqvist")
    drop = """(text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "cv.json", { type: "application/json" }));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, text)
    expect(field(page, "basics.name")).to_have_value("Ada Lovelace")
    assert cv_of(page) == CV


def test_the_file_name_follows_the_cv(page: Page, site: Site) -> None:
    field(page, "basics.name").fill("Ada Lovelace")
    expect(page.get_by_label("File name")).to_have_attribute("placeholder", "Ada Lovelace_CV")
    page.get_by_role("button", name="Export PDF").click()
    assert site.spec()["fileName"] == "Ada Lovelace_CV"


def test_every_field_of_the_form_is_one_of_the_schema(page: Page) -> None:
    schema = cv_schema()

    def resolve(part: dict[str, Any]) -> dict[str, Any]:
        for choice in part.get("anyOf", [part]):
            if "$ref" in choice:
                found: dict[str, Any] = schema["$defs"][choice["$ref"].rpartition("/")[2]]
                return found
            if choice.get("type") != "null":
                return dict(choice)
        raise AssertionError(part)

    forms = page.evaluate(
        "Object.entries(FORM).map(([key, { one, fields }]) => [key, Boolean(one), Object.keys(fields)])"
    )
    for key, is_list, names in forms:
        place = schema["$defs"]["Resume"]
        for name in key.split("."):
            place = resolve(place["properties"][name])
        if is_list:
            place = resolve(place["items"])
        for name in names:
            inner = place
            for part in name.split("."):
                inner = resolve(inner["properties"][part])


def test_the_languages_are_those_that_templates_have_words_for(page: Page) -> None:
    assert page.evaluate("LANGUAGES") == list(json.loads(LABELS.read_text("utf-8")))


@pytest.mark.parametrize(
    "cv",
    [
        {"cv": {"name": "Ada Lovelace", "sections": {"summary": ["Writes programs."]}}},
        {"basics": {"name": "Ada Lovelace"}, "sections": {"summary": {"content": "<p>Writes programs.</p>"}}},
    ],
)
def test_a_cv_of_another_program_has_no_empty_form(page: Page, cv: dict[str, Any]) -> None:
    write(page, cv)
    page.get_by_role("radio", name="Form").check()
    expect(page.get_by_text("It is exported as it is")).to_be_visible()
    expect(page.locator("#cvForm")).to_be_hidden()
    page.get_by_role("button", name="Sample CV").click()
    expect(field(page, "basics.name")).to_have_value("Maya Lindqvist")
    expect(page.get_by_text("It is exported as it is")).to_be_hidden()
