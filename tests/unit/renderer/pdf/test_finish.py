"""Finishing: what a PDF says of itself, and that the same job gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import re

import pikepdf
import pytest
from PIL import Image, ImageCms

from renderer.pdf import srgb
from renderer.pdf.finish import Metadata, finish
from tests.unit.prints import METADATA, NAMES, finished, opened, printed


def test_a_document_knows_its_pages_and_its_hash() -> None:
    document = finished("structure")
    assert document.pages == 2
    assert document.sha256 == hashlib.sha256(document.pdf).hexdigest()


def test_documents_that_differ_have_other_identifiers() -> None:
    identifiers = []
    for metadata in (METADATA, Metadata(title="Another", author="A")):
        with opened(finished("structure", metadata)) as pdf:
            permanent, changing = map(bytes, pdf.trailer.ID)
            assert permanent == changing
            assert len(permanent) == 16
            identifiers.append(permanent)
    assert len({*identifiers, bytes.fromhex("31415926535897932384626433832795")}) == 3


def test_the_information_dictionary_and_xmp_say_the_same() -> None:
    with opened(finished("structure")) as pdf, pdf.open_metadata() as xmp:
        assert str(pdf.docinfo["/Title"]) == xmp["dc:title"] == METADATA.title
        assert [str(pdf.docinfo["/Author"])] == xmp["dc:creator"] == [METADATA.author]
        assert str(pdf.docinfo["/Subject"]) == xmp["dc:description"] == METADATA.subject
        assert str(pdf.docinfo["/Keywords"]) == xmp["pdf:Keywords"] == "C++, R&D"
        assert str(pdf.docinfo["/Producer"]) == xmp["pdf:Producer"]
        assert str(pdf.docinfo["/Creator"]) == xmp["xmp:CreatorTool"]
        assert xmp["dc:subject"] == {"C++", "R&D"}
        assert xmp["dc:language"] == {"en"}
        assert xmp.pdfa_status == "2A"
        assert xmp["pdfuaid:part"] == "1"


def test_what_is_empty_is_left_out() -> None:
    with opened(finished("structure", Metadata(title="T", author="A"))) as pdf, pdf.open_metadata() as xmp:
        assert "/Subject" not in pdf.docinfo
        assert "/Keywords" not in pdf.docinfo
        assert "dc:description" not in xmp
        assert "dc:subject" not in xmp


def test_texts_that_xml_cannot_hold_are_cleaned_in_both_places() -> None:
    metadata = Metadata(title="A\x00B\x0b\ufffe", author="two\nlines \ud800")
    with opened(finished("structure", metadata)) as pdf, pdf.open_metadata() as xmp:
        assert str(pdf.docinfo["/Title"]) == xmp["dc:title"] == "AB"
        assert str(pdf.docinfo["/Author"]) == xmp["dc:creator"][0] == "two lines"


def test_a_document_has_a_language_and_shows_its_title() -> None:
    with opened(finished("right-to-left", Metadata(title="T", author="A", language="ar"))) as pdf:
        assert str(pdf.Root.Lang) == "ar"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True


def test_colours_are_srgb() -> None:
    with opened(finished("structure")) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert intent.DestOutputProfile.read_bytes() == srgb.profile()


def test_the_colour_profile_is_the_srgb_of_littlecms() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb.profile()))
    lab = ImageCms.createProfile("LAB")
    transforms = [ImageCms.buildTransform(one, lab, "RGB", "LAB") for one in (ours, ImageCms.createProfile("sRGB"))]
    for colour in [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (11, 90, 112), (128, 128, 128)]:
        got, expected = (_lab(transform, colour) for transform in transforms)
        assert all(abs(a - b) <= 1 for a, b in zip(got, expected, strict=True)), colour


def _lab(transform: ImageCms.ImageCmsTransform, colour: tuple[int, int, int]) -> tuple[int, ...]:
    image = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), transform)
    assert image is not None
    # a and b are signed bytes.
    lightness, a, b = image.tobytes()
    return lightness, (a + 128) % 256, (b + 128) % 256


@pytest.mark.parametrize("name", NAMES)
def test_the_same_print_gives_the_same_bytes(name: str) -> None:
    assert finished(name).pdf == finished(name).pdf


@pytest.mark.parametrize("name", ["structure", "table"])
def test_the_time_of_the_print_and_the_browser_s_count_of_nodes_leave_no_trace(name: str) -> None:
    # Given the same document printed at another time, on a page that has printed before.
    before = printed(name)
    after = re.sub(rb"D:\d{14}", b"D:20010203040506", before)
    after = re.sub(rb"\(node(\d{8})\)", lambda node: b"(node%08d)" % (int(node[1]) + 4711), after)
    assert before != after
    assert finish(after, METADATA).sha256 == finished(name).sha256


def test_no_dates_are_left() -> None:
    with opened(finished("structure")) as pdf:
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        assert b"Date" not in pdf.Root.Metadata.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_finished_pdf_is_sound_and_smaller(name: str) -> None:
    document = finished(name)
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert document.pdf.startswith(b"%PDF-1.7\n")
        assert pdf.trailer.ID[0] == pdf.trailer.ID[1]
    # What XMP and the profile add outweighs the rest only in a document that holds nothing.
    assert name == "blank" or len(document.pdf) < len(printed(name)) + 2000


def test_a_print_without_a_text_gets_a_structure_too() -> None:
    with opened(finished("blank")) as pdf:
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.Root.StructTreeRoot.K.S == "/Document"
