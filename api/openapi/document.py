"""The OpenAPI 3.1 document: operations from the table of routes, answers from here, schemas from the models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from api.jobs.idempotency import HEADER, KEY_PATTERN
from api.jobs.models import (
    ConvertedCv,
    Error,
    ExportRequest,
    Health,
    JobAccepted,
    JobDone,
    JobFailed,
    JobNotFound,
    JobProcessing,
    TemplateList,
)
from api.openapi.access import with_access
from api.openapi.cv_schema import cv_choice, cv_schemas, drop_null_defaults, or_null
from api.openapi.parts import (
    PREFERENCE_APPLIED,
    REF_TEMPLATE,
    RETRY_AFTER,
    RETRY_AFTER_WHILE_RUNNING,
    add_etag,
    make_operation,
    ref,
)
from api.operations import Operation, RoutePath, Tag, operations_of
from api.settings import NO_AUTH
from cv.options import Options
from cv.templates import Metadata
from runtime.build_info import VERSION

_Object = dict[str, Any]

_ANSWERS = (ConvertedCv, Error, Health, JobAccepted, JobDone, JobFailed, JobNotFound, JobProcessing, TemplateList)
_JOB_ID: _Object = {
    "name": "jobId",
    "in": "path",
    "required": True,
    "description": "The jobId that the POST answered.",
    "schema": {"type": "string"},
}
_DETAILS: _Object = {
    "name": "details",
    "in": "query",
    "required": False,
    "description": "Whether the answer has all that is known of a job that has ended, instead of the outcome only.",
    "schema": {"type": "boolean", "default": False},
}
_TAGS = {
    Tag.JOBS: "Exports of CVs: one job each.",
    Tag.CVS: "What is read as a CV.",
    Tag.TEMPLATES: "What an export can look like.",
    Tag.SERVICE: "The service itself: its description, health and metrics.",
}


def document(
    *, templates: Mapping[str, Metadata], max_body_bytes: int, auth_mode: str = NO_AUTH, limited: bool = False
) -> _Object:
    """The document for a service with these templates, this limit of a body's size, and this mode of authentication;
    `limited`: requests or users have limits (429)."""
    whole = _document(templates, max_body_bytes)
    with_access(whole, auth_mode=auth_mode, limited=limited)
    return whole


def _document(templates: Mapping[str, Metadata], max_body_bytes: int) -> _Object:
    operations = _operations(templates, max_body_bytes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PDF export",
            "version": VERSION,
            "description": (
                "Exports CVs as PDFs. Post a CV, then poll the job until its status is done or error; done has the "
                "URL of the PDF. A job is deleted ten minutes after the POST, unless the operator has set another "
                "time. All errors are JSON objects with error, message, type and, for fields that are not valid, "
                "details; for a job that does not exist, error, jobId and message."
            ),
        },
        "tags": [{"name": tag, "description": description} for tag, description in _TAGS.items()],
        "paths": {path: _path_item(path, operations) for path in RoutePath},
        "components": {"schemas": _schemas(templates)},
    }


def _path_item(path: RoutePath, operations: Mapping[Operation, _Object]) -> _Object:
    parameters = {"parameters": [_JOB_ID]} if path is RoutePath.JOB else {}
    return parameters | {operation.method.lower(): operations[operation] for operation in operations_of(path)}


def _operations(templates: Mapping[str, Metadata], max_body_bytes: int) -> dict[Operation, _Object]:
    contents: dict[Operation, Mapping[int, str | Mapping[str, Any]]] = {
        Operation.LIST_TEMPLATES: {200: "TemplateList"},
        Operation.GET_OPENAPI: {200: {"application/json": {"type": "object"}}},
        Operation.IS_ALIVE: {200: "Health"},
        Operation.IS_READY: {200: "Health", 503: "Error"},
        Operation.GET_PAGE: {200: {"text/html": {"type": "string"}}},
    }
    operations = {operation: make_operation(operation, answers) for operation, answers in contents.items()}
    for operation in (Operation.LIST_TEMPLATES, Operation.GET_OPENAPI):
        add_etag(operations[operation])
    return operations | {
        Operation.CREATE_JOB: _create_job(templates, max_body_bytes),
        Operation.GET_JOB: _get_job(),
        Operation.CANCEL_JOB: _delete_job(),
        Operation.CONVERT_CV: _convert_cv(max_body_bytes),
    }


def _create_job(templates: Mapping[str, Metadata], max_body_bytes: int) -> _Object:
    ended: dict[int, str | Mapping[str, Any]] = {200: _one_of({"done": "JobDone", "error": "JobFailed"})}
    operation = make_operation(
        Operation.CREATE_JOB,
        ended
        | {202: "JobAccepted", 400: "Error", 404: "JobNotFound", 408: "Error", 413: "Error", 415: "Error"}
        | {422: "Error", 500: "Error", 503: "Error"},
    )
    answers = operation["responses"]
    answers["202"]["headers"] = {
        "Location": {
            "description": "Where to poll the job.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        },
        **RETRY_AFTER,
    }
    answers["200"]["description"] = (
        "The job has ended: in the time that Prefer names, or as the job of the same Idempotency-Key"
    )
    answers["200"]["headers"] = {"Location": answers["202"]["headers"]["Location"], **PREFERENCE_APPLIED}
    answers["202"]["headers"] |= PREFERENCE_APPLIED
    answers["202"]["links"] = {
        name: {"operationId": operation.operation_id, "parameters": {"jobId": "$response.body#/jobId"}}
        for name, operation in (("Poll", Operation.GET_JOB), ("Cancel", Operation.CANCEL_JOB))
    }
    answers["404"]["description"] = "The job was cancelled or has expired in the time that Prefer names"
    answers["413"]["description"] = f"The body is longer than {max_body_bytes} bytes, or than the cluster can store"
    answers["503"]["description"] += "; or too many jobs are waiting. Nothing was created"
    return operation | {
        "description": (
            "Stores the request as a job and answers at once. A CV is stored as it is sent, including the fields "
            "that no template uses. A body in which an object has the same field twice is refused with 400."
        ),
        "parameters": [
            _DETAILS,
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": (
                    "Makes the request safe to repeat: the same key and body give the same job for as long as "
                    "the job lives; the same key and another body give 422."
                ),
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN},
            },
            {
                "name": "Prefer",
                "in": "header",
                "required": False,
                "description": (
                    "wait=SECONDS (RFC 7240), at most 30: answer 200 as soon as the job has ended, or else 202 after "
                    "that time. Other preferences are ignored."
                ),
                "schema": {"type": "string"},
                "example": "wait=30",
            },
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("ExportRequest"), **_example(templates)}},
        },
    }


def _example(templates: Mapping[str, Metadata]) -> _Object:
    # The examples of single fields need not be valid together: each template takes options of its own.
    for template_id, metadata in sorted(templates.items()):
        request = {
            "resumeId": 123,
            "templateId": template_id,
            "cvData": {
                "basics": {"name": "John Doe", "label": "Engineer"},
                "work": [{"name": "Initech", "position": "Engineer", "startDate": "2021-03"}],
            },
            "fileName": "John_Doe_CV",
            "userPackage": "BASIC",
            "userId": "user-123",
            "options": {"locale": "en", "pageFormat": metadata.options.pageFormat[0]},
        }
        return {"example": request}
    return {}


def _get_job() -> _Object:
    operation = make_operation(
        Operation.GET_JOB,
        {
            200: _one_of({"processing": "JobProcessing", "done": "JobDone", "error": "JobFailed"}),
            404: "JobNotFound",
            422: "Error",
            500: "Error",
            503: "Error",
        },
    )
    operation["responses"]["200"]["headers"] = RETRY_AFTER_WHILE_RUNNING
    operation["parameters"] = [
        _DETAILS,
        {
            "name": "wait",
            "in": "query",
            "required": False,
            "description": "Answer as soon as the job has ended, or else after this many seconds.",
            "schema": {"type": "number", "minimum": 0, "maximum": 30},
        },
    ]
    return operation


def _one_of(models: Mapping[str, str]) -> _Object:
    """The content of an answer whose model, by name, follows from its status."""
    mapping = {status: f"#/components/schemas/{model}" for status, model in models.items()}
    return {
        "application/json": {
            "oneOf": [ref(model) for model in models.values()],
            "discriminator": {"propertyName": "status", "mapping": mapping},
        }
    }


def _delete_job() -> _Object:
    operation = make_operation(
        Operation.CANCEL_JOB,
        {404: "JobNotFound", 500: "Error", 503: "Error"},
    )
    operation["responses"] = {"204": {"description": "The job is deleted"}} | operation["responses"]
    return operation


def _convert_cv(max_body_bytes: int) -> _Object:
    operation = make_operation(
        Operation.CONVERT_CV,
        {200: "ConvertedCv", 400: "Error", 408: "Error", 413: "Error", 415: "Error", 422: "Error", 503: "Error"},
    )
    operation["responses"]["413"]["description"] = f"The body is longer than {max_body_bytes} bytes"
    return operation | {
        "description": (
            "Reads the CV in the body as an export does: JSON Resume and what is near to it, an export of Reactive "
            "Resume v1 to v5, a file of RenderCV as JSON. Nothing is stored."
        ),
        "requestBody": {"required": True, "content": {"application/json": {"schema": cv_choice(REF_TEMPLATE)}}},
    }


def _schemas(templates: Mapping[str, Metadata]) -> _Object:
    _, schema = models_json_schema(
        [(ExportRequest, "validation"), (Options, "validation"), *((model, "validation") for model in _ANSWERS)],
        ref_template=REF_TEMPLATE,
    )
    schemas: _Object = schema["$defs"]
    drop_null_defaults(schemas)
    properties = schemas["ExportRequest"]["properties"]
    if templates:
        properties["templateId"]["enum"] = sorted(templates)
        properties["templateId"]["examples"] = sorted(templates)[:1]
    properties["options"] = {**or_null(ref("Options")), "description": properties["options"]["description"]}
    # Each template takes options of its own: a condition adds them to the common schema.
    schemas["ExportRequest"]["allOf"] = [
        {
            "if": {"properties": {"templateId": {"const": template_id}}},
            "then": {"properties": {"options": or_null(_options_of(metadata))}},
        }
        for template_id, metadata in sorted(templates.items())
    ]
    properties["cvData"] = {**cv_choice(REF_TEMPLATE), "description": properties["cvData"]["description"]}
    return _without_unused({**schemas, **cv_schemas(REF_TEMPLATE)})


def _without_unused(schemas: _Object) -> _Object:
    """The schemas that others or the operations name; those of the request and the answers are what the latter do."""
    named = json.dumps(schemas)
    roots = {"ExportRequest", *(model.__name__ for model in _ANSWERS)}
    return {name: schema for name, schema in schemas.items() if name in roots or f'"{ref(name)["$ref"]}"' in named}


def _options_of(template: Metadata) -> _Object:
    schema = template.options.options_schema()
    return {**schema, "properties": {name: or_null(option) for name, option in schema["properties"].items()}}
