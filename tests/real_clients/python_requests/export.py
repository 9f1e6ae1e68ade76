"""Export with requests."""

from __future__ import annotations

import sys
from pathlib import Path

import requests


def main(api: str, request: Path, pdf: Path) -> None:
    """Post, poll, download."""
    with requests.Session() as session:
        headers = {"Content-Type": "application/json"}
        created = session.post(f"{api}/api/export-pdf/job", data=request.read_bytes(), headers=headers, timeout=40)
        created.raise_for_status()
        job = created.json()
        while job["status"] == "processing":
            polled = session.get(f"{api}/api/export-pdf/job/{job['jobId']}", params={"wait": "10"}, timeout=40)
            polled.raise_for_status()
            job = polled.json()
        downloaded = session.get(job["fileUrl"], timeout=40)
        downloaded.raise_for_status()
        pdf.write_bytes(downloaded.content)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
