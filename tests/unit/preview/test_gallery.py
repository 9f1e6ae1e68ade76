"""The gallery: where pages stand on the contact sheet, and the pictures themselves."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from preview import gallery, pictures
from preview.cli import parse
from preview.contact_sheet import Entry, columns, draw, layout, page_width, wrapped
from preview.paths import TEMPLATES
from renderer.pdf.finish import Document
from tests.unit.preview_fakes import EmptyPages


def blank_pdf(*sizes: tuple[float, float]) -> bytes:
    with pikepdf.new() as pdf:
        for size in sizes:
            pdf.add_blank_page(page_size=size)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


A4, LETTER = (594.96, 841.92), (612, 792)


@pytest.mark.parametrize(
    ("count", "across"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4), (9, 3), (11, 3), (12, 3)]
)
def test_rows_are_as_full_as_can_be(count: int, across: int) -> None:
    assert columns(count) == across


@pytest.mark.parametrize("count", range(1, 14))
def test_pages_stand_apart_and_on_the_sheet(count: int) -> None:
    plan = layout([1.414 if number % 2 else 1.294 for number in range(count)], caption=100)

    assert len(plan.pages) == count
    for number, box in enumerate(plan.pages):
        assert box.x > 0
        assert box.x + box.width < plan.width
        assert box.y + box.height + 100 < plan.height
        assert box.width == page_width(count)
        for other in plan.pages[number + 1 :]:
            beside = other.x >= box.x + box.width or box.x >= other.x + other.width
            assert beside or other.y >= box.y + box.height + 100


def test_a_last_row_that_is_not_full_stands_in_the_middle() -> None:
    *_, left, right = layout([1.4] * 5, caption=80).pages

    assert left.x == layout([1.4] * 5, caption=80).width - (right.x + right.width)


def test_captions_are_wrapped_and_cut_at_words() -> None:
    def length(text: str) -> float:
        return len(text)

    assert wrapped("one two three", 9, length, lines=2) == ["one two", "three"]
    assert wrapped("one, two, three four", 9, length, lines=2) == ["one, two,", "three …"]
    assert wrapped("one two, three", 11, length, lines=1) == ["one two …"]
    assert wrapped("incomprehensibilities", 9, length, lines=2) == ["incomprehensibilities"]
    assert wrapped("", 9, length, lines=2) == []


def test_the_sheet_shows_each_page_where_the_layout_says() -> None:
    colours = [(200, 30, 30), (30, 160, 60), (40, 60, 200)]
    pages = [Image.new("RGB", (595, 842), colour) for colour in colours]

    sheet = draw([Entry(page, "Name", "A few words about it") for page in pages])

    boxes = layout([842 / 595] * 3, caption=0).pages
    assert [sheet.getpixel((box.x + box.width // 2, box.y + 9)) for box in boxes] == colours


def test_pages_become_pictures() -> None:
    pdf = blank_pdf(A4, LETTER)

    assert pictures.page_sizes(pdf) == [(793, 1123), (816, 1056)]
    image = pictures.page_image(pdf, 1, scale=2)
    assert image.size == (1632, 2112)
    assert image.getpixel((5, 5)) == (255, 255, 255)
    with pytest.raises(IndexError):
        pictures.page_image(pdf, 2, scale=1)


def test_a_small_png_is_a_small_one() -> None:
    gradient = Image.linear_gradient("L")
    image = Image.merge("RGB", [gradient, gradient.rotate(90), Image.radial_gradient("L")])

    quick, small = pictures.png(image), pictures.png(image, small=True)

    assert len(small) < len(quick)
    assert Image.open(io.BytesIO(small)).size == image.size
    assert pictures.png(image, small=True) == small


def test_every_page_and_a_sample_are_written(tmp_path: Path) -> None:
    (tmp_path / "modern").mkdir()
    (tmp_path / "modern" / "page-9.png").write_bytes(b"of a longer document before")
    document = Document(blank_pdf(A4, A4), 2, "")

    gallery._write_template(document, tmp_path / "modern", [tmp_path / "modern", tmp_path])

    assert sorted(file.name for file in (tmp_path / "modern").iterdir()) == [
        *("page-1.png", "page-2.png", "picture.webp", "sample.png")
    ]
    assert Image.open(tmp_path / "sample.png").size == (595, 842)
    assert Image.open(tmp_path / "picture.webp").size == (320, 453)


async def test_a_broken_template_is_told_and_the_others_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    templates, out = tmp_path / "templates", tmp_path / "out"
    for name in ("_shared", "modern", "classic"):
        shutil.copytree(TEMPLATES / name, templates / name)
    (templates / "classic" / "style.css").write_text("a {}\n@import 'x';\n", encoding="utf-8")
    monkeypatch.setattr(gallery, "TEMPLATES", templates)
    monkeypatch.setattr(gallery, "Printer", EmptyPages)
    monkeypatch.setattr(gallery, "find_chromium", lambda: Path("/"))
    monkeypatch.setattr(gallery, "coverage_here", lambda: None)

    with caplog.at_level("INFO", logger="preview"):
        code = await gallery.write(out, samples=True, options={})

    assert code == 1
    assert "classic/style.css:2: The template is broken: @import is not allowed" in caplog.text
    assert sorted(file.name for file in (out / "modern").iterdir()) == ["page-1.png", "picture.webp", "sample.png"]
    assert (templates / "modern" / "sample.png").read_bytes() == (out / "modern" / "sample.png").read_bytes()
    assert (templates / "contact-sheet.png").read_bytes() == (out / "contact-sheet.png").read_bytes()
    assert not (out / "classic").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--all"],
        ["--all", "--out", "x", "templates/modern"],
        ["--all", "--out", "x", "--data", "cv.json"],
        ["templates/modern", "--samples"],
        ["templates/modern", "--port", "99999"],
    ],
)
def test_arguments_that_do_not_go_together_are_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)

    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_the_arguments_of_a_preview_are_read() -> None:
    given = parse(["templates/modern", "--data", "cv.json", "--options", json.dumps({"density": "compact"})])

    assert (given.template, given.data, given.port, given.browser) == (
        Path("templates/modern"),
        Path("cv.json"),
        None,
        True,
    )
