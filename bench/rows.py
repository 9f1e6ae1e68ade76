"""The names of the measured cases that the bars ask for."""

from __future__ import annotations

CONTEXT_A_JOB = "a bare Playwright, a new context a job"
REUSED_PAGE = "b bare Playwright, a page reused"
POST_TO_DONE = "c POST to done, ?wait="
POST_TO_BYTES = "c POST with Prefer: wait, and the download"
ONE_AT_A_TIME = "c POST to done, nothing beside"
POLLED = "d POST to done, polled every 3 s"
COLD = "f pool at zero"
COLD_NO_CACHE = "f pool at zero, no page cache"
UNUSED = "f first job of a warm pod"
BURST = "g burst"
NO_OTHER_JOBS = "i no other live jobs"
MANY_LIVE_JOBS = "i many live jobs"
TRACE = "t load trace"
IDLE = "idle"


def contexts(at_once: int) -> str:
    """(a) in parallel."""
    return f"a contexts at once: {at_once}"


def pages(at_once: int) -> str:
    """(b) in parallel."""
    return f"b pages at once: {at_once}"


def load(pods: int, clients: int) -> str:
    """(e)."""
    return f"e pods: {pods}, clients: {clients}"


def control(clients: int) -> str:
    """(h)."""
    return f"h control path alone, clients: {clients}"
