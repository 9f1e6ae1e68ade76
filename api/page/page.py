"""The page at `/` to try the service with: one document out of page.html, page.css and scripts/, with the pictures of
the templates in it. Nothing is loaded from elsewhere but the finished PDF."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.http.etag import ETagResponse

_FOLDER = Path(__file__).parent
SCRIPTS = (
    *("dom", "requests", "options", "templates", "cv_text", "cv_form", "problems"),
    *("pdf", "live", "history", "export", "developers", "page"),
)
"""In their order in the page. They share one scope; what runs when the page loads stands in the last."""


@dataclass(frozen=True)
class Page:
    """The HTML, and the policy that lets only its own script and style run."""

    html: str
    content_security_policy: str

    def response(self) -> ETagResponse:
        """200 with the page, or 304."""
        headers = {"Content-Security-Policy": self.content_security_policy}
        return ETagResponse(self.html.encode(), media_type="text/html", headers=headers)


def load_page(*, files_from: str, ttl_seconds: int, pictures: Mapping[str, bytes]) -> Page:
    """Put the page together. `files_from` is the origin of the PDFs: it may be fetched from, to show a PDF in place.
    `ttl_seconds`: how long a job lives after its POST. `pictures`: WebP by templateId."""
    style = _read("page.css")
    script = "\n".join(_read(f"scripts/{name}.js") for name in SCRIPTS)
    data = {
        "sampleCv": _read("sample_cv.json"),
        "ttlSeconds": ttl_seconds,
        "pictures": {template_id: base64.b64encode(picture).decode() for template_id, picture in pictures.items()},
    }
    html = _read("page.html")
    # Within <script> only "</" could end the JSON.
    for mark, content in (
        ("/*STYLE*/", style),
        ("/*DATA*/", json.dumps(data).replace("</", "<\\/")),
        ("/*SCRIPT*/", script),
    ):
        if html.count(mark) != 1:
            raise ValueError(f"page.html must have {mark} once")
        html = html.replace(mark, content)
    policy = (
        f"default-src 'none'; connect-src 'self' {files_from}; img-src data:; frame-src blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"script-src {_hash(script)}; style-src {_hash(style)}"
    )
    return Page(html=html, content_security_policy=policy)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
