"""docs/errors.md, from the catalogue of errors; docs/generate.py writes it."""

from __future__ import annotations

from crds.errors import CatalogueEntry, ErrorCode, HttpErrorKind

_INTRODUCTION = """\
# Errors

Made from `crds/errors.py` by `make docs`; do not edit it here.

An export can fail in two ways: the request is refused, or the job that it created ends without a PDF.

"""
_JOBS = """\
## Jobs

`GET /api/export-pdf/job/{jobId}` answers 200 with

    {"jobId": "…", "status": "error", "error": "…", "code": "Timeout", "retryable": true}

`code` is for programs and one of those below. `error` is for people: what happened to this job, then what to do about
it. When `retryable` is true, the same request may succeed when it is sent again; when it is false, it fails again. The
same code is the resource's `status.error.code` and the reason of its condition `Failed`.

| code | retryable | what happened | what to do |
| --- | --- | --- | --- |
"""
_API = """\

## Requests

All other errors are `{"error", "message", "type", "details"?}`; for a job that does not exist, `{"error", "jobId",
"message"}`. `error` is one of those below, `message` says what is wrong in this case and what to do about it, `type`
(RFC 9457) is the URL of its row here, and `details` lists the fields concerned as `{"field", "message"}`. When a client
disconnects before the answer, the metrics count the request as 499.

| status | error | retryable | when | what to do |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page, in Markdown."""
    jobs = "".join(f"| {_anchor(code)}`{code}` | {_rest(code)}" for code in ErrorCode)
    answers = "".join(f"| {kind.status} | {_anchor(kind)}{kind} | {_rest(kind)}" for kind in HttpErrorKind)
    return _INTRODUCTION + _JOBS + jobs + _API + answers


def _anchor(entry: CatalogueEntry) -> str:
    return f'<a id="{entry.anchor}"></a>'


def _rest(entry: CatalogueEntry) -> str:
    return f"{'yes' if entry.retryable else 'no'} | {entry.meaning} | {entry.advice} |\n"
