"""The page to try the service with, in a browser, over the real application."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from cv.options import SECTIONS
from tests.browser.site import Site


def choose(page: Page, template: str) -> None:
    page.get_by_role("radio", name=template).check()


def export(page: Page) -> None:
    page.get_by_role("button", name="Export PDF").click()


def exported(page: Page, site: Site) -> dict[str, object]:
    """Press the button; the spec of the job that comes of it."""
    export(page)
    page.wait_for_selector("#step-made.now")
    return site.spec()


def test_the_form_offers_what_the_template_takes(page: Page) -> None:
    choose(page, "Classic")
    assert page.locator("#options label").all_text_contents() == [
        "Language",
        "Paper",
        "Pages at most",
        "Last page",
        "Text format",
    ]
    assert page.get_by_label("Paper").locator("option").all_inner_texts() == ["A4: 210 × 297 mm"]
    choose(page, "Modern")
    expect(page.locator("#option-locale option[value=de]")).to_have_text("German, Deutsch")
    labels = page.locator("#options label:not(.check)").all_text_contents()
    first, folded = labels[:6], labels[6:]
    assert first == ["Language", "Paper", "Colour", "Typeface", "Density", "Photo"]
    assert folded == ["Pages at most", "Last page", "Text format"]
    expect(page.get_by_label("Pages at most")).to_be_hidden()
    assert page.get_by_label("Typeface").locator("option").all_inner_texts() == ["Lato", "Noto Sans"]
    page.get_by_text("Sections: order and titles").click()
    assert page.locator(".sections li").count() == len(SECTIONS)


def test_a_template_is_chosen_by_its_picture(page: Page) -> None:
    expect(page.locator(".template .picture")).to_have_count(2)
    assert page.evaluate("document.querySelector('.template img').naturalWidth") == 320
    expect(page.locator(".template .blank")).to_have_text("C")  # has no picture
    page.locator(".template").last.click()
    expect(page.get_by_role("radio", name="Modern")).to_be_checked()
    expect(page.locator("#templateNote")).to_have_text("Two columns.")


def test_an_untouched_form_sends_no_options(page: Page, site: Site) -> None:
    choose(page, "Modern")
    spec = exported(page, site)
    assert (spec["templateId"], spec["fileName"]) == ("modern", "Maya Lindqvist_CV")
    assert "options" not in spec


def test_every_option_reaches_the_job(page: Page, site: Site) -> None:
    choose(page, "Modern")
    page.locator("#option-locale").select_option("pt-BR")
    page.get_by_label("Paper").select_option("Letter")
    page.get_by_label("Pick the colour").fill("#aa2200")
    page.get_by_label("Typeface").select_option("Noto Sans")
    page.get_by_label("Density").select_option("compact")
    page.locator("#option-photo").uncheck()
    page.get_by_text("Pages, sizes and texts").click()
    page.get_by_label("Last page").select_option("none")
    page.get_by_label("Pages at most").fill("2")
    page.get_by_text("Sections: order and titles").click()
    page.get_by_label("Title of Work").fill("Career")
    page.get_by_role("button", name="Move Education up").click()
    expect(page.get_by_text("Education is now number 1 of 12.")).to_be_visible()
    choose(page, "Classic")
    choose(page, "Modern")  # what was chosen is still there
    options = exported(page, site)["options"]
    assert isinstance(options, dict)
    assert options.pop("sectionOrder")[:3] == ["education", "work", "projects"]
    assert options == {
        "locale": "pt-BR",
        "pageFormat": "Letter",
        "accentColor": "#aa2200",
        "fontFamily": "Noto Sans",
        "density": "compact",
        "photo": False,
        "fit": "none",
        "maxPages": 2,
        "sectionTitles": {"work": "Career"},
    }


def test_what_does_not_fit_is_told_at_its_field(page: Page, site: Site) -> None:
    choose(page, "Modern")
    colour = page.get_by_role("textbox", name="Colour", exact=True)
    colour.fill("red")
    page.locator("#cv").fill(
        '{"basics": {"name": "A", "x": "\\"}"},\n"customSections": [null, {"title": " ", "summary": "x"}]}'
    )
    export(page)
    expect(page.get_by_role("alert")).to_have_text("2 fields are not valid; the form shows the reasons.")
    expect(colour).to_have_attribute("aria-invalid", "true")
    expect(colour).to_be_focused()
    expect(page.get_by_text("Colour must be a colour such as #0b5a70")).to_be_visible()
    page.get_by_role("button", name="cvData.customSections[1].title").click()
    selected = page.evaluate(
        "(cv => cv.value.slice(cv.selectionStart, cv.selectionEnd))(document.getElementById('cv'))"
    )
    assert selected == '" "'
    assert site.service.kube.objects == {}

    colour.fill("#AA2200")
    page.get_by_role("button", name="Sample CV").click()
    assert exported(page, site)["options"] == {"accentColor": "#aa2200"}
    expect(page.locator(".error:visible, #cvProblems:visible, #problem:visible")).to_have_count(0)


def test_text_that_is_no_json_is_not_sent(page: Page, site: Site) -> None:
    page.locator("#cv").fill('{"basics": ')
    export(page)
    expect(page.get_by_text("This is not JSON:")).to_be_visible()
    assert not [path for method, path in site.service.kube.requests if method == "POST"]


def test_text_with_a_field_twice_is_not_sent_without_one_of_them(page: Page, site: Site) -> None:
    page.locator("#cv").fill('{"basics": {"name": "A"}, "work": [{}, {"name": "{\\"", "summary": "x", "name" : "B"}]}')
    export(page)
    expect(page.get_by_text("The field work[1].name is there twice: write both into one.")).to_be_visible()
    assert not [path for method, path in site.service.kube.requests if method == "POST"]
    page.locator("#cv").fill('{"basics": {"name": "name"}, "work": [{"name": "work", "summary": "\\"name\\": 1"}]}')
    data = {"basics": {"name": "name"}, "work": [{"name": "work", "summary": '"name": 1'}]}
    assert exported(page, site)["cvData"] == data


@pytest.mark.parametrize("shared", [True, False])
def test_the_pdf_can_be_had_and_is_shown_where_the_bucket_lets_it(page: Page, site: Site, shared: bool) -> None:
    site.bucket.shared = shared
    exported(page, site)
    link = page.get_by_role("link", name="Download Maya Lindqvist_CV.pdf")
    if shared:
        site.end(phase="Done", fileUrl=site.pdf_url)
        expect(page.locator("#preview iframe")).to_have_attribute("src", re.compile("^blob:"))
    else:
        with page.expect_event("requestfailed", lambda r: r.url == site.pdf_url):
            site.end(phase="Done", fileUrl=site.pdf_url)
        expect(page.locator("#preview")).to_be_hidden()
    expect(link).to_have_attribute("href", site.pdf_url)


def test_a_job_that_fails_says_why(page: Page, site: Site) -> None:
    exported(page, site)
    site.end(phase="Error", error={"code": "Timeout", "message": "Playwright timeout: rendering exceeded 60s"})
    expect(page.get_by_role("alert")).to_have_text(
        "Playwright timeout: rendering exceeded 60s. Try again; if it ends the same way, shorten the CV.",
        timeout=10_000,
    )
    expect(page.get_by_role("button", name="Export PDF")).to_be_enabled()


def test_a_job_can_be_cancelled(page: Page, site: Site) -> None:
    exported(page, site)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()
    assert site.service.kube.objects == {}


NAMELESS = """() => [...document.querySelectorAll("input, select, textarea, button, a, iframe")].filter((control) =>
  !((control.labels && control.labels.length) || control.getAttribute("aria-label") || control.title
    || control.textContent.trim())).map((control) => control.outerHTML)"""


def test_every_control_has_a_name(page: Page) -> None:
    choose(page, "Modern")
    assert page.evaluate(NAMELESS) == []


def test_the_page_is_used_by_keyboard(page: Page, site: Site) -> None:
    page.get_by_role("radio", name="Classic").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Modern")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator("#option-locale")).to_be_focused()
    entry = page.locator("[data-entry='skills[0]'] > summary")
    page.locator("#cvForm .section > summary", has_text="Skills").press("Enter")
    entry.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-path='skills[0].name']")).to_be_focused()
    page.get_by_label("File name").press("Enter")
    assert site.spec()["templateId"] == "modern"


@pytest.mark.parametrize("width", [320, 768, 1600])
def test_nothing_sticks_out_on_any_screen(browser: Browser, site: Site, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(site.url)
    choose(page, "Modern")
    page.get_by_text("Sections: order and titles").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


_TOKEN = "token-of-the-page-0123456789"


@pytest.mark.parametrize("site", [_TOKEN], indirect=True)
def test_a_service_that_asks_for_tokens_gets_one_from_the_form(page: Page, site: Site) -> None:
    expect(page.get_by_label("Access token")).to_be_hidden()
    export(page)
    expect(page.get_by_label("Access token")).to_be_focused()
    expect(page.locator("#error-token")).to_contain_text("The request has no token")
    page.get_by_label("Access token").fill("token-of-somebody-else-01234")
    export(page)
    expect(page.locator("#error-token")).to_contain_text("not among the tokens of this service")
    page.get_by_label("Access token").fill(_TOKEN)
    exported(page, site)
    expect(page.locator("#error-token")).to_be_hidden()
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.get_by_role("link", name="Download Maya Lindqvist_CV.pdf")).to_be_visible(timeout=10_000)
    assert _TOKEN not in page.locator("#exchange").inner_text()


def test_a_service_that_asks_for_no_token_does_not_mention_one(page: Page, site: Site) -> None:
    exported(page, site)
    expect(page.get_by_label("Access token")).to_be_hidden()


def test_a_change_after_an_export_is_noted_beside_its_pdf(page: Page, site: Site) -> None:
    exported(page, site)
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.locator("#status")).to_have_text("The PDF is ready.", timeout=10_000)
    choose(page, "Modern")
    expect(page.locator("#status")).to_contain_text("has changed since this export")
    expect(page.get_by_role("link", name="Download Maya Lindqvist_CV.pdf")).to_be_visible()


def test_on_a_phone_the_button_is_always_in_reach(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Export PDF")).to_be_in_viewport(ratio=1)
    export(page)
    expect(page.locator("#progress")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Export PDF")).to_be_in_viewport(ratio=1)
