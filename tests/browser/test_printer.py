"""The hot page of a renderer, with a Chromium whose processes die under it."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from local import chromium
from renderer.chromium.browser import Printer

LONG = "<!doctype html><body>" + "<p>A paragraph that goes on for a while.</p>" * 4000


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    printer = Printer(chromium.require())
    await printer.start()
    yield printer
    await printer.stop()


def kill(pids: Iterable[int]) -> None:
    """Those that are there still: one may take the next along."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(kind: str) -> Iterator[int]:
    """Processes under this one whose command line holds this."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and kind in (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode():
                pid = int(entry.name)
                while pid not in (0, os.getpid()):
                    pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if pid:
                    yield int(entry.name)


@pytest.mark.parametrize("kind", ["--type=renderer", "--type=zygote", "--remote-debugging-pipe"])
async def test_a_document_is_printed_although_chromium_dies_under_it(printer: Printer, kind: str) -> None:
    whole = await printer.print(LONG)
    printing = asyncio.create_task(printer.print(LONG))
    await asyncio.sleep(0.05)  # Whether it then lays out or prints: any moment will do.
    assert not printing.done()
    killed = list(descendants(kind))
    assert killed
    kill(killed)
    async with asyncio.timeout(60):
        assert len(await printing) == pytest.approx(len(whole), rel=0.01)
        assert await printer.print("<p>And the next one.</p>")


async def test_a_page_whose_time_is_up_is_replaced(printer: Printer) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await printer.print(LONG)
    async with asyncio.timeout(30):
        assert await printer.print("<p>And the next one.</p>")


async def test_a_chromium_that_makes_no_more_pages_is_replaced(printer: Printer) -> None:
    kill(descendants("--type=zygote"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await printer.print(LONG)  # It takes the page with it.
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            await printer.print("<p>It asks for another.</p>")
    async with asyncio.timeout(60):
        assert await printer.print("<p>And the next one.</p>")


async def test_pictures_are_there_when_a_document_is_printed(printer: Printer) -> None:
    noise = os.urandom(3 * 900 * 900)
    header = b"BM" + (54 + len(noise)).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    header += (40).to_bytes(4, "little") + (900).to_bytes(4, "little") * 2
    header += (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    picture = "data:image/bmp;base64," + base64.b64encode(header + noise).decode()
    for place in (f'<img src="{picture}">', f'<div style="width: 900px; height: 900px; background: url({picture})">'):
        assert len(await printer.print(place)) > len(noise) / 2
