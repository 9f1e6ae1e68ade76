"""Where the text of a PDF stands: its structure tree, with the box of every run of text.

The tree is read with pikepdf, the boxes with PDFium: two programs that had no part in making the file.
"""

from __future__ import annotations

import io
import math
from collections import defaultdict
from collections.abc import Iterator
from ctypes import c_float
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

# The smallest line of a template is some 10 pt high.
_SAME_LINE = 4.0
# So much of a text is not seen, whether it is what is left or what is cut off: the picture of an emoji is smaller than
# its box.
_LEFT = 0.5
_CUT = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text on one line, or a picture: page (from 0), and box in points from the page's bottom left.

    The box is that of the ink; `baseline` is what the letters stand on, or the bottom of a picture.
    """

    page: int
    baseline: float
    left: float
    bottom: float
    right: float
    top: float
    text: str

    def beside(self, other: Run) -> bool:
        """Whether the two stand in one line; letters of two sizes in one line may be some points apart."""
        return self.page == other.page and abs(self.baseline - other.baseline) < _SAME_LINE


@dataclass(slots=True)
class Element:
    """An element of the structure tree: its type (H2, LI …) and what it holds, in reading order."""

    role: str
    kids: list[Element | Run] = field(default_factory=list)

    def runs(self) -> Iterator[Run]:
        """All text inside, in reading order."""
        for kid in self.kids:
            if isinstance(kid, Run):
                yield kid
            else:
                yield from kid.runs()

    def elements(self) -> Iterator[Element]:
        """This element and all inside, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs())


@dataclass(slots=True)
class Layout:
    """A document's pages (width and height in points), its tree, and what is not in the tree.

    `furniture` is what repeats on pages, by page; `clipped` is text that is drawn where nothing shows, `cut` text of
    which a part of some height does not show.
    """

    pages: list[tuple[float, float]]
    tree: Element
    furniture: list[list[Run]]
    clipped: list[Run]
    cut: list[Run]


def read_layout(data: bytes) -> Layout:
    """The layout of a tagged PDF."""
    layout = Layout([], Element("Root"), [], [], [])
    tagged = _read_runs(data, layout)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        root = pdf.Root.get("/StructTreeRoot")
        for kid in _kids(root) if root is not None else ():
            _build(kid, layout.tree, None, pages, tagged)
    return layout


def _read_runs(data: bytes, layout: Layout) -> dict[tuple[int, int], list[Run]]:
    """Fill in all but the tree; what belongs into that, by page and number of marked content."""
    tagged: dict[tuple[int, int], list[Run]] = defaultdict(list)
    document = pypdfium2.PdfDocument(data)
    try:
        for number, page in enumerate(document):
            layout.pages.append(page.get_size())
            layout.furniture.append([])
            text_page = page.get_textpage()
            for item in page.get_objects(max_depth=4):
                if item.type not in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE):
                    continue
                left, bottom, right, top = item.get_bounds()
                run = Run(number, item.get_matrix().f, left, bottom, right, top, _text(item, text_page))
                mark = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
                if mark < 0:
                    layout.furniture[number].append(run)
                    continue
                lost = _height_lost(item, run) if run.text.strip() else -math.inf
                if lost >= run.top - run.bottom - _LEFT:
                    layout.clipped.append(run)
                    continue
                if lost > _CUT:
                    layout.cut.append(run)
                tagged[number, mark].append(run)
            text_page.close()
            page.close()
    finally:
        document.close()
    return tagged


def _height_lost(item: Any, run: Run) -> float:
    """How far the run goes above or below what its clipping paths leave of the page; negative where it does not."""
    path = pdfium.FPDFPageObj_GetClipPath(item.raw)
    lost = -math.inf
    for number in range(max(pdfium.FPDFClipPath_CountPaths(path), 0)):
        heights = []
        for place in range(pdfium.FPDFClipPath_CountPathSegments(path, number)):
            x, y = c_float(), c_float()
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(path, number, place), x, y)
            heights.append(y.value)
        if heights:
            lost = max(lost, run.top - max(heights), min(heights) - run.bottom)
    return lost


def _text(item: Any, text_page: Any) -> str:
    if item.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return ""
    size = pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, None, 0)
    buffer = (pdfium.FPDF_WCHAR * (size // 2 or 1))()
    pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\0")


def _build(
    node: Any,
    parent: Element,
    page: int | None,
    pages: dict[tuple[int, int], int],
    tagged: dict[tuple[int, int], list[Run]],
) -> None:
    """Add one kid of the structure tree (an element, or a reference to content) to its parent."""
    if isinstance(node, int):
        if page is not None:
            parent.kids += tagged.get((page, node), [])
        return
    if not isinstance(node, pikepdf.Dictionary):
        return
    own = node.get("/Pg")
    page = pages.get(own.objgen) if own is not None else page
    if "/MCID" in node:
        _build(int(node.MCID), parent, page, pages, tagged)
    elif "/S" in node:
        element = Element(str(node.S).removeprefix("/"))
        parent.kids.append(element)
        for kid in _kids(node):
            _build(kid, element, page, pages, tagged)


def _kids(node: Any) -> Iterator[Any]:
    kids = node.get("/K")
    if isinstance(kids, pikepdf.Array):
        yield from kids
    elif kids is not None:
        yield kids
