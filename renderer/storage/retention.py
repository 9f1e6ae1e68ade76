"""How long documents stay in storage beyond their jobs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from pydantic import TypeAdapter, ValidationError

from runtime.settings import rule

KEEP: Final = "keep"
WITH_JOB: Final = "withJob"
_DURATION = TypeAdapter(timedelta)
_LEAST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Retention:
    """What becomes of the document of a job that was done.

    A job that is deleted before its expiry takes it along in any case, since somebody has asked for that.
    """

    with_job: bool = False
    """The document goes when its job does, at the job's expiry at the latest."""
    seconds: float | None = None
    """The document goes so long after it was stored; None: not by its age."""

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Of keep, withJob, a number of seconds or a duration as ISO 8601 has it, such as P30D. PydanticCustomError."""
        if isinstance(value, cls):
            return value
        text = str(value).strip()
        if text in (KEEP, WITH_JOB):
            return cls(with_job=text == WITH_JOB)
        seconds = 0.0
        if text.isdecimal():
            seconds = float(text)
        elif text.startswith("P"):
            with suppress(ValidationError):
                seconds = _DURATION.validate_python(text).total_seconds()
        if seconds < _LEAST_SECONDS:
            raise rule(f"it takes {KEEP}, {WITH_JOB}, seconds or an ISO 8601 duration such as P30D, a minute or longer")
        return cls(seconds=seconds)

    @property
    def sweep_seconds(self) -> float | None:
        """The pause between two sweeps of the bucket; None when there is nothing to sweep."""
        if self.seconds is not None:
            # Often enough that a document stays at most a tenth longer; a sweep lists the whole bucket.
            return min(max(self.seconds / 10, 60.0), 3600.0)
        return 120.0 if self.with_job else None
