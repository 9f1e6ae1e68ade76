"""Stored prints of Chromium (tests/data/prints) and what tests look at in a finished PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from renderer.pdf.finish import Document, Metadata, finish

PRINTS = Path(__file__).parent.parent / "data" / "prints"
NAMES = sorted(file.stem for file in PRINTS.glob("*.pdf"))
METADATA = Metadata(
    title="Ada <Lovelace> – CV",
    author="Ada & Co",
    subject="Engineer, 山田",
    keywords=("C++", "R&D"),
    language="en",
)


def printed(name: str) -> bytes:
    """The print of that name, as Chromium wrote it."""
    return (PRINTS / f"{name}.pdf").read_bytes()


def finished(name: str, metadata: Metadata = METADATA) -> Document:
    """The print of that name, finished."""
    return finish(printed(name), metadata)


def opened(document: Document) -> pikepdf.Pdf:
    """The PDF of a finished document."""
    return pikepdf.open(io.BytesIO(document.pdf))


def kids(element: Any) -> list[Any]:
    """What an element of the structure tree holds: elements, numbers of marked content, references."""
    held = element.get("/K")
    return list(held) if isinstance(held, pikepdf.Array) else [] if held is None else [held]


def tag(kid: Any) -> str:
    """The type of an element; nothing for content."""
    return "" if isinstance(kid, int) else str(kid.get("/S", ""))


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """All elements of the structure tree, in the order of the document."""
    stack = kids(pdf.Root.StructTreeRoot)[::-1]
    while stack:
        element = stack.pop()
        if tag(element):
            yield element
            stack += kids(element)[::-1]
