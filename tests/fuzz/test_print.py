"""Random CVs through the whole renderer, on a real Chromium (--print: how many)."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Route

from crds.errors import ErrorCode, JobError
from local import chromium
from preview.render import coverage_here
from renderer.chromium import browser
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.fill import Templates
from tests.documents.facts import read_facts
from tests.documents.samples import TEMPLATES
from tests.fuzz.strategies import MARKER, cvs, options
from tests.loopback import LoopbackServer


class Bait(LoopbackServer):
    """A server that every hostile text points to; `requests` is what reached it, or was refused on the way."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append(request.path)
        request.send_error(404)


@pytest.fixture
def bait(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bait]:
    """The server, told of requests that the browser's own hook refuses too."""
    bait = Bait()

    async def refuse(route: Route) -> None:
        bait.requests.append(route.request.url)
        await route.abort("blockedbyclient")

    monkeypatch.setattr(browser, "_refuse", refuse)
    yield bait
    bait.close()


def test_a_cv_is_printed_or_refused_and_requests_nothing(bait: Bait, print_settings: settings) -> None:
    executable = chromium.find()
    if executable is None:
        pytest.skip("no Chromium is installed: chromium-headless-shell, or PDFEXPORT_CHROMIUM")
    printer = Printer(executable)
    templates = Templates([TEMPLATES], coverage=coverage_here())
    documents = Documents(templates, printer)
    came: Counter[str] = Counter()

    with asyncio.Runner() as runner:
        runner.run(printer.start())

        @print_settings
        @given(st.data())
        def check(data: st.DataObject) -> None:
            template = data.draw(st.sampled_from(templates.ids), label="template")
            chosen = data.draw(options(templates.takes(template), bait.url), label="options")
            cv = data.draw(cvs(bait.url), label="cv")
            spec = {"templateId": template, "cvData": cv, "options": chosen}
            try:
                rendered = runner.run(documents.render(spec))
            except JobError as e:
                assert_names_field(e)
                came["refused"] += 1
            else:
                assert_sound(rendered.document.pdf, rendered.document.pages)
                came[template] += 1
            assert bait.requests == []

        try:
            check()
        finally:
            runner.run(printer.stop())
    print(dict(came))
    assert came.total() > came["refused"], "nothing was printed"


def test_the_bait_is_taken_where_nothing_refuses(bait: Bait) -> None:
    """The test above would notice: the same hook sees what a document without our template's policy asks for."""
    executable = chromium.find()
    if executable is None:
        pytest.skip("no Chromium is installed: chromium-headless-shell, or PDFEXPORT_CHROMIUM")

    async def leak() -> None:
        printer = Printer(executable)
        await printer.start()
        await printer.print(f'<img src="{bait.url}/img">')
        await printer.stop()

    asyncio.run(leak())
    assert bait.requests == [f"{bait.url}/img"]


def assert_names_field(error: JobError) -> None:
    """It is the data's fault, says which field's, and quotes nothing."""
    assert error.code is ErrorCode.INVALID_DATA, error
    assert error.message.startswith(("cvData", "options")), error
    assert MARKER not in error.message


def assert_sound(pdf: bytes, pages: int) -> None:
    """Two readers open it and see its pages; its links are safe and its fonts inside."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == pages > 0
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
    facts = read_facts(pdf)
    assert all(link.lower().startswith(("http://", "https://", "mailto:", "tel:")) for link in facts.links), facts.links
    assert facts.fonts_not_embedded == ()
    assert facts.title
