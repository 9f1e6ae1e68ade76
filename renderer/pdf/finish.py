"""Finishing a printed PDF: PDF/UA-1 (accessible) and PDF/A-2a (lasting), and what is to be known of it.

Chromium's print is tagged; the rest is done here on its objects: metadata (xmp.py), the structure tree
(structure.py), artifacts (artifacts.py), what glyphs say (text_map.py), that lines are horizontal (horizontal.py), the
colour space (srgb.py), the width of the paper (paper.py).
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import pikepdf
from isal import isal_zlib
from pikepdf import Array, Dictionary, Name

from renderer.pdf import horizontal, paper, srgb, structure, xmp
from renderer.pdf.artifacts import mark_artifacts
from renderer.pdf.right_to_left import Marks
from renderer.pdf.text_map import TextMap
from renderer.pdf.xmp import Metadata

__all__ = ["Document", "Metadata", "finish"]

# A quarter of the time of zlib's own choice, for documents a twentieth larger. qpdf compresses the structure by it.
pikepdf.settings.set_flate_compression_level(2)
# ISA-L's levels go up to 3. What is drawn has a quarter of the time that zlib takes, for 3 % more bytes.
_LEVEL: Final = 2
# What qpdf writes for both parts of an identifier (ISO 32000-1, 14.4) that is not to be made of the file's bytes.
_STATIC_ID: Final = b"31415926535897932384626433832795"
_PROFILE: Final = zlib.compress(srgb.profile(), 9)


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF, its number of pages and its SHA-256 (hexadecimal)."""

    pdf: bytes
    pages: int
    sha256: str


def finish(printed: bytes, metadata: Metadata) -> Document:
    """Make a tagged print of Chromium a PDF/UA-1 and PDF/A-2a document.

    The same print and metadata give the same bytes: no dates, no random identifiers.
    """
    with _opened(printed) as pdf:
        _describe(pdf, metadata)
        structure.repair(pdf)
        drawings = _Drawings(pdf)
        for page in pdf.pages:
            page.obj.Tabs = Name.S
            paper.cut(page.obj)
            _name_links(page.obj)
            drawings.add(page.obj)
        drawings.finish()
        horizontal.add_font(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            min_version="1.7",
            fix_metadata_version=False,
            static_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return _identified(out.getvalue(), len(pdf.pages))


def _identified(written: bytes, pages: int) -> Document:
    """The document with an identifier made of the bytes before it, by the same digest as its SHA-256.

    qpdf would make it by MD5, in twice the time of a SHA-256.
    """
    start = written.rindex(b"/ID [")
    digest = hashlib.sha256(written[:start])
    end = written[start:].replace(_STATIC_ID, digest.hexdigest()[: len(_STATIC_ID)].encode())
    digest.update(end)
    return Document(written[:start] + end, pages, digest.hexdigest())


@contextmanager
def _opened(printed: bytes) -> Iterator[pikepdf.Pdf]:
    """The PDF from a file in memory: qpdf maps it, which takes half the time that reading a Python stream takes."""
    if not hasattr(os, "memfd_create"):
        with pikepdf.open(io.BytesIO(printed)) as pdf:
            yield pdf
        return
    with os.fdopen(os.memfd_create("printed"), "w+b") as file:
        file.write(printed)
        file.flush()
        with pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap) as pdf:
            yield pdf


def _describe(pdf: pikepdf.Pdf, metadata: Metadata) -> None:
    information = xmp.information(metadata, str(pdf.trailer.Info.get("/Producer", "")))
    pdf.trailer.Info = pdf.make_indirect(Dictionary(information))
    packet = pdf.make_stream(xmp.packet(information, metadata))
    packet.Type, packet.Subtype = Name.Metadata, Name.XML
    profile = pdf.make_stream(b"")
    profile.write(_PROFILE, filter=Name.FlateDecode)
    profile.N = 3
    root = pdf.Root
    root.Metadata = packet
    root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=srgb.IDENTIFIER,
                Info=srgb.IDENTIFIER,
                DestOutputProfile=profile,
            )
        ]
    )
    root.Lang = metadata.language
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


class _Drawings:
    """The content streams of a document: of its pages, and of the forms in them that hold tagged content."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._texts = TextMap()
        self._marks = Marks(self._texts.fonts)
        self._streams: list[tuple[Any, bytes, Any, frozenset[bytes], Any]] = []
        self._forms: dict[tuple[int, int], bool] = {}

    def add(self, page: Any) -> None:
        """Take a page, and the forms that it draws."""
        self._take(page.Contents, page.Resources, page.MediaBox)

    def _take(self, stream: Any, resources: Any, box: Any) -> None:
        """Take a stream, that of a page with its box, that of a form with None, and read what its glyphs say."""
        forms = resources.get("/XObject", {}).items()
        tagged = frozenset(name[1:].encode() for name, form in forms if self._form(form))
        content = stream.read_bytes()
        self._texts.read(content, resources)
        self._streams.append((stream, content, resources, tagged, box))

    def finish(self) -> None:
        """Write the streams, with their artifacts marked, and the maps of their fonts."""
        self._texts.settle()
        for stream, content, resources, tagged, box in self._streams:
            written = self._marks.marked(self._texts.rewritten(content), resources)
            finished = mark_artifacts(written, tagged)
            if box is not None:
                finished = horizontal.across(finished, box)
            if finished != content:
                stream.write(isal_zlib.compress(finished, _LEVEL), filter=Name.FlateDecode)
        self._texts.write_codes(self._pdf)

    def _form(self, form: Any) -> bool:
        """Take a form once; whether it, or a form in it, holds tagged content."""
        if form.get("/Subtype") != Name.Form:
            return False
        key = form.objgen
        if key not in self._forms:
            inner = [self._form(inner) for inner in form.get("/Resources", {}).get("/XObject", {}).values()]
            self._forms[key] = "/StructParents" in form or any(inner)
            if self._forms[key]:
                self._take(form, form.Resources, None)
        return self._forms[key]


def _name_links(page: Any) -> None:
    """A link says where it leads (ISO 14289-1, 7.18.5). One that is hidden from assistive technology is no link."""
    annotations = page.get("/Annots")
    if annotations is None:
        return
    for annotation in annotations:
        action = annotation.get("/A")
        target = action.get("/URI") if action is not None else annotation.get("/Dest")
        annotation.Contents = _readable(str(target)) if isinstance(target, pikepdf.String | Name) else "Link"
    if any("/StructParent" not in annotation for annotation in annotations):
        page.Annots = Array(annotation for annotation in annotations if "/StructParent" in annotation)


def _readable(target: str) -> str:
    """An address as it is read: percent-encoding undone, without what only programs need."""
    return unquote(target.removeprefix("mailto:").removeprefix("tel:").removeprefix("/"))
