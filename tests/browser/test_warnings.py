"""A reader of the page sees each warning that a CV can cause: the page of an installation that prints them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from cv.warnings import WarningCode
from preview.paths import TEMPLATES
from tests.local.serve import serve
from tests.warned import CAUSES, FONT_MISSING, MISSING_FAMILY, Warned

ALL = {**CAUSES, WarningCode.FONT_MISSING: FONT_MISSING}
PRINTED_MS = 60_000


def own_template(folder: Path) -> Path:
    """Modern with a typeface that no machine has."""
    template = folder / "own"
    shutil.copytree(TEMPLATES / "modern", template)
    file = template / "template.json"
    metadata = json.loads(file.read_text("utf-8"))
    metadata["name"] = "Own"
    metadata["options"]["fontFamily"].append(MISSING_FAMILY)
    file.write_text(json.dumps(metadata), encoding="utf-8")
    return template


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of an installation on this machine with a template of one's own."""
    templates = own_template(tmp_path_factory.mktemp("templates")).parent
    setting = f"PDFEXPORT_TEMPLATES_DIR={TEMPLATES}:{templates}"
    with serve(tmp_path_factory.mktemp("local"), "--set", setting) as served:
        yield served.url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """That page in a fresh tab, without live preview."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script("localStorage?.setItem('pdf-export.live', 'off')")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("radio", name="Own").check()
    yield page
    context.close()


def fill_in(page: Page, caused: Warned) -> None:
    """As a visitor does: the CV as JSON, the options in their form."""
    page.get_by_role("radio", name="JSON").check()
    page.get_by_label("JSON", exact=True).and_(page.locator("textarea")).fill(json.dumps(caused.cv))
    for name, value in caused.options.items():
        control = page.locator(f"#option-{name}")
        if name == "locale":
            control.select_option("other")
            page.get_by_label("Language tag (BCP 47)").fill(value)
        elif name == "fontFamily":
            control.select_option(value)
        else:
            control.fill(str(value))


def is_done(response: Response) -> bool:
    return "details=true" in response.url and response.ok and response.json()["status"] != "processing"


@pytest.mark.parametrize("code", WarningCode)
def test_the_page_shows_each_warning(page: Page, code: WarningCode) -> None:
    fill_in(page, ALL[code])

    with page.expect_response(is_done, timeout=PRINTED_MS) as found:
        page.get_by_role("button", name="Export PDF").click()

    answer: dict[str, Any] = found.value.json()
    assert (code, ALL[code].field) in [(warning["code"], warning["field"]) for warning in answer["warnings"]], answer
    expect(page.locator("#warnings li")).to_have_text(
        [f"{warning['field']} {warning['message']}" for warning in answer["warnings"]]
    )
    expect(page.locator("#warnings")).to_be_visible()
