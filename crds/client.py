"""The requests about PdfExportJobs that the programs share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crds.job import API_VERSION, KIND, Job
from kube.client import METADATA, KubeClient


def jobs_path(namespace: str, name: str | None = None, *, subresource: str | None = None) -> str:
    """The path of the PdfExportJobs of a namespace, of one job, or of its subresource."""
    path = f"/apis/pdfexport.dev/v1/namespaces/{namespace}/pdfexportjobs"
    return "/".join([path, *([name] if name else []), *([subresource] if subresource else [])])


async def change_job_status(kube: KubeClient, namespace: str, job: Job, changes: Mapping[str, Any]) -> int:
    """Change the status of a job that has not ended (None removes a field); the new resourceVersion.

    KubeError 409 when the job is not as it is known any more. The whole status is sent, without the spec, which a
    request to this subresource leaves as it is: for a patch the API server takes the whole job apart, cvData and all,
    and puts it together again.
    """
    status = {key: value for key, value in {**job.status(), **changes}.items() if value is not None}
    body = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": job.name, "uid": job.uid, "resourceVersion": str(job.resource_version)},
        "status": status,
    }
    path = jobs_path(namespace, job.name, subresource="status")
    answer = await kube.request("PUT", path, body=body, accept=METADATA)
    return int(answer["metadata"]["resourceVersion"])
