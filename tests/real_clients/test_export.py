"""Each client exports a CV."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from tests.real_clients.conftest import SOURCES, needs, run


@needs("java")
def test_java(api_url: str, request_file: Path, pdf_file: Path) -> None:
    run("java", SOURCES / "java" / "Export.java", api_url, request_file, pdf_file)

    assert_pdf(pdf_file)


@needs("curl")
def test_curl_that_asks_for_http_2(api_url: str, request_file: Path, pdf_file: Path) -> None:
    curl = ("curl", "--http2", "--silent", "--show-error", "--fail-with-body")
    jobs = f"{api_url}/api/export-pdf/job"

    content_type = ("--header", "Content-Type: application/json")
    job = json.loads(run(*curl, *content_type, "--data-binary", f"@{request_file}", jobs))
    while job["status"] == "processing":
        job = json.loads(run(*curl, f"{jobs}/{job['jobId']}?wait=10"))
    run(*curl, "--output", pdf_file, job["fileUrl"])

    assert_pdf(pdf_file)


@needs("node")
def test_node(api_url: str, request_file: Path, pdf_file: Path) -> None:
    run("node", SOURCES / "node" / "export.mjs", api_url, request_file, pdf_file)

    assert_pdf(pdf_file)


def test_python_requests(api_url: str, request_file: Path, pdf_file: Path) -> None:
    run(sys.executable, SOURCES / "python_requests" / "export.py", api_url, request_file, pdf_file)

    assert_pdf(pdf_file)


@needs("go")
def test_go(api_url: str, request_file: Path, pdf_file: Path) -> None:
    run("go", "run", "-C", SOURCES / "go", ".", api_url, request_file, pdf_file)

    assert_pdf(pdf_file)


@needs("node", "npm")
def test_what_openapi_typescript_generates(api_url: str, request_file: Path, pdf_file: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(SOURCES / "openapi_typescript", tmp_path / "typescript")
    run("npm", "ci", folder=folder)
    run("npx", "openapi-typescript", f"{api_url}/openapi.json", "--output", "schema.ts", folder=folder)

    run("npx", "tsc", folder=folder)
    run("node", "out/export.js", api_url, request_file, pdf_file, folder=folder)

    assert_pdf(pdf_file)


def test_what_openapi_python_client_generates(api_url: str, request_file: Path, pdf_file: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(SOURCES / "openapi_python", tmp_path / "python")
    where = ("--url", f"{api_url}/openapi.json", "--output-path", folder / "pdf_export_api")
    run("openapi-python-client", "generate", *where, "--meta", "none", "--fail-on-warning")

    # Its own code does not pass: that of a Client's __exit__, for one, which is the same for every API.
    run("mypy", "--strict", "--follow-imports=silent", "export.py", folder=folder)
    run(sys.executable, "export.py", api_url, request_file, pdf_file, folder=folder)

    assert_pdf(pdf_file)


def assert_pdf(file: Path) -> None:
    assert file.read_bytes().startswith(b"%PDF-")
