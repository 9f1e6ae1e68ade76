"""An example application on an origin of its own."""

from __future__ import annotations

import mimetypes
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.loopback import LoopbackServer


class Example(LoopbackServer):
    """Serves the files of an example application, in which `placeholder` stands for the address of the API."""

    def __init__(self, folder: Path, placeholder: str) -> None:
        self._folder = folder
        self._placeholder = placeholder
        self.api_url = ""
        """What the example takes for the address of the API."""
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        file = self._folder / (request.path.removeprefix("/") or "index.html")
        found = file.is_file()
        request.send_response(200 if found else 404)
        request.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
        request.send_header("Cache-Control", "no-store")
        request.end_headers()
        content = file.read_bytes() if found else b""
        request.wfile.write(content.replace(self._placeholder.encode(), self.api_url.encode()))
