"""The code that the page shows for its request does what the page does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site

ROOT = Path(__file__).parents[2]
COMMANDS = {"curl": ["bash", "-c"], "Python": [sys.executable, "-c"]}
NAME = 'O\'Neill """ \\ $HOME `x` ünï'


def code(page: Page, language: str) -> str:
    page.get_by_text("For developers").click()
    page.get_by_role("radio", name=language).check()
    return page.get_by_role("region", name="The request as code").inner_text()


@pytest.mark.parametrize("language", COMMANDS)
def test_the_code_makes_the_same_export(page: Page, site: Site, language: str) -> None:
    page.get_by_role("radio", name="Modern").check()
    page.locator("#option-photo").uncheck()
    page.locator("[data-path='basics.name']").fill(NAME)
    text = code(page, language)

    environment = {**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python")}
    with subprocess.Popen([*COMMANDS[language], text], env=environment, stdout=subprocess.PIPE, text=True) as program:
        spec = site.spec()
        site.end(phase="Done", fileUrl=site.pdf_url)
        output, _ = program.communicate(timeout=30)

    assert (spec["cvData"]["basics"]["name"], spec["options"]) == (NAME, {"photo": False})
    assert site.pdf_url in output


def test_the_code_follows_the_page_and_holds_no_token(page: Page) -> None:
    page.evaluate("document.getElementById('token').value = 'secret-token'")
    text = code(page, "TypeScript")
    assert 'import { createClient } from "pdf-export-client";' in text
    assert "process.env.PDF_EXPORT_TOKEN" in text
    assert "secret-token" not in text
    page.locator("[data-path='basics.name']").fill("Ada Lovelace")
    expect(page.locator("#code")).to_contain_text('"name": "Ada Lovelace"')


def test_the_code_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = code(page, "curl")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").strip() == text.strip()


def test_the_requests_of_an_export_are_listed(page: Page, site: Site) -> None:
    page.get_by_text("For developers").click()
    page.get_by_role("button", name="Export PDF").click()
    site.spec()
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.locator("#exchange li")).to_have_count(2)
    expect(page.locator("#exchange li").first).to_contain_text("POST /api/export-pdf/job → 202")


def test_the_page_works_below_a_path_of_a_proxy(browser: Browser, site: Site) -> None:
    below = f"{site.url}/tools/pdf"
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("localStorage.setItem('pdf-export.live', 'off')")
        page.route(f"{below}/**", lambda route: route.continue_(url=route.request.url.replace(below, site.url)))
        page.goto(f"{below}/")
        page.get_by_role("radio", name="Modern").check()
        page.get_by_role("button", name="Export").click()

        assert site.spec()["templateId"] == "modern"
        assert f"curl -s '{below}/api/export-pdf/job'" in code(page, "curl")
        link = page.get_by_role("link", name="Templates").evaluate("link => link.href")
        assert link == f"{below}/api/export-pdf/templates"
        site.end(phase="Done", fileUrl=site.pdf_url)


def test_the_links_lead_somewhere(page: Page, site: Site) -> None:
    page.get_by_text("For developers").click()
    links = page.get_by_role("navigation", name="For programs").get_by_role("link")
    expect(links).to_have_text(["OpenAPI", "Templates"])
    for link in links.all():
        assert page.request.get(f"{site.url}/{link.get_attribute('href')}").ok
