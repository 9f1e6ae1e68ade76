"""Google's certificates, served to this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.google.keys import Key, write_certificates, write_tls
from tests.google.proxy import Proxy


@contextmanager
def google_serves(folder: Path, *keys: Key) -> Iterator[Proxy]:
    """While this lasts, HTTPS requests for www.googleapis.com are answered with the certificates of `keys`."""
    write_tls(folder)
    write_certificates(folder, *keys)
    proxy = Proxy(folder, ("127.0.0.1", 0))
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HTTPS_PROXY", "https_proxy"):
                patch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
            for name in ("NO_PROXY", "no_proxy"):
                patch.delenv(name, raising=False)
            patch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
            yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
