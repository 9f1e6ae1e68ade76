"""The shapes of requests and answers. The OpenAPI document is made from them, so it cannot say anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from api.errors import Problem, invalid
from crds.filenames import safe_file_name
from crds.job import Job, Phase
from crds.resume import Resume, ResumeInvalid, validate_cv

MAX_RESUME_ID = 2**53
NO_CONTROL = r"^[^\u0000-\u001f\u007f-\u009f]*$"
# As in crds/pdfexportjobs.yaml.
LOCALE = r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"


def _whole(value: object) -> object:
    # 123.0 is an integer in JSON (Schema); Python's json makes it a float.
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=-MAX_RESUME_ID, le=MAX_RESUME_ID)]


class ExportOptions(BaseModel):
    """How the document is to look. Options that are not listed here are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)

    locale: str | None = Field(
        None,
        pattern=LOCALE,
        max_length=35,
        description="a BCP 47 language tag such as en or pt-BR",
        examples=["en"],
    )
    pageFormat: Literal["A4", "Letter"] | None = Field(None, description="A4 or Letter")


class ExportRequest(BaseModel):
    """One export of a CV as a PDF. Fields that are not listed here are ignored; null counts as absent where a field
    is optional. Each description says what the field takes."""

    model_config = ConfigDict(extra="ignore", strict=True)

    resumeId: WholeNumber | Annotated[str, Field(min_length=1, max_length=128, pattern=NO_CONTROL)] = Field(
        description="a whole number within ±2^53, or a string of 1 to 128 characters, none a control character",
        examples=[123],
    )
    templateId: str = Field(description="the id of a template, as a string", examples=["modern"])
    cvData: dict[str, Any] = Field(description="a CV as an object in the form of JSON Resume")
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
    options: ExportOptions | None = Field(None, description="an object with locale and pageFormat, both optional")


class JobAccepted(BaseModel):
    """The job is stored. Poll the URL in Location until its status is done or error."""

    jobId: str = Field(json_schema_extra={"format": "uuid"})
    status: Literal["processing"] = "processing"
    message: str

    @classmethod
    def of(cls, job_id: str) -> JobAccepted:
        return cls(
            jobId=job_id,
            message=f"Export job created. Poll /api/export-pdf/job/{job_id} for status.",
        )


class JobProcessing(BaseModel):
    """The job waits or is being rendered."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["processing"]


class JobDone(BaseModel):
    """The PDF can be downloaded from fileUrl."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["done"]
    fileUrl: str = Field(json_schema_extra={"format": "uri"})


class JobFailed(BaseModel):
    """There will be no PDF."""

    model_config = ConfigDict(extra="forbid")
    jobId: str
    status: Literal["error"]
    error: str = Field(description="Why, for people.", examples=["Playwright timeout: rendering exceeded 60s"])
    code: str = Field(description="Why, for programs: one word of a fixed set.", examples=["Timeout"])
    retryable: bool = Field(description="Whether the same request may succeed when it is sent again.")


class JobNotFound(BaseModel):
    """No such job."""

    error: Literal["Job not found"]
    jobId: str
    message: str


class ErrorDetail(BaseModel):
    """A field that does not fit."""

    field: str = Field(examples=["cvData.work[0].startDate"])
    message: str


class Error(BaseModel):
    """Every other error."""

    error: str = Field(description="What kind of error, in a few words.")
    message: str = Field(description="What is wrong and what to do about it, for people.")
    details: list[ErrorDetail] = Field([], description="The fields that do not fit (422).")


class TemplateInfo(BaseModel):
    """What there is to know of a template; more than these fields may come."""

    model_config = ConfigDict(extra="allow")
    id: str = Field(description="What templateId takes.")
    name: str
    description: str
    pageFormats: list[str] = []


class TemplateList(BaseModel):
    """The templates that are installed."""

    templates: list[TemplateInfo]


class Health(BaseModel):
    """Answer of a probe."""

    status: Literal["ok"]


def validate_request(
    body: Mapping[str, Any], *, templates: Mapping[str, Mapping[str, Any]]
) -> tuple[ExportRequest, Resume]:
    """The request in a JSON object, and its CV; ApiError 422 names every field that does not fit.

    `templates` holds the metadata of the known templates by id.
    """
    problems: list[Problem] = []
    request: ExportRequest | None = None
    try:
        request = ExportRequest.model_validate(body)
    except ValidationError as e:
        problems += _problems(e)
    template_id = body.get("templateId")
    if isinstance(template_id, str) and template_id not in templates:
        known = ", ".join(sorted(templates)) or "none is installed"
        problems.append(Problem("templateId", f"unknown template; known templates: {known}"))
    elif request is not None and request.options is not None and request.options.pageFormat is not None:
        formats = templates[request.templateId].get("pageFormats", [request.options.pageFormat])
        if request.options.pageFormat not in formats:
            problems.append(Problem("options.pageFormat", f"this template takes {' or '.join(formats)}"))
    resume: Resume | None = None
    if isinstance(body.get("cvData"), dict):
        try:
            resume = validate_cv(body["cvData"])
        except ResumeInvalid as e:
            problems += [Problem(detail["field"], detail["message"]) for detail in e.details]
    if problems or request is None or resume is None:
        raise invalid(problems)
    return request, resume


def spec_of(
    request: ExportRequest, *, person: str, ttl_seconds: int, timeout_seconds: int, priority: int
) -> dict[str, Any]:
    """The spec of the job that a request asks for; `person` names the file when the request does not."""
    options = request.options or ExportOptions()
    spec: dict[str, Any] = {
        "resumeId": request.resumeId,
        "templateId": request.templateId,
        "cvData": request.cvData,
        "fileName": safe_file_name(request.fileName, person=person),
        "userPackage": request.userPackage,
        "userId": request.userId,
        "locale": options.locale,
        "pageFormat": options.pageFormat,
        "ttlSeconds": ttl_seconds,
        "timeoutSeconds": timeout_seconds,
        "priority": priority,
    }
    return {name: value for name, value in spec.items() if value is not None}


def job_body(job: Job) -> dict[str, Any]:
    """The answer to a poll; exactly the fields of JobProcessing, JobDone or JobFailed."""
    if job.phase is Phase.DONE:
        return {"jobId": job.name, "status": "done", "fileUrl": job.file_url}
    if job.phase is Phase.ERROR:
        return {
            "jobId": job.name,
            "status": "error",
            "error": job.error_message or "The export failed.",
            "code": job.error_code or "Internal",
            "retryable": job.error_retryable,
        }
    return {"jobId": job.name, "status": "processing"}


def _problems(e: ValidationError) -> list[Problem]:
    fields: dict[str, Problem] = {}
    for error in e.errors(include_url=False, include_context=False, include_input=False):
        location = [str(part) for part in error["loc"]]
        model, path = (ExportOptions, location[:2]) if location[0] == "options" else (ExportRequest, location[:1])
        if location == ["options"]:
            model = ExportRequest
        field = ".".join(path)
        takes = model.model_fields[path[-1]].description
        required = "required; " if error["type"] == "missing" else ""
        fields[field] = Problem(field, f"{required}takes {takes}")
    return list(fields.values())
