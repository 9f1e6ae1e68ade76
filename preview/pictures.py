"""Pages of a PDF as pictures, through PDFium. It is there for development only, so it is imported when asked for."""

from __future__ import annotations

import importlib
import importlib.util
import io
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

# PDFium may be used by one thread at a time.
_LOCK = threading.Lock()
_PX_PER_PT = 96 / 72


class NoPdfium(Exception):
    """pypdfium2 is not installed."""

    def __str__(self) -> str:
        return "pages become pictures with pypdfium2, which is not installed: pip install pypdfium2 pillow"


def available() -> bool:
    """Whether pages can be made pictures here."""
    return all(importlib.util.find_spec(name) for name in ("pypdfium2", "PIL"))


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in CSS pixels. Raises NoPdfium."""
    pdfium = _pdfium()
    with _LOCK:
        document = pdfium.PdfDocument(pdf)
        try:
            sizes = (document.get_page_size(number) for number in range(len(document)))
            return [(round(width * _PX_PER_PT), round(height * _PX_PER_PT)) for width, height in sizes]
        finally:
            document.close()


def page_image(pdf: bytes, number: int, *, scale: float) -> Image:
    """Page `number`, from 0, with `scale` pixels a CSS pixel.

    Raises NoPdfium; IndexError when there is no such page.
    """
    pdfium = _pdfium()
    with _LOCK:
        document = pdfium.PdfDocument(pdf)
        try:
            if not 0 <= number < len(document):
                raise IndexError(number)
            image: Image = document[number].render(scale=scale * _PX_PER_PT).to_pil().convert("RGB")
            return image
        finally:
            document.close()


def narrowed(image: Image, width: int) -> Image:
    """The picture brought down to a width in pixels."""
    from PIL.Image import Resampling

    return image.resize((width, round(width * image.height / image.width)), Resampling.LANCZOS)


def png(image: Image, *, small: bool = False) -> bytes:
    """The picture as PNG: quickly, or as small as it gets, with 256 colours."""
    out = io.BytesIO()
    if small:
        # Text and flat colours lose nothing in a palette; a photo is dithered.
        image.quantize(256).save(out, "PNG", optimize=True)
    else:
        image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def webp(image: Image) -> bytes:
    """The picture as WebP, small enough for a page that shows many."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=70, method=6)
    return out.getvalue()


def _pdfium() -> Any:
    try:
        return importlib.import_module("pypdfium2")
    except ImportError as e:
        raise NoPdfium from e
