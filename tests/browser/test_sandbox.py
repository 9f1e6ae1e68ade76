"""What follows from a machine that does not allow Chromium's sandbox. (Where it does: tests/e2e/test_sandbox.py.)"""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from local import chromium
from renderer.chromium.sandbox import AUTO, REQUIRED, namespaces_refused, start_printer
from renderer.metrics import SANDBOXED
from runtime.settings import SettingsError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has no sandbox for certain: Chromium refuses it")


def test_that_namespaces_are_refused_is_seen_and_why() -> None:
    # The kernel refuses them to a process whose root is not its mounts'.
    script = "import os, renderer.chromium.sandbox as s; os.chroot('/tmp'); print(s.namespaces_refused())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "user namespaces are refused here: Operation not permitted\n"
    assert namespaces_refused() == ""


async def test_root_has_no_sandbox_and_that_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        printer = await start_printer(chromium.require(), AUTO)
    await printer.stop()
    assert "Chromium runs without its sandbox (Chromium refuses it to root)" in caplog.text


async def test_a_document_is_printed_without_the_sandbox_and_that_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A user whose Chromium does not start with it, although the namespaces can be had: root in disguise.
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    SANDBOXED.set(1)
    with caplog.at_level(logging.WARNING):
        printer = await start_printer(chromium.require(), AUTO)
    try:
        assert (await printer.print("<p>A document.</p>")).startswith(b"%PDF-")
    finally:
        await printer.stop()
    assert [sample.value for metric in SANDBOXED.collect() for sample in metric.samples] == [0]
    assert "Chromium runs without its sandbox (Chromium does not start with it)" in caplog.text
    assert "renderer.seccompProfile" in caplog.text


async def test_where_the_sandbox_is_required_nothing_starts_without_it() -> None:
    with pytest.raises(SettingsError, match=r"PDFEXPORT_SANDBOX is 'required', but there is no sandbox") as error:
        await start_printer(chromium.require(), REQUIRED)
    assert "renderer.seccompProfile" in str(error.value)
