"""status.warnings: what was left out of a finished document, or replaced in it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from cv.warnings import Warning

# Further warnings are dropped.
MAX_WARNINGS = 50
# The limits of crds/pdfexportjobs.yaml: above them the API server would refuse the whole status.
MAX_FIELD = 256
MAX_MESSAGE = 1024


def as_status(warnings: Iterable[Warning]) -> list[dict[str, str]]:
    """The value of status.warnings, at most MAX_WARNINGS long and within the limits of the resource."""
    return [
        {"code": warning.code.value, "field": warning.field[:MAX_FIELD], "message": warning.message[:MAX_MESSAGE]}
        for warning in islice(warnings, MAX_WARNINGS)
    ]
