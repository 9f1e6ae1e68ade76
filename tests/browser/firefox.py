"""Firefox, driven through WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) as Debian has it: Playwright drives a
build of its own, which no package archive carries."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_SECONDS = 30


class Firefox:
    """One window."""

    def __init__(self, connection: websocket.WebSocket) -> None:
        self.errors: list[str] = []
        """What the page has logged as errors, and exceptions that it has not caught."""
        self._connection = connection
        self._ids = itertools.count(1)
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        # The first window shows a page of the browser's own, which cannot be navigated from.
        self._context = self.command("browsingContext.create", type="tab")["context"]

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command; RuntimeError for an error."""
        command_id = next(self._ids)
        self._connection.send(json.dumps({"id": command_id, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._connection.recv())
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == command_id:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                result: dict[str, Any] = message["result"]
                return result

    def open(self, url: str) -> None:
        """Load a page."""
        self.command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of its promise, that JSON has a form for."""
        result = self.command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"])

    def wait_for(self, expression: str) -> None:
        """Return once the expression is true; AssertionError after 30 seconds."""
        _wait_until(lambda: bool(self.evaluate(expression)), expression)


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < until, f"not after {_SECONDS} s: {what}"
        time.sleep(0.05)


@contextmanager
def open_firefox(profile: Path) -> Iterator[Firefox]:
    """A Firefox without a screen; `profile` is an empty folder."""
    assert FIREFOX is not None
    address = profile / "WebDriverBiDiServer.json"
    arguments = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        try:
            _wait_until(lambda: address.is_file() and address.read_text().endswith("}"), "Firefox is ready")
            server = json.loads(address.read_text())
            url = f"ws://{server['ws_host']}:{server['ws_port']}/session"
            connection = websocket.create_connection(url, timeout=_SECONDS, suppress_origin=True)
            yield Firefox(connection)
            connection.close()
        finally:
            program.terminate()
