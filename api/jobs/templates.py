"""The list of templates: those that are installed, without those that are broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from api.http.etag import ETagResponse
from api.jobs.models import TemplateInfo, TemplateList
from cv.templates import Metadata
from kube.client import JsonObject


class TemplateListing:
    """Answers with the list; `broken` gives the ids that are left out at the moment."""

    def __init__(
        self, templates: Mapping[str, Metadata], *, cv_schema: JsonObject, broken: Callable[[], frozenset[str]]
    ) -> None:
        self._infos = {template_id: TemplateInfo.of(template_id, known) for template_id, known in templates.items()}
        self._cv_schema = cv_schema
        self._broken = broken
        self._left_out = frozenset[str]()
        self._response = self._without(self._left_out)

    async def answer(self, request: Request) -> Response:
        """200, or 304 to a client that has the current list."""
        # Encoded anew only when it changes, so that its ETag is that of its content.
        if (broken := self._broken() & self._infos.keys()) != self._left_out:
            self._left_out, self._response = broken, self._without(broken)
        return await self._response.answer(request)

    def _without(self, broken: frozenset[str]) -> ETagResponse:
        infos = [info for template_id, info in self._infos.items() if template_id not in broken]
        return ETagResponse.of_json(TemplateList(templates=infos, cvSchema=self._cv_schema).model_dump())
