"""docs/errors.md, from the codes of jobs and the errors of the API; docs/generate.py writes it."""

from __future__ import annotations

from api.http.error_kinds import ErrorKind
from crds.errors import ErrorCode

_INTRODUCTION = """\
# Errors

Made from `crds/errors.py` and `api/http/error_kinds.py` by `make docs`; do not edit it here.

An export can fail in two ways: the request is refused, or the job that it made ends without a PDF.

"""
_JOBS = """\
## Jobs

`GET /api/export-pdf/job/{jobId}` answers 200 with

    {"jobId": "…", "status": "error", "error": "…", "code": "Timeout", "retryable": true}

`code` is one of those below, for programs. `error` is for people: what happened to this job, then what to do about it.
With `retryable` the same request may succeed when it is sent again; without, it fails again. The same code stands in
the resource's `status.error.code` and as the reason of its condition `Failed`.

| code | retryable | what happened | what to do |
| --- | --- | --- | --- |
"""
_API = """\

## Requests

All other errors are `{"error", "message", "details"?}`, for a job that is not there `{"error", "jobId", "message"}`.
`error` is one of those below, `message` says what is wrong in this case and what to do about it, and `details` lists
the fields that it is about as `{"field", "message"}`. A client that hangs up before there is an answer gets none; the
metrics count it as 499.

| status | error | the same again may succeed | when | what to do |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page, in Markdown."""
    codes = "".join(f"| `{code}` | {_yes(code.retryable)} | {code.meaning} | {code.advice} |\n" for code in ErrorCode)
    kinds = "".join(
        f"| {kind.status} | {kind.error} | {_yes(kind.value.retryable)} | {kind.value.when} | {kind.value.advice} |\n"
        for kind in ErrorKind
    )
    return _INTRODUCTION + _JOBS + codes + _API + kinds


def _yes(value: bool) -> str:
    return "yes" if value else "no"
