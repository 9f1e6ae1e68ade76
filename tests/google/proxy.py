"""An HTTPS proxy that answers for www.googleapis.com itself, with the certificates in a folder. Standard library only:
a pod runs it as it is.

    python3 proxy.py FOLDER PORT

The folder holds tls.pem (key and certificate of the host) and certificates.json (what is served).
"""

from __future__ import annotations

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "www.googleapis.com"
PATH = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"


class Proxy(ThreadingHTTPServer):
    """Serves the folder's certificates.json as it is at the time."""

    daemon_threads = True

    def __init__(self, folder: Path, address: tuple[str, int]) -> None:
        super().__init__(address, _Connect)
        self.folder = folder
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "tls.pem")
        self.fetched = 0
        """How often the certificates were fetched."""
        self.broken = False
        """Answer 500 instead."""


class _Certificates(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Proxy)
        self.server.fetched += 1
        if self.path != PATH or self.server.broken:
            self.send_error(500)
            return
        body = (self.server.folder / "certificates.json").read_bytes()
        self.send_response(200)
        for name, value in (
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "public, max-age=3600, must-revalidate"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Connect(BaseHTTPRequestHandler):
    def do_CONNECT(self) -> None:
        assert isinstance(self.server, Proxy)
        if self.path != f"{HOST}:443":
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        with self.server.context.wrap_socket(self.connection, server_side=True) as tls:
            _Certificates(tls, self.client_address, self.server)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    Proxy(Path(sys.argv[1]), ("0.0.0.0", int(sys.argv[2]))).serve_forever()
