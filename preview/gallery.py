"""Pictures of all templates, each with its own sample: every page, a sample.png and a small picture.webp each, and one
sheet with all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cv.templates import PICTURE_FILE, read_metadata, template_folders
from preview import contact_sheet, fonts, pictures
from preview.cvs import read_cv
from preview.paths import TEMPLATES, find_chromium, shown
from preview.problems import problem_of
from preview.render import coverage_here, spec_of
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.fill import Templates
from renderer.pdf.finish import Document
from runtime.text import counted

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger("preview")

SAMPLE = "sample.png"
CONTACT_SHEET = "contact-sheet.png"
SAMPLE_WIDTH = 595
"""Pixels: A4 at 72 dots an inch, one a point."""
PICTURE_WIDTH = 320
"""Pixels: twice the width that the page at / shows it at."""

# Drawn larger and brought down, letters keep their shapes.
_FINE = 3.0
_FULL = 2.0
_PAPER = "A4"


async def write(out: Path | None, *, samples: bool, options: Mapping[str, Any]) -> int:
    """Write DIR/<id>/page-1.png …, DIR/<id>/sample.png, DIR/<id>/picture.webp and DIR/contact-sheet.png below the
    folder `out`; with `samples` all but the pages also below templates/. 1 when a template is broken, else 0.

    Raises NoPdfium, NotFound and BrowserStuck before anything is written.
    """
    if not pictures.available():
        raise pictures.NoPdfium
    printer = Printer(find_chromium())
    installed = await asyncio.to_thread(fonts.installed_families)
    coverage = await asyncio.to_thread(coverage_here)
    templates = await asyncio.to_thread(lambda: Templates([TEMPLATES], coverage=coverage))
    documents = Documents(templates, printer)
    broken = 0
    entries: list[contact_sheet.Entry] = []
    try:
        await printer.start()
        for template_id, folder in template_folders([TEMPLATES]).items():
            try:
                takes = templates.takes(template_id)
                asked = {"pageFormat": _PAPER if _PAPER in takes.pageFormat else takes.pageFormat[0], **options}
                rendered = await documents.render(spec_of(template_id, read_cv(folder / "sample.json"), asked))
            except Exception as e:
                broken += 1
                log.error("%s: %s", template_id, problem_of(e, TEMPLATES))
                continue
            _warn_of_fonts(template_id, takes.fontFamily[:1], installed)
            for warning in rendered.warnings:
                log.warning("%s: %s %s", template_id, warning.field, warning.message)
            metadata = read_metadata(folder)
            targets = [*([out / template_id] if out else []), *([folder] if samples else [])]
            first = await asyncio.to_thread(_write_template, rendered.document, out and out / template_id, targets)
            entries.append(contact_sheet.Entry(first, metadata.name, metadata.description))
            log.info("%s: %s", template_id, counted(rendered.document.pages, "page"))
    finally:
        await printer.stop()
    if entries:
        folders = [folder for folder in (out, TEMPLATES if samples else None) if folder]
        await asyncio.to_thread(_write_sheet, entries, folders)
    return 1 if broken else 0


def _write_template(document: Document, pages: Path | None, samples: list[Path]) -> Image:
    """Write every page into the folder `pages`, the sample and the picture into those of `samples`; returns the first
    page."""
    if pages:
        pages.mkdir(parents=True, exist_ok=True)
        for old in pages.glob("page-*.png"):
            old.unlink()
        for number in range(document.pages):
            image = pictures.page_image(document.pdf, number, scale=_FULL)
            (pages / f"page-{number + 1}.png").write_bytes(pictures.png(image))
    first = pictures.page_image(document.pdf, 0, scale=_FINE)
    small = pictures.png(pictures.narrowed(first, SAMPLE_WIDTH), small=True)
    picture = pictures.webp(pictures.narrowed(first, PICTURE_WIDTH))
    for folder in samples:
        (folder / SAMPLE).write_bytes(small)
        (folder / PICTURE_FILE).write_bytes(picture)
    return first


def _write_sheet(entries: list[contact_sheet.Entry], folders: list[Path]) -> None:
    sheet = pictures.png(contact_sheet.draw(entries), small=True)
    for folder in folders:
        (folder / CONTACT_SHEET).write_bytes(sheet)
        log.info("%s: %.0f kB", shown((folder / CONTACT_SHEET).resolve()), len(sheet) / 1000)


def _warn_of_fonts(template_id: str, needed: list[str], installed: frozenset[str] | None) -> None:
    for family in fonts.missing(needed, installed):
        log.warning("%s: %s is not installed; the pictures show another typeface", template_id, family)
