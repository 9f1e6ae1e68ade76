"""Finishing a printed PDF: its metadata, and what is to be known of it."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import pikepdf


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF, its number of pages and its SHA-256 (hexadecimal)."""

    pdf: bytes
    pages: int
    sha256: str


def finish(printed: bytes, *, title: str, author: str, language: str) -> Document:
    """Set title, author and language; the same input gives the same bytes (no dates, no random ids)."""
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        for key in ("/CreationDate", "/ModDate"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Author"] = author
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        data = out.getvalue()
        return Document(data, len(pdf.pages), hashlib.sha256(data).hexdigest())
