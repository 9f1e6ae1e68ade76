"""Export CVs as PDFs with the pdf-export service.

    from pdf_export_client import Client

    with Client("https://export.example.com", token=token) as client:
        done = client.export({"resumeId": 123, "templateId": "modern", "cvData": cv})
        pdf = client.download(done)

AsyncClient has the same methods as coroutines. errors.py draws the tree of exceptions. Inside: client.py and command.py
do the input and output, protocol.py decides what is sent, models.py has the shapes, errors.py the exceptions.
"""

from __future__ import annotations

from pdf_export_client.client import AsyncClient, Client
from pdf_export_client.errors import (
    BadRequest,
    ExportError,
    FieldProblem,
    Forbidden,
    JobFailed,
    JobNotFound,
    Overloaded,
    PatienceEnded,
    RateLimited,
    RequestRefused,
    TransportError,
    Unauthorized,
    ValidationFailed,
)
from pdf_export_client.models import (
    Converted,
    Done,
    ExportRequest,
    Failed,
    JobStatus,
    Options,
    Processing,
    TemplateInfo,
    TemplateList,
    Update,
    Warning,
)

__all__ = [
    "AsyncClient",
    "BadRequest",
    "Client",
    "Converted",
    "Done",
    "ExportError",
    "ExportRequest",
    "Failed",
    "FieldProblem",
    "Forbidden",
    "JobFailed",
    "JobNotFound",
    "JobStatus",
    "Options",
    "Overloaded",
    "PatienceEnded",
    "Processing",
    "RateLimited",
    "RequestRefused",
    "TemplateInfo",
    "TemplateList",
    "TransportError",
    "Unauthorized",
    "Update",
    "ValidationFailed",
    "Warning",
]
