"""What a line does not break in."""

from __future__ import annotations

import pytest

from renderer.html.whole import keep_whole


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pages 155–179.", ["155–179"]),
        ("since 2019-03-28", ["2019-03-28"]),
        ("call +44 1632 960 417 now", ["+44 1632 960 417"]),
        ("call (912) 555-4321", ["(912) 555-4321"]),
        ("RFC 9457, 5 - 3, 12 000", []),
        ("example.org/2019-2021/x", []),
        ("A4-120-series", []),
    ],
)
def test_ranges_and_telephone_numbers_are_kept_whole(text: str, kept: list[str]) -> None:
    html = keep_whole(f"<style>a {{ width: 1-2 }}</style><body><p>{text}</p></body>")
    assert [part.partition("</span>")[0] for part in html.split('<span class="whole">')[1:]] == kept
    assert html.replace('<span class="whole">', "").replace("</span>", "").endswith(f"<p>{text}</p></body>")


def test_attributes_stay_as_they_are() -> None:
    html = '<body><a href="tel:+44 1632 960 417" title="1-2">call</a></body>'
    assert keep_whole(html) == html
