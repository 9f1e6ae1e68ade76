"""Export with the package that openapi-python-client generates (pdf_export_api, beside this file in a test)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx
from pdf_export_api import Client
from pdf_export_api.api.jobs import create_job, get_job
from pdf_export_api.models import ExportRequest, JobAccepted, JobDone, JobProcessing


def main(api: str, request: Path, pdf: Path) -> None:
    """Post, poll, download."""
    with Client(base_url=api, timeout=httpx.Timeout(40)) as client:
        created = create_job.sync(client=client, body=ExportRequest.from_dict(json.loads(request.read_text())))
        assert isinstance(created, JobAccepted), created
        job = get_job.sync(created.job_id, client=client, wait=10)
        while isinstance(job, JobProcessing):
            job = get_job.sync(created.job_id, client=client, wait=10)
        assert isinstance(job, JobDone), job
        pdf.write_bytes(httpx.get(job.file_url, timeout=40).raise_for_status().content)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
