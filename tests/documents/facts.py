"""What a PDF says of itself, beside its pages: metadata, links, fonts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(frozen=True, slots=True)
class Facts:
    """Texts are "" where the PDF has none; `links` are the addresses, or what else a link does in brackets."""

    title: str
    author: str
    language: str
    xmp_title: str
    xmp_author: str
    shows_title: bool
    tagged: bool
    links: tuple[str, ...]
    fonts_not_embedded: tuple[str, ...]


def read_facts(data: bytes) -> Facts:
    """The facts of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as xmp:
        root = pdf.Root
        creators = xmp.get("dc:creator") or []
        return Facts(
            title=str(pdf.docinfo.get("/Title", "")),
            author=str(pdf.docinfo.get("/Author", "")),
            language=str(root.get("/Lang", "")),
            xmp_title=str(xmp.get("dc:title") or ""),
            xmp_author=creators if isinstance(creators, str) else ", ".join(creators),
            shows_title=bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            tagged=bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            links=tuple(_links(pdf)),
            fonts_not_embedded=tuple(sorted({name for one in pdf.objects if (name := _not_embedded(one))})),
        )


def links_of(data: bytes) -> list[str]:
    """Where the links of a PDF lead."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(_links(pdf))


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    return (_target(one) for page in pdf.pages for one in page.get("/Annots", ()))


def _target(annotation: Any) -> str:
    action = annotation.get("/A", {})
    if annotation.get("/Subtype") == "/Link" and action.get("/S") == "/URI":
        return str(action.URI)
    return f"[{annotation.get('/Subtype')} {action.get('/S')}]"


def _not_embedded(font: Any) -> str:
    """The name of a font program that is not in the file, or ""."""
    # A composite font's program is its descendant's, a Type 3 font's glyphs are in the file by nature.
    if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
        return ""
    if font.get("/Subtype") in ("/Type0", "/Type3"):
        return ""
    descriptor = font.get("/FontDescriptor", {})
    return "" if any(key in descriptor for key in _FONT_FILES) else str(font.get("/BaseFont", "without a name"))
