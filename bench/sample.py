"""The one document of all measurements: a CV of two pages, as the API takes it and as Chromium prints it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cluster.paths import CHECKOUT
from cv.options import Options
from cv.resume import validate_cv
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage

_CV = CHECKOUT / "tests" / "data" / "cv-two-pages.json"
_TEMPLATE = "modern"


@dataclass(frozen=True, slots=True)
class Sample:
    """body: of the POST. spec: of the resource. html: what the renderer would print."""

    body: bytes
    spec: dict[str, Any]
    html: str


def sample() -> Sample:
    """Read and fill it once; no measurement below does."""
    cv = json.loads(_CV.read_text())
    request = {"resumeId": 1, "templateId": _TEMPLATE, "cvData": cv, "fileName": "bench"}
    templates = Templates([CHECKOUT / "templates"], coverage=Coverage.of_system())
    html = templates.fill(_TEMPLATE, validate_cv(cv), Options()).html
    return Sample(json.dumps(request).encode(), request, html)
