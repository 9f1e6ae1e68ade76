"""The page at / in Firefox: its script, its policy and its PDF viewer, and what axe-core finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.browser.firefox import FIREFOX, Firefox, open_firefox
from tests.browser.site import Site

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox on this machine: apt install firefox-esr")


@pytest.fixture
def firefox(site: Site, tmp_path: Path) -> Iterator[Firefox]:
    """The page, loaded; fails at the end when Firefox had an error to tell."""
    (tmp_path / "profile").mkdir()
    with open_firefox(tmp_path / "profile") as firefox:
        firefox.open(site.url)
        firefox.wait_for("document.querySelectorAll('input[name=template]').length === 2")
        yield firefox
        assert firefox.errors == []


def test_the_preview_and_the_json_follow_the_form(firefox: Firefox, site: Site) -> None:
    assert site.spec()["cvData"]["basics"]["name"] == "Maya Lindqvist"
    site.end(phase="Done", fileUrl=site.pdf_url)
    firefox.wait_for("document.querySelectorAll('#preview iframe').length === 1")
    site.wait_until(lambda: not site.service.kube.objects)
    typing = "name.value = 'Ada Lovelace', name.dispatchEvent(new InputEvent('input', { bubbles: true }))"
    firefox.evaluate(f"((name) => {{ {typing}; }})(document.querySelector('[data-path=\"basics.name\"]'))")
    assert json.loads(firefox.evaluate("document.getElementById('cv').value"))["basics"]["name"] == "Ada Lovelace"
    assert site.spec()["cvData"]["basics"]["name"] == "Ada Lovelace"
    site.end(phase="Done", fileUrl=site.pdf_url)
    firefox.wait_for("document.getElementById('previewNote').textContent === ''")


def test_a_cv_is_exported_and_listed(firefox: Firefox, site: Site) -> None:
    firefox.evaluate("document.getElementById('live').click()")
    site.wait_until(lambda: not site.service.kube.objects)
    firefox.evaluate("document.querySelector('input[value=modern]').click()")
    firefox.evaluate("document.getElementById('export').click()")
    assert site.spec()["templateId"] == "modern"
    site.end(phase="Done", fileUrl=site.pdf_url)
    firefox.wait_for("!document.getElementById('result').hidden")
    assert firefox.evaluate("document.getElementById('open').href") == site.pdf_url
    assert firefox.evaluate("document.querySelector('#exports li b').textContent") == "Maya Lindqvist_CV.pdf"


def test_axe_finds_nothing(firefox: Firefox) -> None:
    firefox.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    firefox.evaluate(f"(() => {{ {axe}\n }})()")
    assert firefox.evaluate("axe.run({ exclude: ['iframe'] }).then(({ violations }) => violations)") == []
