"""Guarantee 1: every accepted job ends as done, once, whatever dies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART
from tests.e2e.test_export import load

JOBS = 20
RENDERERS = "app.kubernetes.io/component=renderer"
CONTROLLER = "app.kubernetes.io/component=controller"


def renderer_at_work(kubectl: Run) -> str:
    """The name of a renderer pod that has a job just now."""
    return eventually(
        "a renderer has a job",
        lambda: (
            kubectl(
                "get", "pej", "--field-selector=status.phase=Rendering", "-o", "jsonpath={.items[*].status.renderer}"
            ).split()[:1]
            or None
        ),
        every=0.02,
    )[0]


def kill(kubectl: Run, *target: str) -> None:
    """End a pod at once, with no time to finish anything."""
    kubectl("delete", "pod", *target, "--grace-period=0", "--force", "--wait=false")


def all_done_once(api: ApiClient, kubectl: Run, storage_url: str, job_ids: list[str]) -> list[dict[str, Any]]:
    """All jobs are done, each with one object in storage; returns their resources."""
    for job_id in job_ids:
        answer = api.finished(job_id, seconds=120)
        assert answer["status"] == "done", answer
        assert httpx.get(answer["fileUrl"]).content.startswith(b"%PDF-")
    items = {item["metadata"]["name"]: item for item in json.loads(kubectl("get", "pej", "-o", "json"))["items"]}
    for job_id in job_ids:
        bucket = items[job_id]["status"]["fileUrl"].split("/b/")[1].split("/")[0]
        listed = httpx.get(f"{storage_url}/storage/v1/b/{bucket}/o", params={"prefix": f"exports/{job_id}/"})
        assert [o["name"] for o in listed.json()["items"]] == [items[job_id]["status"]["storagePath"]]
    return [items[job_id] for job_id in job_ids]


def under_load(api: ApiClient, cv: dict[str, Any], fault: Callable[[], None]) -> list[str]:
    """Post JOBS jobs and let the fault happen in the middle; returns the jobIds."""
    job_ids: list[str] = []
    started = threading.Event()

    def post() -> None:
        for _ in range(JOBS):
            job_ids.append(api.post(cv, fileName="fault"))
            started.set()

    poster = threading.Thread(target=post)
    poster.start()
    assert started.wait(30)
    fault()
    poster.join(60)
    assert len(set(job_ids)) == JOBS
    return job_ids


def test_a_renderer_killed_while_it_renders(api: ApiClient, kubectl: Run, storage_url: str, cvs: Path) -> None:
    killed: list[str] = []

    def fault() -> None:
        killed.append(renderer_at_work(kubectl))
        kill(kubectl, killed[0])

    job_ids = under_load(api, load(cvs, "cv-five-pages"), fault)
    jobs = all_done_once(api, kubectl, storage_url, job_ids)
    assert all(job["status"]["attempt"] <= 2 for job in jobs)
    eventually("the pod is gone", lambda: killed[0] not in kubectl("get", "pods", "-o", "name"))


def test_the_controller_killed_while_jobs_wait_run_and_finish(
    api: ApiClient, kubectl: Run, storage_url: str, cvs: Path
) -> None:
    def fault() -> None:
        renderer_at_work(kubectl)
        kill(kubectl, "-l", CONTROLLER)

    job_ids = under_load(api, load(cvs, "cv-five-pages"), fault)
    all_done_once(api, kubectl, storage_url, job_ids)


def test_both_killed_at_once(api: ApiClient, kubectl: Run, storage_url: str, cvs: Path) -> None:
    def fault() -> None:
        renderer_at_work(kubectl)
        kill(kubectl, "-l", CONTROLLER)
        kill(kubectl, "-l", RENDERERS)

    job_ids = under_load(api, load(cvs, "cv-five-pages"), fault)
    all_done_once(api, kubectl, storage_url, job_ids)


def test_a_renderer_that_is_asked_to_end_finishes_what_it_has(
    api: ApiClient, kubectl: Run, storage_url: str, cvs: Path
) -> None:
    def fault() -> None:
        kubectl("delete", "pod", renderer_at_work(kubectl), "--wait=false")

    job_ids = under_load(api, load(cvs, "cv-five-pages"), fault)
    all_done_once(api, kubectl, storage_url, job_ids)


def test_renderers_that_cannot_start_are_told_and_jobs_wait_for_them(
    api: ApiClient, kubectl: Run, helm: Run, release: str, cvs: Path
) -> None:
    """The image is missing: nothing fails, the reason can be read, and all goes on when it is there again."""
    deployment = f"deployment/{release}-pdf-export-controller"
    image = json.loads(helm("get", "values", release, "-o", "json"))["images"]["renderer"]
    upgrade = ("upgrade", release, str(CHART), "--reuse-values", "--wait", "--timeout", "60s")
    helm(*upgrade, "--set", "images.renderer=localhost/no-such-image:none,pool.startDeadlineSeconds=4")
    try:
        kubectl("wait", "--for=condition=RenderersAvailable=False", deployment, "--timeout=60s")
        condition = kubectl(
            "get", deployment, "-o", "jsonpath={.status.conditions[?(@.type=='RenderersAvailable')].message}"
        )
        assert "ImagePull" in condition
        events = kubectl("get", "events", "--field-selector=reason=RendererNotReady", "-o", "name")
        assert events.strip()
        job_id = api.post(load(cvs, "cv-minimal"))
        assert api.http.get(f"/api/export-pdf/job/{job_id}?wait=6").json()["status"] == "processing"
    finally:
        helm(*upgrade, "--set", f"images.renderer={image},pool.startDeadlineSeconds=60")
    assert api.finished(job_id)["status"] == "done"
    kubectl("wait", "--for=condition=RenderersAvailable=True", deployment, "--timeout=60s")
    assert "True" in kubectl("get", deployment, "-o", "jsonpath={.status.conditions[?(@.type=='Available')].status}")
