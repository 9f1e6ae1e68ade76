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

_IN_LISTS: Final = frozenset({"/LI", "/L", "/Caption", "/NonStruct"})

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


_Kids = list[tuple[Any, str]]


class _Repair:
    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.Root.StructTreeRoot
        self._roles: dict[str, str] = {}
        self._headings: list[int] = []

    def walk(self) -> None:
        """Every element once, in the order of the document."""
        stack = [(kid, tag, "") for kid, tag in _kids(self._root.get("/K"))]
        while stack:
            node, tag, parent = stack.pop()
            entry = node.get("/K")
            if isinstance(entry, int) and tag in _AS_THEY_ARE:
                # Most elements hold a text and nothing else.
                continue
            kids = _kids(entry)
            if tag not in _AS_THEY_ARE:
                tag, kids = self._element(node, tag, parent, kids)
            # What is only a container lets an item see its list.
            within = parent if tag == "/NonStruct" else tag
            stack.extend([(kid, kid_tag, within) for kid, kid_tag in reversed(kids) if kid_tag])
        if self._roles:
            self._root.RoleMap = Dictionary({name: Name(to) for name, to in self._roles.items()})

    def _element(self, element: Any, tag: str, parent: str, kids: _Kids) -> tuple[str, _Kids]:
        """Repair one element; its type and its kids afterwards."""
        if tag in _HEADINGS:
            return self._heading(element, tag), kids
        if tag == "/LI":
            return self._item(element, parent, kids)
        if tag == "/L":
            return tag, self._list(element, kids)
        if tag == "/Figure" and "/Alt" not in element:
            # A <figure> around its picture, or a picture that its author calls decoration.
            element.S = Name.NonStruct
            return "/NonStruct", kids
        if tag == "/Lbl" and parent != "/LI":
            element.S = Name.Span
        elif tag in ("/TH", "/TD"):
            _forget_ids(element)
        elif tag not in STANDARD:
            self._roles[tag] = NEAREST.get(tag, "/NonStruct")
        return tag, kids

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

    def _item(self, item: Any, parent: str, kids: _Kids) -> tuple[str, _Kids]:
        """An item holds a label and a body; outside a list it is none."""
        if parent != "/L":
            item.S = Name.NonStruct
            return "/NonStruct", kids
        tags = [tag for _, tag in kids]
        if tags in (["/NonStruct"], ["/Lbl", "/NonStruct"]):
            body, _ = kids[-1]
            body.S = _BODY
            kids[-1] = body, "/LBody"
        elif not {*tags} <= {"/Lbl", "/LBody"}:
            labels = [kid for kid in kids if kid[1] == "/Lbl"]
            kids = [*labels, (self._wrapped(_BODY, item, [kid for kid in kids if kid[1] != "/Lbl"]), "/LBody")]
            item.K = Array(kid for kid, _ in kids)
        return "/LI", kids

    def _list(self, element: Any, kids: _Kids) -> _Kids:
        """A list holds items, lists and a caption; anything else becomes an item."""
        if all(tag in _IN_LISTS for _, tag in kids):
            return kids
        kids = [kid if kid[1] in _IN_LISTS else (self._wrapped(_ITEM, element, [kid]), "/LI") for kid in kids]
        element.K = Array(kid for kid, _ in kids)
        return kids

    def _wrapped(self, name: Name, parent: Any, kids: _Kids) -> Any:
        """A new element in between a parent and some of its kids."""
        entries = {"/Type": _ELEMENT, "/S": name, "/P": parent, "/K": Array(kid for kid, _ in kids)}
        if "/Pg" in parent:
            entries["/Pg"] = parent.Pg
        wrapper = self._pdf.make_indirect(Dictionary(entries))
        for kid, tag in kids:
            if tag:
                kid.P = wrapper
            else:
                self._move(kid, parent, wrapper)
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


def _kids(entry: Any) -> _Kids:
    """The kids in an element's entry, each with its type; that of content is empty."""
    if entry is None:
        return []
    return [(kid, _tag(kid)) for kid in (entry.as_list() if isinstance(entry, Array) else (entry,))]


def _tag(kid: Any) -> str:
    """The type of a kid that is an element; of content, nothing."""
    return "" if isinstance(kid, int) or (name := kid.get("/S")) is None else str(name)


def _forget_ids(cell: Any) -> None:
    """A header cell says by its Scope what it heads; its identifier would differ from print to print."""
    if "/ID" in cell:
        del cell["/ID"]
    attributes = cell.get("/A")
    if isinstance(attributes, Array):
        cell.A = Array(attribute for attribute in attributes if "/Headers" not in attribute)
