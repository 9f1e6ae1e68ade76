"""The preview's server with a printer that makes empty pages: what it shows, and how it follows its files."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from preview import pictures
from preview.paths import TEMPLATES, find_cvs, find_workspace
from preview.render import Previews
from preview.server import Server, Setup
from preview.watch import Watcher
from renderer.chromium.browser import Printer
from tests.unit.preview_fakes import EmptyPages

ROOT = Path(__file__).parents[3]


@dataclass
class Running:
    """A preview of an own copy of modern, and the CV that it was given."""

    client: TestClient[Any, Any]
    template: Path
    cv: Path
    printer: EmptyPages

    async def view(self, **query: str) -> dict[str, Any]:
        response = await self.client.get("/view", params=query)
        assert response.status == 200
        view: dict[str, Any] = await response.json()
        return view


@pytest.fixture
async def preview(tmp_path: Path) -> AsyncIterator[Running]:
    template, cv = tmp_path / "own", tmp_path / "cv.json"
    shutil.copytree(TEMPLATES / "modern", template)
    cv.write_text('{"basics": {"name": "Sam"}}', encoding="utf-8")
    printer = EmptyPages()
    workspace = find_workspace(template)
    previews = Previews(workspace, cast(Printer, printer), None)
    watcher = Watcher(lambda: [*workspace.sources(), cv], every=0.01)
    setup = Setup(
        workspace=workspace,
        cvs=lambda: find_cvs(workspace, cv),
        options={"density": "compact"},
        chromium=Path("/"),
        verapdf=None,
        port=None,
        default_port=0,
        open_browser=False,
    )
    server = Server(setup, previews, watcher, frozenset({"Lato"}))
    watching = asyncio.ensure_future(watcher.run())
    async with TestClient(TestServer(server.app())) as client:
        yield Running(client, template, cv, printer)
        server.stop()
    watching.cancel()
    previews.close()


def edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


async def test_the_given_cv_is_shown_with_the_given_options(preview: Running) -> None:
    view = await preview.view()

    assert view["problem"] == ""
    assert f"/documents/{view['sha256']}/1.png" in view["stage"]
    assert 'width="793" height="1123"' in view["stage"]
    assert "<h1>Sam</h1>" in preview.printer.printed[-1]
    assert 'class="compact' in preview.printer.printed[-1]
    assert "Fill" in view["report"]


async def test_an_address_says_what_is_shown(preview: Running) -> None:
    name = "tests/data/cv-two-pages.json"

    view = await preview.view(cv=name, accentColor="#c2185b")

    assert "Ingrid Halvorsen" in preview.printer.printed[-1]
    assert "#c2185b" in preview.printer.printed[-1]
    assert 'class="normal' in preview.printer.printed[-1]
    assert f'<option value="{name}" selected>' in view["form"]
    assert 'value="#c2185b"' in view["form"]
    assert view["shape"] == (await preview.view(cv=name))["shape"]


async def test_only_the_cvs_that_are_offered_are_read(preview: Running, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"basics": {"name": "Secret"}}', encoding="utf-8")

    await preview.view(cv=str(tmp_path / "secret.json"))

    assert "Secret" not in preview.printer.printed[-1]


async def test_a_template_that_breaks_is_told_and_recovers(preview: Running) -> None:
    good = await preview.view()
    file = preview.template / "template.html.j2"
    edit(file, lambda text: text.replace("cv.basics.name", "cv.basics.nane", 1))

    broken = await preview.view()

    assert broken["sha256"] is None
    assert broken["stage"].strip() == ""
    assert "template.html.j2" in broken["problem"]
    assert "nane" in broken["problem"]
    assert 'class="guilty"' in broken["problem"]
    edit(file, lambda text: text.replace("cv.basics.nane", "cv.basics.name", 1))
    assert await preview.view() | {"report": ""} == good | {"report": ""}


async def test_shared_files_of_an_own_template_are_the_project_s(preview: Running) -> None:
    edit(preview.template / "template.html.j2", lambda text: text.replace("_shared/macros", "_shared/nothing", 1))

    assert "_shared/nothing" in (await preview.view())["problem"]


async def test_options_that_a_template_no_longer_takes_can_be_taken_back(preview: Running) -> None:
    edit(preview.template / "template.json", lambda text: text.replace('"density"', '"unheard-of"'))
    assert "unheard-of" in (await preview.view())["problem"]
    preview.template.joinpath("template.json").write_text('{"name": "Own", "description": "Own."}', encoding="utf-8")

    view = await preview.view(density="compact")

    assert "is not taken by this template" in view["problem"]
    assert "not taken by this template" in view["form"]
    assert (await preview.view(density=""))["problem"] == ""


async def test_data_that_does_not_fit_is_told_by_field_and_recovers(preview: Running) -> None:
    preview.cv.write_text(
        json.dumps({"basics": {"name": "x" * 201}, "customSections": [{"summary": "x"}]}), encoding="utf-8"
    )
    problem = (await preview.view())["problem"]
    assert "cvData.basics.name" in problem
    assert "cvData.customSections[0].title" in problem

    preview.cv.write_text('{"basics": ', encoding="utf-8")
    assert f"{preview.cv}<b>:1</b>" in (await preview.view())["problem"]

    preview.cv.unlink()
    assert "there is no such file" in (await preview.view())["problem"]

    preview.cv.write_text('{"basics": {"name": "Sam"}}', encoding="utf-8")
    assert (await preview.view())["problem"] == ""


async def test_fonts_that_are_not_installed_are_told(preview: Running) -> None:
    report = (await preview.view())["report"]

    assert "<b>Manrope</b>" in report
    assert "<b>Lato</b>" not in report


async def test_pages_and_the_pdf_can_be_had(preview: Running) -> None:
    sha256 = (await preview.view())["sha256"]

    pdf = await preview.client.get(f"/documents/{sha256}.pdf")
    page = await preview.client.get(f"/documents/{sha256}/1.png")

    assert (await pdf.read()).startswith(b"%PDF-")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert (await page.read()).startswith(b"\x89PNG")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    for gone in (f"/documents/{sha256}/2.png", f"/documents/{sha256}/0.png", f"/documents/{'0' * 64}.pdf"):
        assert (await preview.client.get(gone)).status == 404


async def test_without_pdfium_the_pdf_itself_is_shown(preview: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "available", lambda: False)

    view = await preview.view()

    assert f'<iframe src="/documents/{view["sha256"]}.pdf"' in view["stage"]


async def test_without_verapdf_the_way_to_get_it_is_told(preview: Running) -> None:
    sha256 = (await preview.view())["sha256"]

    told = await (await preview.client.get(f"/conformance/{sha256}")).text()

    assert "mvn -q -f tests/verapdf package" in told
    assert "PDFEXPORT_VERAPDF" in told


async def test_a_page_hears_of_each_change(preview: Running) -> None:
    async with asyncio.timeout(10), preview.client.get("/events") as events:
        first = await events.content.readuntil(b"\n\n")
        edit(preview.template / "style.css", lambda text: text + "\nh1 { color: red }")
        second = await events.content.readuntil(b"\n\n")

    assert first.startswith(b"data: ")
    assert first != second


async def test_the_page_and_its_files_are_served(preview: Running) -> None:
    page = await preview.client.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<h1>own</h1>" in await page.text()
    for name, kind in {"page.js": "text/javascript", "page.css": "text/css"}.items():
        assert (await preview.client.get(f"/{name}")).content_type == kind
    assert (await preview.client.get("/page.html.j2")).status == 404


async def test_a_page_of_another_name_gets_nothing(preview: Running) -> None:
    for path in ("/", "/view", "/events"):
        response = await preview.client.get(path, headers={"Host": "evil.example:8421"})
        assert response.status == 403
    assert (await preview.client.get("/", headers={"Host": "localhost:1"})).status == 200


def test_the_command_says_what_it_cannot_find() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "preview", "templates/none", "--no-browser"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 2
    assert told.stderr == "preview: templates/none: there is no such folder\n"
