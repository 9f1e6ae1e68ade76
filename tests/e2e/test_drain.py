"""A node is drained: its renderers are evicted, finish what they have, and others take their place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.client import ApiClient, eventually, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.test_export import load

OWNED = (
    "go-template={{range .items}}{{range .metadata.ownerReferences}}"
    "{{if .controller}}true{{else}}false{{end}} {{end}}{{end}}"
)


@contextmanager
def drained(kubectl: Run, node: str, selector: str) -> Iterator[str]:
    """Drain a node of the pods that the selector names; what kubectl says. At the end the node takes pods again."""
    try:
        yield kubectl("drain", node, f"--pod-selector={selector}", "--delete-emptydir-data", "--timeout=120s")
    finally:
        kubectl("uncordon", node)


def test_a_drained_node_takes_no_job_with_it(api: ApiClient, kubectl: Run, release: str, cvs: Path) -> None:
    # Given a renderer at work, and jobs that wait; none is left of a version before.
    owned = ("get", "pods", "-l", "app.kubernetes.io/component=renderer", "-o")
    eventually("all have a controller", lambda: "false" not in kubectl(*owned, OWNED), seconds=90)
    [renderer] = eventually("a renderer is ready", lambda: ready_pods(kubectl, "renderer")[:1], seconds=90)
    job_ids = [api.post(load(cvs, "cv-five-pages")) for _ in range(6)]
    # When its node is drained, then kubectl evicts it.
    selector = f"app.kubernetes.io/instance={release},app.kubernetes.io/component=renderer"
    with drained(kubectl, renderer["spec"]["nodeName"], selector) as said:
        assert f"pod/{renderer['metadata']['name']} evicted" in said
    # And every job is done once: those that it had by itself, the others by its successor.
    assert {api.finished(job_id)["status"] for job_id in job_ids} == {"done"}
    items = {item["metadata"]["name"]: item for item in json.loads(kubectl("get", "pej", "-o", "json"))["items"]}
    assert {items[job_id]["status"]["attempt"] for job_id in job_ids} == {1}
