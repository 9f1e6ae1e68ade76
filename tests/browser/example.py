"""An example application on an origin of its own."""

from __future__ import annotations

import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Example:
    """Serves the files of an example application, in which `placeholder` stands for the address of the API."""

    def __init__(self, folder: Path, placeholder: str) -> None:
        self.api_url = ""
        """What the example takes for the address of the API."""
        example = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                file = folder / (self.path.removeprefix("/") or "index.html")
                found = file.is_file()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                content = file.read_bytes() if found else b""
                self.wfile.write(content.replace(placeholder.encode(), example.api_url.encode()))

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
