"""The conversion of a CV: what an export would read of it, as JSON Resume, and what is not as it was sent."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access.access_control import AccessControl
from api.http.body import read_json
from api.http.errors import Problem, invalid
from crds.warnings import as_status
from cv.accept import Accepted, accept_cv
from cv.resume import ResumeInvalid, field_path
from cv.warnings import Warning, WarningCode


class Conversion:
    """Answers with the CV that was sent as JSON Resume. Nothing is stored."""

    def __init__(self, *, access: AccessControl, max_body_bytes: int) -> None:
        self._access = access
        self._max_body_bytes = max_body_bytes

    async def answer(self, request: Request) -> Response:
        """200, or ApiError 422 for what is no CV."""
        caller = await self._access.authenticate(request)
        self._access.check_rate(request, caller)
        body = await read_json(request, limit=self._max_body_bytes)
        try:
            return JSONResponse(converted_body(accept_cv(body)))
        except ResumeInvalid as e:
            raise invalid([Problem(detail["field"], detail["message"]) for detail in e.details]) from None


def converted_body(accepted: Accepted) -> dict[str, Any]:
    """The answer: `format` is what the CV was sent in, `cvData` the CV without what is empty."""
    cv = accepted.resume.model_dump(mode="json", exclude_defaults=True)
    if not accepted.named:
        del cv["basics"]["name"]
    message = "has no place in JSON Resume. options.sectionTitles takes it"
    headings = (
        Warning(WarningCode.FIELD_IGNORED, field_path(heading.path), message)
        for heading in accepted.headings
        if not heading.usual
    )
    return {"format": accepted.format, "cvData": cv, "warnings": as_status((*accepted.warnings, *headings))}
