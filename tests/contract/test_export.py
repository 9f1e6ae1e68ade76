"""What becomes of a job: its PDF, the link to it, or the reason why there is none."""

from __future__ import annotations

import io
import uuid
from typing import Any

import httpx
import pypdf
import pytest

from tests.contract.client import BODY, Client
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import download, pdf_text


def test_the_download_link_needs_its_token(client: Client) -> None:
    answer = client.finished(client.job())
    url = httpx.URL(answer["fileUrl"])
    assert download(url.copy_set_param("token", str(uuid.uuid4()))).status_code == 403
    assert download(url.copy_remove_param("token")).status_code == 403


@pytest.mark.parametrize(
    ("spec", "code", "named"),
    [
        ({"templateId": "no-such"}, "UnknownTemplate", "modern"),
        (
            {"cvData": {"basics": {"name": "A"}, "customSections": [{"summary": "x"}]}},
            "InvalidData",
            "customSections[0]",
        ),
        ({"cvData": {}}, "InvalidData", "cvData"),
        ({"options": {"fontFamily": "Comic Sans"}}, "InvalidData", "options.fontFamily"),
    ],
)
def test_a_job_made_past_the_api_fails_with_a_reason(
    client: Client, jobs: StoredJobs, spec: dict[str, Any], code: str, named: str
) -> None:
    name = str(uuid.uuid4())
    jobs.create(name, **spec)
    client.jobs.add(name)
    answer = client.finished(name)
    assert answer | {"error": ""} == {
        "jobId": name,
        "status": "error",
        "error": "",
        "code": code,
        "retryable": False,
    }
    assert named in answer["error"]


def sheet(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page in whole points."""
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width)), round(float(box.height))


def test_options_reach_the_paper(client: Client, jobs: StoredJobs) -> None:
    options = {"locale": "de", "pageFormat": "Letter", "sectionTitles": {"work": "Stationen"}}
    answer = client.finished(client.job({**BODY, "options": options}))
    assert answer["status"] == "done", answer
    pdf = download(answer["fileUrl"]).content
    assert sheet(pdf) == (612, 792)
    assert "stationen" in pdf_text(pdf).lower()
    # A job past the API may have them beside options; those in options count first.
    name = str(uuid.uuid4())
    jobs.create(name, locale="fr", pageFormat="Letter", options={"pageFormat": "A4"})
    client.jobs.add(name)
    answer = client.finished(name)
    assert answer["status"] == "done", answer
    assert sheet(download(answer["fileUrl"]).content) == (595, 842)


def test_what_was_replaced_is_told_in_the_status(client: Client, jobs: StoredJobs) -> None:
    # A character of the private use area has a glyph in no font.
    cv = {"basics": {"name": "Ada"}, "work": [{"name": "Initech", "summary": "a \U000f0000 b"}]}
    job_id = client.job({**BODY, "cvData": cv})
    assert client.finished(job_id)["status"] == "done"
    (warning,) = jobs.get(job_id)["status"]["warnings"]
    assert (warning["code"], warning["field"]) == ("CharacterReplaced", "cvData.work[0].summary")
    assert "F0000" in warning["message"]
