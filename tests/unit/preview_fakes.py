"""A printer without Chromium, for the tests of the preview."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name


class EmptyPages:
    """Prints one empty page for any document, and another one for another document."""

    def __init__(self, executable: Path = Path("/")) -> None:
        self.executable = executable
        self.printed: list[str] = []

    async def start(self) -> None:
        """As a printer has it."""

    async def stop(self) -> None:
        """As a printer has it."""

    async def print(self, html: str) -> bytes:
        """A tagged PDF as Chromium makes them, without what is in it."""
        self.printed.append(html)
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(594.96, 841.92))
            pdf.pages[0].obj.Contents = pdf.make_stream(f"% {hash(html)}".encode())
            pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([])))
            pdf.Root.MarkInfo = Dictionary(Marked=True)
            pdf.trailer.Info = pdf.make_indirect(Dictionary())
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
            return out.getvalue()
