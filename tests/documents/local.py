"""Makes the documents without a cluster: the renderer's own code, on the Chromium of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from crds.errors import JobError
from crds.warnings import as_status
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage
from tests.documents.samples import TEMPLATES, Case, Made


def chromium() -> Path | None:
    """The headless Chromium of this machine: $PDFEXPORT_CHROMIUM or the one that is installed."""
    named = os.environ.get("PDFEXPORT_CHROMIUM")
    installed = named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return Path(installed) if installed else None


def make(cases: Sequence[Case]) -> dict[Case, Made]:
    """All documents, one after the other."""
    return asyncio.run(_make(cases))


async def _make(cases: Sequence[Case]) -> dict[Case, Made]:
    executable = chromium()
    if executable is None:
        raise FileNotFoundError("no Chromium is installed (chromium-headless-shell, or PDFEXPORT_CHROMIUM)")
    printer = Printer(executable)
    await printer.start()
    try:
        documents = Documents(Templates([TEMPLATES], coverage=Coverage.of_system()), printer)
        return {case: await _one(documents, case) for case in cases}
    finally:
        await printer.stop()


async def _one(documents: Documents, case: Case) -> Made:
    try:
        first = await documents.render(case.spec)
        second = await documents.render(case.spec)
    except JobError as e:
        return Made(error=f"{e.code}: {e}")
    warnings = tuple((one["code"], one["field"]) for one in as_status(first.warnings))
    return Made(first.document.pdf, (first.document.sha256, second.document.sha256), warnings)
