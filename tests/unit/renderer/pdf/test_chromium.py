"""The same job gives the same bytes: in another browser, and on a page that has printed other things before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from local import chromium
from renderer.chromium.browser import Printer
from renderer.pdf.finish import finish
from tests.unit.prints import METADATA

CHROMIUM = chromium.find()
HTML = """<!doctype html><html lang=en><title>T</title><style>@page { size: 793px 1123px; margin: 60px;
@bottom-right { content: counter(page) " of " counter(pages) } }</style>
<h1>Ada</h1><ul><li>one<li><a href="https://example.com">two</a></ul>
<table><tr><th>a<th>b<tr><td>1<td>2</table><p>日本 ليلى नमस्ते 🦊</p><p style="break-before: page">second</p>"""


async def _prints(executable: Path) -> list[bytes]:
    first, second = Printer(executable), Printer(executable)
    try:
        await first.start()
        await second.start()
        alone = await first.print(HTML)
        await second.print("<!doctype html><p>other <b>things</b><table><tr><th>x<td>y</table>")
        return [alone, await second.print(HTML), await first.print(HTML)]
    finally:
        await first.stop()
        await second.stop()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (make tools)")
def test_prints_of_two_browsers_become_the_same_document() -> None:
    assert CHROMIUM is not None
    prints = asyncio.run(_prints(CHROMIUM))
    assert len({finish(printed, METADATA).sha256 for printed in prints}) == 1
