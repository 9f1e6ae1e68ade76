"""The structure tree of finished documents: lists, headings, figures, links, whatever the HTML was."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest

from renderer.pdf.structure import STANDARD
from tests.unit.prints import NAMES, elements, finished, kids, opened, tag


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_of_a_standard_type_or_mapped_to_one(name: str) -> None:
    with opened(finished(name)) as pdf:
        roles = pdf.Root.StructTreeRoot.get("/RoleMap", {})
        for element in elements(pdf):
            assert tag(element) in STANDARD or str(roles[tag(element)]) in STANDARD


def test_types_of_pdf_2_are_mapped_to_their_nearest() -> None:
    with opened(finished("structure")) as pdf:
        roles = {name: str(to) for name, to in pdf.Root.StructTreeRoot.RoleMap.items()}
        assert roles == {"/Aside": "/Sect", "/Em": "/Span", "/Strong": "/Span"}


@pytest.mark.parametrize("name", NAMES)
def test_an_item_holds_a_label_and_a_body_and_stands_in_a_list(name: str) -> None:
    with opened(finished(name)) as pdf:
        for element in elements(pdf):
            if tag(element) == "/LI":
                assert [tag(kid) for kid in kids(element)] in (["/Lbl", "/LBody"], ["/LBody"])
                assert _list_around(element) == "/L"
            if tag(element) == "/L":
                assert {tag(kid) for kid in kids(element)} <= {"/LI", "/L", "/Caption", "/NonStruct"}


def test_lists_keep_their_order_and_their_texts() -> None:
    with opened(finished("structure")) as pdf:
        lists = [element for element in elements(pdf) if tag(element) == "/L"]
        assert [len(kids(one)) for one in lists] == [3, 4, 2, 1, 1]
        # The item that stands in no list is none.
        assert sum(tag(element) == "/LI" for element in elements(pdf)) == 11


def _list_around(item: Any) -> str:
    parent = item.P
    while tag(parent) == "/NonStruct":
        parent = parent.P
    return tag(parent)


@pytest.mark.parametrize("name", NAMES)
def test_elements_and_parent_tree_agree(name: str) -> None:
    with opened(finished(name)) as pdf:
        parents = _parent_tree(pdf)
        for element in elements(pdf):
            for kid in kids(element):
                if tag(kid):
                    assert kid.P.objgen == element.objgen
                elif isinstance(kid, int):
                    assert parents[element.Pg.StructParents][kid].objgen == element.objgen
                elif "/MCID" in kid:
                    holder = kid.get("/Stm") or kid.get("/Pg") or element.Pg
                    assert parents[holder.StructParents][kid.MCID].objgen == element.objgen
                else:
                    assert parents[kid.Obj.StructParent].objgen == element.objgen


def _parent_tree(pdf: pikepdf.Pdf) -> dict[int, Any]:
    numbers = list(pdf.Root.StructTreeRoot.get("/ParentTree", {}).get("/Nums", []))
    return dict(zip(numbers[::2], numbers[1::2], strict=True))


def test_headings_begin_at_one_and_skip_no_level() -> None:
    with opened(finished("structure")) as pdf:
        headings = [tag(element) for element in elements(pdf) if tag(element)[:2] == "/H"]
        # Printed as H2 H4 H1 H3 H2 H9.
        assert headings == ["/H1", "/H2", "/H1", "/H2", "/H2", "/H3"]


def test_a_figure_has_a_text_or_is_none() -> None:
    with opened(finished("structure")) as pdf:
        figures = [element for element in elements(pdf) if tag(element) == "/Figure"]
        assert [str(figure.Alt) for figure in figures] == ["A face"]


def test_a_table_keeps_its_headers_and_loses_the_browser_s_names_for_them() -> None:
    with opened(finished("table")) as pdf:
        assert "/IDTree" not in pdf.Root.StructTreeRoot
        cells = [element for element in elements(pdf) if tag(element) in ("/TH", "/TD")]
        assert len(cells) == 9
        for cell in cells:
            assert "/ID" not in cell
            attributes = list(cell.A)
            assert not any("/Headers" in one for one in attributes)
            assert tag(cell) == "/TD" or any("/Scope" in one for one in attributes)


def test_a_link_says_where_it_leads_and_is_one_for_all_or_none() -> None:
    with opened(finished("structure")) as pdf:
        links = [annotation for page in pdf.pages for annotation in page.obj.get("/Annots", [])]
        assert [str(link.Contents) for link in links] == [
            "https://example.com/a b",
            "a@example.com",
            "+4930123",
            "there",
        ]
        assert all("/StructParent" in link for link in links)
        assert all(page.obj.Tabs == "/S" for page in pdf.pages)
