"""The live preview: an export after each change, of which the last is shown and none stays behind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.test_cv_form import field


def name_of(site: Site) -> str:
    return str(site.spec()["cvData"]["basics"]["name"])


def finish(page: Page, site: Site) -> None:
    """The renderer writes the PDF; the page shows it, and deletes the job."""
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.locator("#previewNote")).to_be_empty()
    expect(page.locator("#preview iframe")).to_have_count(1)
    site.wait_until(lambda: not site.service.kube.objects)


def test_the_pdf_follows_what_is_typed(live_page: Page, site: Site) -> None:
    assert name_of(site) == "Maya Lindqvist"
    finish(live_page, site)
    expect(live_page.locator("#preview iframe")).to_have_attribute("src", re.compile("^blob:"))
    first = live_page.locator("#preview iframe").get_attribute("src")
    field(live_page, "basics.name").press("End")
    field(live_page, "basics.name").press_sequentially(" the Second")
    site.wait_until(lambda: bool(site.service.kube.objects))
    assert name_of(site) == "Maya Lindqvist the Second"
    assert site.posts() == 2, "each key press made a job"
    finish(live_page, site)
    assert live_page.locator("#preview iframe").get_attribute("src") != first
    expect(field(live_page, "basics.name")).to_be_focused()


def test_a_change_cancels_the_export_before_it(live_page: Page, site: Site) -> None:
    site.spec()
    (first,) = site.service.kube.objects
    field(live_page, "basics.name").fill("Ada Lovelace")
    site.wait_until(lambda: bool(site.service.kube.objects) and first not in site.service.kube.objects)
    assert name_of(site) == "Ada Lovelace"
    finish(live_page, site)


def test_a_template_and_an_option_change_it_too(live_page: Page, site: Site) -> None:
    site.spec()
    finish(live_page, site)
    live_page.get_by_role("radio", name="Modern").check()
    assert site.spec()["templateId"] == "modern"
    finish(live_page, site)
    live_page.locator("#option-density").select_option("compact")
    assert site.spec()["options"] == {"density": "compact"}
    finish(live_page, site)


def test_a_page_that_is_left_leaves_no_job(live_page: Page, site: Site) -> None:
    site.spec()
    # Not wait_for_function: it polls with eval, which the page's Content-Security-Policy refuses.
    site.wait_until(lambda: bool(live_page.evaluate("running.jobId")))
    live_page.goto("about:blank")
    site.wait_until(lambda: not site.service.kube.objects)


def test_what_does_not_fit_is_told_without_taking_the_focus(live_page: Page, site: Site) -> None:
    site.spec()
    finish(live_page, site)
    field(live_page, "basics.name").fill("x" * 10_000)
    expect(live_page.locator("#previewNote")).to_have_text("1 field is not valid; the form shows the reason.")
    expect(field(live_page, "basics.name")).to_have_attribute("aria-invalid", "true")
    expect(field(live_page, "basics.name")).to_be_focused()
    field(live_page, "basics.name").fill("Ada Lovelace")
    site.spec()
    expect(live_page.locator("[aria-invalid]:visible")).to_have_count(0)


def test_it_is_switched_off_and_stays_so(live_page: Page, site: Site) -> None:
    site.spec()
    live_page.get_by_role("switch", name="Live preview").uncheck()
    site.wait_until(lambda: not site.service.kube.objects)
    live_page.reload()
    expect(live_page.get_by_role("switch", name="Live preview")).not_to_be_checked()
    field(live_page, "basics.name").fill("Ada Lovelace")
    live_page.get_by_role("button", name="Export PDF").click()
    site.spec()
    assert site.posts() == 2, "only the first preview and the export"


def test_a_bucket_that_lets_no_page_read_it_ends_the_preview(live_page: Page, site: Site) -> None:
    site.bucket.shared = False
    site.spec()
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(live_page.locator("#previewNote")).to_contain_text("The storage does not let this page read PDFs")
    expect(live_page.get_by_role("switch", name="Live preview")).not_to_be_checked()


@pytest.mark.parametrize("site", ["token-of-the-page-0123456789"], indirect=True)
def test_a_service_with_tokens_has_a_preview_once_there_is_one(live_page: Page, site: Site) -> None:
    expect(live_page.locator("#previewNote")).to_contain_text("enter one to see a preview")
    live_page.get_by_label("Access token").fill("token-of-the-page-0123456789")
    site.spec()
    finish(live_page, site)


def test_it_names_what_is_not_as_in_the_cv(live_page: Page, site: Site) -> None:
    warnings = [
        {"code": "PhotoIgnored", "field": "cvData.basics.name", "message": "was replaced"},
        {"code": "LocaleUnknown", "field": "options.locale", "message": "English is used instead"},
    ]
    site.spec()
    site.end(phase="Done", fileUrl=site.pdf_url, warnings=warnings, pages=2, sizeBytes=84_210)
    expect(live_page.locator("#facts")).to_have_text("2 pages, 84 kB")
    expect(live_page.locator("#warnings li")).to_have_text(
        ["cvData.basics.name was replaced", "options.locale English is used instead"]
    )
    live_page.get_by_role("radio", name="Form").check()
    live_page.get_by_role("button", name="cvData.basics.name").click()
    expect(field(live_page, "basics.name")).to_be_focused()
    live_page.get_by_role("button", name="options.locale").click()
    expect(live_page.locator("#option-locale")).to_be_focused()
