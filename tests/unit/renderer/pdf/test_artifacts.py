"""What is drawn outside the structure is marked as an artifact, on pages and in layers."""

from __future__ import annotations

import io

import pikepdf
import pytest

from renderer.pdf.artifacts import mark_artifacts
from tests.unit.prints import NAMES, finished

TAGGED = b"/P <</MCID 0 >>BDC\nBT\n/F4 11 Tf\n<0011> Tj\nET\nEMC\n"
LAYOUT = b"/Artifact <</Type /Layout>> BDC\n"
PAGINATION = b"/Artifact <</Type /Pagination>> BDC\n"


def test_what_is_drawn_around_tagged_content_is_an_artifact() -> None:
    box = b"1 0 0 rg\n0 0 10 10 re\nf\n"
    assert mark_artifacts(box + TAGGED + box) == LAYOUT + box + b"EMC\n" + TAGGED + LAYOUT + box + b"EMC\n"


def test_a_header_before_the_first_element_is_pagination() -> None:
    header = b"BT\n/F4 11 Tf\n<0011> Tj\nET\n"
    marked = mark_artifacts(header + TAGGED + header)
    assert marked == PAGINATION + header + b"EMC\n" + TAGGED + LAYOUT + header + b"EMC\n"


def test_a_header_with_marks_of_its_own_is_one_artifact() -> None:
    header = b"BT\n/ReversedChars BMC\n/Span<</ActualText <FEFF0646> >> BDC\n<01> Tj\nEMC\nEMC\nET\n"
    assert mark_artifacts(header + TAGGED) == PAGINATION + header + b"EMC\n" + TAGGED


def test_what_draws_nothing_is_left_alone() -> None:
    state = b"q\n3.125 0 0 3.125 0 0 cm\n.5 .5 .5 RG .5 .5 .5 rg\n/G3 gs\n0 0 5 5 re\nW* n\n"
    assert mark_artifacts(state + TAGGED + b"Q\n") == state + TAGGED + b"Q\n"


def test_inside_tagged_content_nothing_changes() -> None:
    nested = b"/P <</MCID 0 >>BDC\nBT\n/Span<</ActualText (EMC BDC f) >> BDC\n<01> Tj\nEMC\nET\n0 0 1 1 re\nf\nEMC\n"
    assert mark_artifacts(nested) == nested


def test_a_form_with_tagged_content_is_drawn_between_artifacts() -> None:
    box = b"0 0 1 1 re\nf\n"
    content = box + b"/X5 Do\n" + box + b"/X6 Do\n"
    marked = mark_artifacts(content, {b"X5"})
    assert marked == LAYOUT + box + b"EMC\n/X5 Do\n" + LAYOUT + box + b"/X6 Do\nEMC\n"


@pytest.mark.parametrize("content", [b"EMC\n0 0 1 1 re\nf\n", b"/P <</MCID 0 >>BDC\n0 0 1 1 re\nf\n"])
def test_a_stream_whose_marks_do_not_pair_up_stays_as_it_is(content: bytes) -> None:
    assert mark_artifacts(content) == content


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_without_a_mark(name: str) -> None:
    with pikepdf.open(io.BytesIO(finished(name).pdf)) as pdf:
        for page in pdf.pages:
            _check(page.obj, page.obj.Resources, in_mark=False)


def _check(stream: pikepdf.Object, resources: pikepdf.Object, *, in_mark: bool) -> None:
    """Every drawing operator stands in tagged content or an artifact, neither of which stands in the other."""
    marks: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name in ("BDC", "BMC"):
            tag = str(operands[0])
            tags = name == "BDC" and "/MCID" in operands[1]
            if tags or tag == "/Artifact":
                assert not in_mark
                assert not {"tagged", "artifact"} & set(marks)
            marks.append("tagged" if tags else "artifact" if tag == "/Artifact" else "other")
        elif name == "EMC":
            marks.pop()
        elif name == "Do":
            drawn = resources.XObject[str(operands[0])]
            marked = in_mark or bool({"tagged", "artifact"} & set(marks))
            if drawn.Subtype == "/Form" and "/StructParents" in drawn:
                _check(drawn, drawn.Resources, in_mark=marked)
            else:
                assert marked
        elif name in ("f", "f*", "S", "B", "B*", "b", "s", "sh", "Tj", "TJ"):
            assert in_mark or {"tagged", "artifact"} & set(marks), name
    assert marks == []
