"""A definition older than the programs, so that the API server drops a field in silence: operators read which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cluster.release import CRD
from crds.definition import read_definition
from tests.e2e.client import ApiClient, condition, event_messages, eventually
from tests.e2e.conftest import Run

FIELD = "spec.options.lineHeight"
# The controller looks every half minute, and once more before it believes it.
SECONDS = 90


def apply(kubectl: Run, file: Path) -> None:
    """Install this definition, as cluster/release.py does."""
    kubectl("apply", "--server-side", "--force-conflicts", "-f", str(file))


@pytest.fixture
def older_definition(kubectl: Run, tmp_path: Path) -> Iterator[None]:
    """The definition without a field, until the end of the test at the latest."""
    definition = read_definition(CRD)
    (version,) = definition["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    del spec["properties"]["options"]["properties"]["lineHeight"]
    file = tmp_path / "older.yaml"
    file.write_text(yaml.safe_dump(definition))
    try:
        apply(kubectl, file)
        yield
    finally:
        apply(kubectl, CRD)


@pytest.mark.usefixtures("older_definition")
def test_a_field_that_the_served_definition_lacks_is_reported_and_jobs_go_on(
    api: ApiClient, kubectl: Run, release: str
) -> None:
    controller = f"{release}-pdf-export-controller"

    def message_once(status: str) -> str:
        """The condition's message, once its status is this."""
        found = condition(kubectl, controller, "DefinitionCurrent")
        return str(found["message"]) if found.get("status") == status else ""

    message = eventually("the condition is False", lambda: message_once("False"), seconds=SECONDS)
    assert FIELD in message
    eventually("an Event says it", lambda: FIELD in event_messages(kubectl, controller, "DefinitionOutdated"))
    logs = map(json.loads, kubectl("logs", f"deployment/{controller}", "--tail=200").splitlines())
    assert [line["level"] for line in logs if FIELD in line["message"]] == ["error"]

    # The API server has dropped the field of this job, and nothing else.
    job = api.post({"basics": {"name": "Ada Lovelace"}}, options={"lineHeight": 120, "pageFormat": "Letter"})
    assert api.finished(job)["status"] == "done"
    options = kubectl("get", "pej", job, "-o", "jsonpath={.spec.options}")
    assert json.loads(options) == {"pageFormat": "Letter"}

    apply(kubectl, CRD)
    assert eventually("the condition is True", lambda: message_once("True"), seconds=SECONDS)
