"""Fitting documents to pages: which prints are made, and which one is taken."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from cv.options import Takes, validate_options
from cv.warnings import WarningCode
from renderer.fit import Fitted, fitted
from renderer.html.fill import Filled
from renderer.pdf.fullness import Fullness, fullness

TAKES = Takes(density=["normal"], fontSize=True, lineHeight=True, margins=True)
ALL = frozenset({"fontSize", "lineHeight", "margins", "space"})


def pdf(pages: float) -> bytes:
    """A print of so many pages; the text of the last one reaches as far as the fraction says."""
    count, last = int(pages), pages - int(pages)
    count += last > 0
    out = pikepdf.new()
    for number in range(count):
        page = out.add_blank_page(page_size=(600, 800))
        low = 800 * (1 - last) if number == count - 1 and last else 40
        footer = "BT\n1 0 0 1 10 20 Tm\nET\n"
        content = f"/P <</MCID 0 >>BDC\nBT\n1 0 0 -1 9 {2 * (800 - low):g} Tm\nET\nEMC\n"
        text = f"{footer}q\n.5 0 0 -.5 0 800 cm\n{content}Q\n"
        page.Contents = out.make_stream(text.encode())

    data = io.BytesIO()
    out.save(data)
    return data.getvalue()


def fit(
    pages_at: Callable[[float], float], *, resizable: frozenset[str] = ALL, **options: Any
) -> tuple[Fitted, list[float]]:
    """Fit a document that has so many pages at a size of the text; and the sizes that were printed."""
    printed: list[float] = []

    async def to_pdf(html: str) -> bytes:
        found = re.search(r"--size: ([0-9.]+)", html)
        printed.append(float(found[1]) if found else 1.0)
        return pdf(pages_at(printed[-1]))

    resolved = TAKES.resolve(validate_options(options))
    filled = Filled("<head></head>", "J", "en", (), resolved, resizable)
    return asyncio.run(fitted(filled, to_pdf)), printed


def found(result: Fitted) -> list[str]:
    return [warning.code for warning in result.warnings]


def test_how_far_a_page_is_filled_is_read_without_its_header_and_footer() -> None:
    full = fullness(pdf(1.25))
    assert full.pages == 2
    assert full.last == pytest.approx(0.25)
    assert fullness(pdf(1)) == Fullness(1, 1.0)


@pytest.mark.parametrize("pages", [1, 0.1, 1.25, 3.9])
def test_a_document_whose_last_page_is_filled_is_printed_once(pages: float) -> None:
    result, printed = fit(lambda _: pages)
    assert printed == [1.0]
    assert not result.warnings


def test_a_nearly_empty_last_page_is_drawn_in() -> None:
    result, printed = fit(lambda size: 1.05 if size == 1 else 1)
    assert printed == [1.0, 0.97]
    assert fullness(result.printed).pages == 1
    assert found(result) == [WarningCode.PAGES_FITTED]
    assert "1 page: text at 97 %" in result.warnings[0].message


def test_a_last_page_that_cannot_be_drawn_in_gets_more() -> None:
    result, printed = fit(lambda size: 1.25 if size > 1 else 1.15)
    assert printed == [1.0, 0.97, 1.03]
    assert fullness(result.printed).last > 0.2
    assert found(result) == [WarningCode.PAGES_FITTED]


def test_a_document_that_nothing_helps_stays_as_it_is() -> None:
    result, _ = fit(lambda _: 1.1)
    assert not result.warnings


def test_as_many_pages_as_asked_for_in_the_largest_sizes() -> None:
    result, printed = fit(lambda size: 1.5 if size > 0.93 else 1, maxPages=1)
    assert fullness(result.printed).pages == 1
    assert "text at 92 %" in result.warnings[0].message
    assert len(printed) <= 5


def test_pages_that_cannot_be_kept_are_told() -> None:
    result, _ = fit(lambda size: 2.5 if size > 0.9 else 2, maxPages=1)
    assert fullness(result.printed).pages == 2
    assert found(result) == [WarningCode.PAGES_FITTED, WarningCode.PAGES_EXCEEDED]


@pytest.mark.parametrize(
    ("resizable", "options", "why"),
    [(ALL, {"fit": "none"}, "fit none leaves"), (frozenset[str](), {}, "the sizes that the options set")],
)
def test_what_may_not_change_stays(resizable: frozenset[str], options: dict[str, Any], why: str) -> None:
    result, printed = fit(lambda _: 2.05, resizable=resizable, maxPages=1, **options)
    assert printed == [1.0]
    assert found(result) == [WarningCode.PAGES_EXCEEDED]
    assert why in result.warnings[0].message


def test_sizes_of_the_request_stay() -> None:
    result, printed = fit(lambda _: 1.05, resizable=ALL - {"fontSize"}, fontSize=90)
    assert set(printed[1:]) == {0.9}
    assert not result.warnings
