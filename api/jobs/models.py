"""The bodies of requests and answers. The OpenAPI document is made from these models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError
from pydantic.json_schema import SkipJsonSchema

from api.http.errors import Problem, invalid
from api.operations import job_path
from crds.errors import ErrorCode, HttpErrorKind, message_with_advice
from crds.filenames import safe_file_name
from crds.job import Job, Phase, format_time
from crds.warnings import MAX_WARNINGS
from cv.accept import Accepted, accept_cv
from cv.options import WHOLE, Options, OptionsInvalid, validate_options
from cv.resume import ResumeInvalid
from cv.templates import Metadata

MAX_RESUME_ID = 2**53
NO_CONTROL = r"^[^\u0000-\u001f\u007f-\u009f]*$"


_T = TypeVar("_T")
# A field that some answers have; where it is there, it is never null.
_OnlySometimes: TypeAlias = _T | SkipJsonSchema[None]
_ExpiresAt = Annotated[
    _OnlySometimes[str],
    Field(description="When the job is deleted, in UTC (RFC 3339).", json_schema_extra={"format": "date-time"}),
]
_Timings = Annotated[
    _OnlySometimes[dict[str, float]],
    Field(
        description="Where the time went, in milliseconds by step. A job that failed has the steps that it came to.",
        examples=[
            {"queueMs": 4.1, "renderMs": 118.0, "fillMs": 9.2, "printMs": 77.4, "finishMs": 31.4, "uploadMs": 52.0}
        ],
    ),
]
WholeNumber = Annotated[int, Field(strict=True, ge=-MAX_RESUME_ID, le=MAX_RESUME_ID), WHOLE]


class ExportRequest(BaseModel):
    """One export of a CV as a PDF. Fields that are not listed here are ignored; null counts as absent where a field
    is optional. The description of each states which values are valid; messages quote it."""

    model_config = ConfigDict(extra="ignore", strict=True)

    resumeId: WholeNumber | Annotated[str, Field(min_length=1, max_length=128, pattern=NO_CONTROL)] = Field(
        description="a whole number within ±2^53, or a string of 1 to 128 characters, none a control character",
        examples=[123],
    )
    templateId: str = Field(description="the id of a template, as a string", examples=["modern"])
    cvData: dict[str, Any] | list[Any] = Field(
        description="a CV as an object, in the form of JSON Resume or one that is read as it, or a list with one CV"
    )
    fileName: str | None = Field(
        None,
        max_length=1024,
        description="a string of at most 1024 characters; it is made safe, shortened to 200 and gets .pdf",
        examples=["John_Doe_CV"],
    )
    userPackage: str | None = Field(
        None,
        max_length=64,
        pattern=NO_CONTROL,
        description="a string of at most 64 characters, none a control character",
        examples=["BASIC"],
    )
    userId: str | None = Field(
        None,
        max_length=128,
        pattern=NO_CONTROL,
        description="a string of at most 128 characters, none a control character",
        examples=["user-123"],
    )
    options: dict[str, Any] | None = Field(
        None, description="an object that says how the document is to look, within what the template takes"
    )


class JobAccepted(BaseModel):
    """The job is stored. Poll the URL in Location until its status is done or error."""

    jobId: str
    status: Literal["processing"] = "processing"
    message: str

    @classmethod
    def of(cls, job_id: str) -> JobAccepted:
        return cls(
            jobId=job_id,
            message=f"Export job created. Poll {job_path(job_id)} for status.",
        )


class JobProcessing(BaseModel):
    """The job is waiting or being rendered."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["processing"]


class JobWarning(BaseModel):
    """Something that was left out of the document, or replaced in it; later versions may add fields."""

    code: str = Field(
        description="What happened, for programs: one word of a fixed set, which docs/warnings.md lists.",
        examples=["PhotoIgnored"],
    )
    field: str = Field(
        description="The field as the request names it.", examples=["cvData.work[0].summary", "options.locale"]
    )
    message: str = Field(description="What happened, for people.")


class ConvertedCv(BaseModel):
    """A CV as JSON Resume; later versions may add fields."""

    format: str = Field(description="What the CV was sent in.", examples=["Reactive Resume v4"])
    cvData: dict[str, Any] = Field(
        description="The CV in the form of JSON Resume, which an export takes: without what is empty."
    )
    warnings: list[JobWarning] = Field(
        description=f"What is not in cvData, or not as it was sent; at most {MAX_WARNINGS}."
    )


class JobDone(BaseModel):
    """The PDF can be downloaded from fileUrl. With details=true the answer has all fields; without it, it has warnings
    when there are some, and not pages, sizeBytes, sha256, expiresAt and timings."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["done"]
    fileUrl: str = Field(json_schema_extra={"format": "uri"})
    warnings: _OnlySometimes[list[JobWarning]] = Field(
        None, description=f"What was left out of the document, or replaced in it; at most {MAX_WARNINGS}."
    )
    pages: _OnlySometimes[NonNegativeInt] = Field(None, description="The number of pages of the PDF.")
    sizeBytes: _OnlySometimes[NonNegativeInt] = Field(None, description="The size of the PDF in bytes.")
    sha256: _OnlySometimes[str] = Field(None, description="The SHA-256 of the PDF, lower-case hexadecimal.")
    expiresAt: _ExpiresAt = None
    timings: _Timings = None


class JobFailed(BaseModel):
    """The job ended without a PDF. The answer has expiresAt and timings only with details=true."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["error"]
    error: str = Field(
        description="Why, and what to do about it, for people.",
        examples=[message_with_advice(ErrorCode.TIMEOUT, "Playwright timeout: rendering exceeded 60s")],
    )
    code: str = Field(description="Why, for programs: one word of a fixed set.", examples=["Timeout"])
    retryable: bool = Field(description="Whether the same request may succeed when it is sent again.")
    expiresAt: _ExpiresAt = None
    timings: _Timings = None


class JobNotFound(BaseModel):
    """No such job."""

    error: Literal["Job not found"]
    jobId: str
    message: str


class ErrorDetail(BaseModel):
    """A field that is not valid."""

    field: str = Field(examples=["cvData.work[0].startDate"])
    message: str


class Error(BaseModel):
    """Every other error."""

    error: str = Field(description="The kind of error, in a few words.")
    message: str = Field(description="What is wrong and what to do about it, for people.")
    type: _OnlySometimes[str] = Field(
        None,
        description="The URL of the documentation of this kind of error (RFC 9457, 3.1.1).",
        json_schema_extra={"format": "uri"},
        examples=[HttpErrorKind.INVALID.type],
    )
    details: list[ErrorDetail] = Field([], description="The fields that are not valid (403, 422).")


class TemplateInfo(BaseModel):
    """A template that is installed; later versions may add fields."""

    model_config = ConfigDict(extra="allow")
    id: str = Field(description="What templateId takes.", examples=["modern"])
    name: str
    description: str
    columns: int
    options: dict[str, Any] = Field(
        description="What options takes with this template, and its defaults: a JSON Schema (2020-12) of the object."
    )

    @classmethod
    def of(cls, template_id: str, metadata: Metadata) -> TemplateInfo:
        return cls(
            id=template_id,
            name=metadata.name,
            description=metadata.description,
            columns=metadata.columns,
            options=metadata.options.options_schema(),
        )


class TemplateList(BaseModel):
    """The templates that are installed, and what they print."""

    templates: list[TemplateInfo]
    cvSchema: dict[str, Any] = Field(description="What cvData takes: a JSON Schema (2020-12).")


class Health(BaseModel):
    """Answer of a probe."""

    status: Literal["ok"]


@dataclass(frozen=True)
class Export:
    """A request that has passed all checks that are possible without printing it."""

    request: ExportRequest
    accepted: Accepted
    options: Options


def validate_request(body: Mapping[str, Any], *, templates: Mapping[str, Metadata]) -> Export:
    """The request in a JSON object; ApiError 422 names each field that is not valid, and the values that are.

    `templates` holds the metadata of the installed templates by id.
    """
    problems: list[Problem] = []
    request: ExportRequest | None = None
    try:
        request = ExportRequest.model_validate(body)
    except ValidationError as e:
        problems += _problems(e)
    template_id = body.get("templateId")
    template = templates.get(template_id) if isinstance(template_id, str) else None
    if isinstance(template_id, str) and template is None:
        installed = ", ".join(sorted(templates)) or "none"
        problems.append(Problem("templateId", f"unknown template; installed templates: {installed}"))
    options: Options | None = None
    if isinstance(body.get("options"), dict | None):
        try:
            options = validate_options(body.get("options"))
            if template is not None:
                template.options.resolve(options)
        except OptionsInvalid as e:
            problems += [Problem(detail["field"], detail["message"]) for detail in e.details]
    accepted: Accepted | None = None
    if isinstance(body.get("cvData"), dict | list):
        try:
            accepted = accept_cv(body["cvData"])
        except ResumeInvalid as e:
            problems += [Problem(detail["field"], detail["message"]) for detail in e.details]
    if problems or request is None or accepted is None or options is None:
        raise invalid(problems)
    return Export(request, accepted, options)


def spec_of(export: Export, *, ttl_seconds: int, timeout_seconds: int, priority: int) -> dict[str, Any]:
    """The spec of the job that a request asks for; without a file name of its own the file gets the person's."""
    request, accepted = export.request, export.accepted
    person = accepted.resume.basics.name if accepted.named else None
    spec: dict[str, Any] = {
        "resumeId": request.resumeId,
        "templateId": request.templateId,
        # The resource takes an object there.
        "cvData": {"cvData": request.cvData} if isinstance(request.cvData, list) else request.cvData,
        "options": export.options.model_dump(exclude_none=True) or None,
        "fileName": safe_file_name(request.fileName, person=person),
        "userPackage": request.userPackage,
        "userId": request.userId,
        "ttlSeconds": ttl_seconds,
        "timeoutSeconds": timeout_seconds,
        "priority": priority,
    }
    return {name: value for name, value in spec.items() if value is not None}


def job_body(job: Job, *, details: bool = False) -> dict[str, Any]:
    """The answer to a poll; exactly the fields of JobProcessing, JobDone or JobFailed, and with `details` the further
    ones of the last two."""
    known = job.details or {}
    if job.phase is Phase.DONE:
        body = {"jobId": job.name, "status": "done", "fileUrl": job.file_url}
        if details:
            return body | _work(job) | {"warnings": [], **known}
        return body | {name: known[name] for name in ("warnings",) if known.get(name)}
    if job.phase is Phase.ERROR:
        return {
            "jobId": job.name,
            "status": "error",
            "error": message_with_advice(job.error_code, job.error_message or "The export failed."),
            "code": job.error_code or "Internal",
            "retryable": job.error_retryable,
            **(_work(job) if details else {}),
        }
    return {"jobId": job.name, "status": "processing"}


def _work(job: Job) -> dict[str, Any]:
    return {"expiresAt": format_time(job.expires), "timings": (job.details or {}).get("timings", {})}


def _problems(e: ValidationError) -> list[Problem]:
    fields: dict[str, Problem] = {}
    for error in e.errors(include_url=False, include_context=False, include_input=False):
        field = str(error["loc"][0])
        required = "required; " if error["type"] == "missing" else ""
        fields[field] = Problem(field, f"{required}takes {ExportRequest.model_fields[field].description}")
    return list(fields.values())
