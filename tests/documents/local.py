"""Makes the documents without a cluster: the renderer's own code, on the Chromium of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from crds.errors import JobError
from crds.warnings import as_status
from local import chromium
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage
from tests.documents.samples import TEMPLATES, Case, Made


class Recorder(Printer):
    """Keeps the page that it printed last."""

    html = ""

    async def print(self, html: str) -> bytes:
        self.html = html
        return await super().print(html)


@dataclass(frozen=True, slots=True)
class Renderer:
    """The project's templates on a Chromium that runs."""

    templates: Templates
    documents: Documents
    printer: Recorder


@asynccontextmanager
async def renderer() -> AsyncIterator[Renderer]:
    """A renderer on this machine's Chromium for as long as the context is open. Failed without one."""
    printer = Recorder(chromium.require())
    await printer.start()
    try:
        templates = Templates([TEMPLATES], coverage=Coverage.of_system())
        yield Renderer(templates, Documents(templates, printer), printer)
    finally:
        await printer.stop()


def make(cases: Sequence[Case]) -> dict[Case, Made]:
    """All documents, one after the other."""
    return asyncio.run(_make(cases))


async def _make(cases: Sequence[Case]) -> dict[Case, Made]:
    async with renderer() as opened:
        return {case: await _one(opened.documents, case) for case in cases}


async def _one(documents: Documents, case: Case) -> Made:
    try:
        first = await documents.render(case.spec)
        second = await documents.render(case.spec)
    except JobError as e:
        return Made(error=f"{e.code}: {e}")
    warnings = tuple((one["code"], one["field"]) for one in as_status(first.warnings))
    return Made(first.document.pdf, (first.document.sha256, second.document.sha256), warnings)
