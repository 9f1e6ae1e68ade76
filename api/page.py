"""The page at `/` to try the service with: one file, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_SAMPLE_MARK = "/*SAMPLE_CV*/"


@dataclass(frozen=True)
class Page:
    """The HTML, and the policy that lets only its own script and style run."""

    html: str
    content_security_policy: str


def load_page() -> Page:
    """Read page.html and put the sample CV in."""
    sample = (_FOLDER / "sample_cv.json").read_text("utf-8").replace("</", "<\\/")
    html = (_FOLDER / "page.html").read_text("utf-8").replace(_SAMPLE_MARK, sample)
    policy = (
        "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; script-src {_hash(html, 'script')}; style-src {_hash(html, 'style')}"
    )
    return Page(html=html, content_security_policy=policy)


def _hash(html: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    if found is None:
        raise ValueError(f"page.html has no <{tag}>")
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"
