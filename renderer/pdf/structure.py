"""The structure tree as PDF/UA-1 and PDF/A-2a want it, whatever the HTML was.

Chromium writes the tree from its accessibility tree. What it leaves to be done: a list item's body, types of PDF 2.0
(Aside, Em, Strong), levels of headings that skip, figures without a text, identifiers that count the browser's nodes.
The types are those of ISO 32000-1, 14.8.4; the rules of ISO 14289-1, 7.2 to 7.4.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf

_STANDARD: Final = """
/Document /Part /Art /Sect /Div /BlockQuote /Caption /TOC /TOCI /Index /NonStruct /Private
/P /H /H1 /H2 /H3 /H4 /H5 /H6 /L /LI /Lbl /LBody /Table /TR /TH /TD /THead /TBody /TFoot
/Span /Quote /Note /Reference /BibEntry /Code /Link /Annot /Ruby /RB /RT /RP /Warichu /WT /WP
/Figure /Formula /Form
"""
STANDARD: Final = frozenset(_STANDARD.split())
# The nearest type of PDF 1.7 for those of PDF 2.0; any other is a NonStruct.
NEAREST: Final = {
    "/Aside": "/Sect",
    "/Em": "/Span",
    "/Strong": "/Span",
    "/Sub": "/Span",
    "/FENote": "/Note",
    "/Title": "/P",
}

# pikepdf makes a name anew each time that it is asked for.
_ELEMENT, _ITEM, _BODY = Name.StructElem, Name.LI, Name.LBody

_HEADINGS: Final = {f"/H{level}": level for level in range(1, 7)} | {"/H": 7}

# Containers and texts that are right wherever they stand.
_AS_THEY_ARE: Final = frozenset({"/NonStruct", "/P", "/LBody", "/Span", "/Link", "/Art", "/Sect", "/Div", "/Document"})


def repair(pdf: Pdf) -> None:
    """Repair the structure tree of a PDF in place; a print without a text has none, and gets one that is empty."""
    if "/StructTreeRoot" not in pdf.Root:
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        document = Dictionary(Type=Name.StructElem, S=Name.Document, P=pdf.Root.StructTreeRoot)
        pdf.Root.StructTreeRoot.K = pdf.make_indirect(document)
    root = pdf.Root.StructTreeRoot
    if "/IDTree" in root:
        del root["/IDTree"]
    _Repair(pdf).walk()


class _Repair:
    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.Root.StructTreeRoot
        self._roles: dict[str, str] = {}
        self._headings: list[int] = []

    def walk(self) -> None:
        """Every element once, in the order of the document."""
        stack: list[tuple[Any, str]] = [(kid, "") for kid in _kids(self._root)]
        while stack:
            node, parent = stack.pop()
            name = node.get("/S")
            if name is None:
                continue
            tag = str(name)
            if tag not in _AS_THEY_ARE:
                tag = self._element(node, tag, parent)
            kids = node.get("/K")
            # Most elements hold a text and nothing else. What is only a container lets an item see its list.
            within = parent if tag == "/NonStruct" else tag
            if isinstance(kids, int) or kids is None:
                continue
            if isinstance(kids, Array):
                stack.extend([(kid, within) for kid in list(kids)[::-1] if not isinstance(kid, int)])
            else:
                stack.append((kids, within))
        if self._roles:
            self._root.RoleMap = Dictionary({name: Name(to) for name, to in self._roles.items()})

    def _element(self, element: Any, tag: str, parent: str) -> str:
        """Repair one element; its type afterwards."""
        if tag in _HEADINGS:
            return self._heading(element, tag)
        if tag == "/LI":
            return self._item(element, parent)
        if tag == "/L":
            self._list(element)
        elif tag == "/Figure" and "/Alt" not in element:
            # A <figure> around its picture, or a picture that its author calls decoration.
            element.S = Name.NonStruct
            return "/NonStruct"
        elif tag == "/Lbl" and parent != "/LI":
            element.S = Name.Span
        elif tag in ("/TH", "/TD"):
            _forget_ids(element)
        elif tag not in STANDARD:
            self._roles[tag] = NEAREST.get(tag, "/NonStruct")
        return tag

    def _heading(self, element: Any, tag: str) -> str:
        """The levels go down one by one, from 1."""
        level = _HEADINGS[tag]
        while self._headings and self._headings[-1] >= level:
            self._headings.pop()
        self._headings.append(level)
        strict = f"/H{min(len(self._headings), 6)}"
        if strict != tag:
            element.S = Name(strict)
        return strict

    def _item(self, item: Any, parent: str) -> str:
        """An item holds a label and a body; outside a list it is none."""
        if parent != "/L":
            item.S = Name.NonStruct
            return "/NonStruct"
        kids = _kids(item)
        tags = [_tag(kid) for kid in kids]
        rest = [kid for kid, tag in zip(kids, tags, strict=True) if tag != "/Lbl"]
        if tags in (["/NonStruct"], ["/Lbl", "/NonStruct"]):
            rest[0].S = _BODY
        elif not {*tags} <= {"/Lbl", "/LBody"}:
            labels = [kid for kid, tag in zip(kids, tags, strict=True) if tag == "/Lbl"]
            item.K = Array([*labels, self._wrapped(_BODY, item, rest)])
        return "/LI"

    def _list(self, element: Any) -> None:
        """A list holds items, lists and a caption; anything else becomes an item."""
        kids = _kids(element)
        if all(_tag(kid) in ("/LI", "/L", "/Caption", "/NonStruct") for kid in kids):
            return
        element.K = Array(
            kid if _tag(kid) in ("/LI", "/L", "/Caption", "/NonStruct") else self._wrapped(_ITEM, element, [kid])
            for kid in kids
        )

    def _wrapped(self, name: Name, parent: Any, kids: list[Any]) -> Any:
        """A new element in between a parent and some of its kids."""
        entries = {"/Type": _ELEMENT, "/S": name, "/P": parent, "/K": Array(kids)}
        if "/Pg" in parent:
            entries["/Pg"] = parent.Pg
        wrapper = self._pdf.make_indirect(Dictionary(entries))
        for kid in kids:
            if isinstance(kid, int) or "/S" not in kid:
                self._move(kid, parent, wrapper)
            else:
                kid.P = wrapper
        return wrapper

    def _move(self, content: Any, parent: Any, wrapper: Any) -> None:
        """Tell the parent tree that marked content (a number, or a dictionary that leads to it) has a new parent."""
        if isinstance(content, int):
            key, mcid = parent.Pg.StructParents, content
        elif "/MCID" in content:
            holder = content.get("/Stm") or content.get("/Pg") or parent.Pg
            key, mcid = holder.StructParents, content.MCID
        else:
            return
        parents = self._parents.get(key)
        if parents is not None:
            parents[mcid] = wrapper

    @cached_property
    def _parents(self) -> dict[int, Any]:
        """The parent tree: the elements of marked content, by the key of what draws it."""
        numbers = list(self._root.ParentTree.Nums)
        return dict(zip(numbers[::2], numbers[1::2], strict=True))


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    return list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]


def _tag(kid: Any) -> str:
    """The type of a kid that is an element; of content, nothing."""
    return "" if isinstance(kid, int) else str(kid.get("/S", ""))


def _forget_ids(cell: Any) -> None:
    """A header cell says by its Scope what it heads; its identifier would differ from print to print."""
    if "/ID" in cell:
        del cell["/ID"]
    attributes = cell.get("/A")
    if isinstance(attributes, Array):
        cell.A = Array(attribute for attribute in attributes if "/Headers" not in attribute)
