"""The page at `/` to try the service with: one document out of page.html, page.css and the two scripts, nothing loaded
from elsewhere but the finished PDF."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent
_PRELUDE = '"use strict";\nconst $ = (id) => document.getElementById(id);'


@dataclass(frozen=True)
class Page:
    """The HTML, and the policy that lets only its own script and style run."""

    html: str
    content_security_policy: str

    async def answer(self, _request: Request) -> Response:
        """200 with the page."""
        headers = {"Content-Security-Policy": self.content_security_policy, "Cache-Control": "no-cache"}
        return Response(self.html, media_type="text/html", headers=headers)


def load_page(*, files_from: str) -> Page:
    """Put the page together. `files_from` is the origin of the PDFs: it may be fetched from, to show a PDF in place."""
    style = _read("page.css")
    script = "\n".join([_PRELUDE, _read("page_options.js"), _read("page.js")])
    # Within <script> only "</" could end the JSON.
    sample = _read("sample_cv.json").replace("</", "<\\/")
    html = _read("page.html")
    for mark, content in (("/*STYLE*/", style), ("/*SAMPLE_CV*/", sample), ("/*SCRIPT*/", script)):
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
