"""One document from its data to its finished PDF: validate, fill, print, finish. No cluster, no storage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crds.errors import ErrorCode, JobError
from cv.accept import Accepted, accept_cv
from cv.options import Options, OptionsInvalid, options_of
from cv.resume import Resume, ResumeInvalid
from cv.warnings import Warning
from renderer.chromium.browser import Printer
from renderer.fit import fitted
from renderer.html import photo
from renderer.html.fill import Filled, TemplateBroken, Templates, UnknownTemplate
from renderer.metrics import step
from renderer.pdf.finish import Document, Metadata, finish

log = logging.getLogger("renderer")

_MAX_KEYWORDS = 30


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF, and what in it is not as it is in the data."""

    document: Document
    warnings: tuple[Warning, ...]


class Documents:
    """Renders the specs of jobs; what previews and tests show is made by the same code."""

    def __init__(self, templates: Templates, printer: Printer) -> None:
        self._templates = templates
        self._printer = printer

    async def warm_up(self, template_ids: Iterable[str]) -> None:
        """Print each template once, so that Chromium has its fonts and no job waits for them. BrowserStuck.

        Jobs may be printed meanwhile: one waits for the print of one template at most.
        """
        for template_id in template_ids:
            filled = self._templates.fill(template_id, self._templates.sample(template_id), Options())
            try:
                await self._printer.print(filled.html)
            except JobError as e:
                log.error("template %s: its sample cannot be printed: %s", template_id, e.code)

    async def render(self, spec: Mapping[str, Any], timings: dict[str, float] | None = None) -> Rendered:
        """The PDF of a job's spec, and into `timings` what each step took. JobError says what is wrong, BrowserStuck
        that only a new process helps."""
        with step("fill", timings):
            accepted, filled = await self._fill(spec)
        with step("print", timings):
            fit = await fitted(filled, self._printer.print)
        with step("finish", timings):
            document = await asyncio.to_thread(finish, fit.printed, _metadata(accepted.resume, filled))
        return Rendered(document, (*accepted.warnings, *filled.warnings, *fit.warnings))

    async def _fill(self, spec: Mapping[str, Any]) -> tuple[Accepted, Filled]:
        try:
            options = options_of(spec)
            accepted = accept_cv(spec["cvData"], file_name=spec.get("fileName"), language=options.locale)
            resume = await self._with_photo(accepted.resume, spec["templateId"], options)
            filled = self._templates.fill(
                spec["templateId"], resume, options, headings=accepted.headings, said=accepted.language
            )
            return accepted, filled
        except (ResumeInvalid, OptionsInvalid) as e:
            raise JobError(ErrorCode.INVALID_DATA, str(e)) from e
        except photo.PhotoInvalid as e:
            raise JobError(ErrorCode.INVALID_DATA, f"cvData.basics.image: {e}") from e
        except UnknownTemplate as e:
            raise JobError(ErrorCode.UNKNOWN_TEMPLATE, str(e)) from e
        except TemplateBroken as e:
            raise self._template_error(spec["templateId"], e) from e

    def _template_error(self, template_id: str, e: TemplateBroken) -> JobError:
        if e is self._templates.broken.get(template_id):
            return JobError(ErrorCode.TEMPLATE_BROKEN, f"The template {template_id} is broken", str(e))
        # The reason may quote the CV that the template broke on, other than that of its own sample.
        detail = f"{e.file}:{e.line}: {type(e.__cause__).__name__}"
        return JobError(ErrorCode.TEMPLATE_ERROR, f"The template {template_id} cannot print this CV", detail)

    async def _with_photo(self, resume: Resume, template_id: str, options: Options) -> Resume:
        """The CV with its photo made ready to print where the document shows it."""
        image = resume.basics.image
        if not image or not self._templates.takes(template_id).resolve(options).photo:
            return resume
        image = await asyncio.to_thread(photo.prepare, image)
        return resume.with_basics(image=image)


def _metadata(resume: Resume, filled: Filled) -> Metadata:
    skills = (word for skill in resume.skills for word in (skill.name, *skill.keywords) if word)
    return Metadata(
        title=filled.title,
        author=resume.basics.name,
        subject=resume.basics.label,
        keywords=tuple(dict.fromkeys(skills))[:_MAX_KEYWORDS],
        language=filled.lang,
    )
