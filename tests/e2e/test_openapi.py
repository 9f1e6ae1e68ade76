"""The OpenAPI document is true: schemathesis derives requests from it, and checks each answer of the running service
against it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cluster.paths import CHECKOUT
from tests.e2e.conftest import Run

EXAMPLES = 40
SEED = 1
LIMIT_SECONDS = 300
# Each further example makes some ten requests: one of each operation that takes anything, and their sequences.
CASES_AN_EXAMPLE = 10


@pytest.fixture
def clean(api_url: str, kubectl: Run) -> Iterator[None]:
    """Delete the jobs that a test made, ended or not."""

    def jobs() -> set[str]:
        return set(kubectl("get", "pdfexportjobs", "-o", "jsonpath={.items[*].metadata.name}").split())

    before = jobs()
    yield
    with httpx.Client(base_url=api_url, timeout=40) as http:  # kubectl deletes a few a second
        for job_id in jobs() - before:
            http.delete(f"/api/export-pdf/job/{job_id}")


@pytest.mark.usefixtures("clean")
def test_schemathesis_finds_no_lie(api_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cases = request.config.getoption("--cases", default=0)
    examples = max(EXAMPLES, cases // CASES_AN_EXAMPLE)
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
            *(f"{api_url}/openapi.json", "--checks=all", f"--seed={SEED}", f"--max-examples={examples}"),
            *(
                "--no-color",
                "--suppress-health-check=all",
                "--request-timeout=40",
                "--max-response-time=35",
                "--generation-database=none",
            ),
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.e2e.openapi_hooks", "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS * examples / EXAMPLES,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Tested: 8" in done.stdout, "an operation was left out:\n" + done.stdout
    made = re.search(r"(\d+) generated", done.stdout)
    assert made is not None
    print(f"schemathesis: {made[0]}")
    assert int(made[1]) >= cases
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅  {phase}" in done.stdout, done.stdout
