"""Export a CV as a PDF: `python export.py cv.json`. It needs clients/python."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pdf_export_client import Client, JobFailed, ValidationFailed


def main(file: Path) -> str:
    """Write the PDF beside the CV; what to tell the user."""
    with Client("http://127.0.0.1:8080") as client:
        try:
            cv = json.loads(file.read_text())
            done = client.export({"resumeId": file.stem, "templateId": "modern", "cvData": cv})
        except ValidationFailed as e:
            return "\n".join(f"{problem.field}: {problem.message}" for problem in e.details)
        except JobFailed as e:
            return e.message
        file.with_suffix(".pdf").write_bytes(client.download(done))
    return str(file.with_suffix(".pdf"))


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
