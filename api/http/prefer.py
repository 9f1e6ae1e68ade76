"""The Prefer header (RFC 7240): what a client would like, and what no request fails for."""

from __future__ import annotations

import re

from starlette.requests import Request

APPLIED = "Preference-Applied"
# token [BWS "=" BWS word] *(OWS ";" [parameter]): only the name and the value count here.
_PREFERENCE = re.compile(r"\s*wait\s*=\s*\"?([0-9]{1,9})\"?\s*(;.*)?", re.IGNORECASE)


def preferred_wait(request: Request, *, maximum: int) -> int | None:
    """How many seconds the client would wait for the outcome (RFC 7240, 4.3), at most `maximum`; None when it does not
    say. Preferences that are not valid are ignored, of several the first counts (RFC 7240, 2)."""
    for value in request.headers.getlist("Prefer"):
        for preference in value.split(","):
            if found := _PREFERENCE.fullmatch(preference):
                return min(int(found[1]), maximum)
    return None
