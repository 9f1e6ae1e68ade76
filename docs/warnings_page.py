"""docs/warnings.md, from the codes of warnings; docs/generate.py writes it."""

from __future__ import annotations

from crds.warnings import MAX_WARNINGS
from cv.warnings import WarningCode

_INTRODUCTION = f"""\
# Warnings

Made from `cv/warnings.py` by `make docs`; do not edit it here.

Nothing of a CV is lost in silence: what a document leaves out, replaces or has in another form is a warning
`{{"code", "field", "message"}}`. The answer about a done job has the list `warnings` when there are some, and
`?details=true` adds it always; it is also the resource's `status.warnings`. There are at most {MAX_WARNINGS}. `code` is
for programs and one of those below, `field` is the place in the request (`cvData.work[0].summary`), `message` is for
people.

| code | what happened | what to do |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page, in Markdown."""
    rows = (f'| <a id="{code.anchor}"></a>`{code}` | {code.meaning} | {code.advice} |\n' for code in WarningCode)
    return _INTRODUCTION + "".join(rows)
