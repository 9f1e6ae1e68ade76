"""Two controllers as processes of their own, beside local's API server: one leads, and the other when that is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import yaml

from crds.job import parse_time
from kube import paths
from kube.client import STRATEGIC_MERGE_PATCH, JsonObject, KubeClient
from local import release
from local.apiserver import ApiServer
from local.installation import PROJECT_FOLDER, free_port, write_kubeconfig
from tests.local.programs.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
CONFIG_MAP = "renderer-pod"
FILE = "renderer-pod.yaml"
JOBS = f"/apis/pdfexport.dev/v1/namespaces/{release.NAMESPACE}/pdfexportjobs"


@dataclass
class Controllers:
    """An API server with the release's Deployment, ConfigMap and Lease, and processes of the controller."""

    kube: KubeClient
    folder: Path
    kubeconfig: Path
    renderer_pod: JsonObject
    stack: AsyncExitStack

    async def start(self, name: str, *, owner: str = release.RELEASE, template: str = "one") -> Controller:
        """Start one with a pod template of this name, and wait until it answers."""
        settings = {
            "NAMESPACE": release.NAMESPACE,
            "RELEASE": owner,
            "DEPLOYMENT": release.CONTROLLER,
            "POD_NAME": name,
            "POD_TEMPLATE": str(self.pod_template(template)),
            "POD_TEMPLATE_CONFIG_MAP": CONFIG_MAP,
            "HEALTH_PORT": str(free_port()),
            "METRICS_PORT": str(free_port()),
        }
        environment = {f"PDFEXPORT_{key}": value for key, value in settings.items()}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "controller"),
            env={**os.environ, **environment, "KUBECONFIG": str(self.kubeconfig)},
            cwd=PROJECT_FOLDER,
        )
        controller = Controller(process, f"http://127.0.0.1:{settings['HEALTH_PORT']}")
        self.stack.push_async_callback(controller.end, signal.SIGKILL)
        await eventually(f"{name} answers", controller.health)
        return controller

    async def holder(self) -> str:
        """Who holds the Lease; empty when nobody does."""
        lease = await self.kube.request("GET", paths.lease(release.NAMESPACE, release.LEASE))
        found: str = (lease.get("spec") or {}).get("holderIdentity") or ""
        return found

    async def held_by(self, name: str) -> bool:
        """Whether this one leads."""
        return await self.holder() == name

    async def pods(self) -> list[JsonObject]:
        """The renderer pods."""
        found, _ = await self.kube.list(paths.pods(release.NAMESPACE))
        return found

    async def number_of_pods(self, number: int) -> bool:
        """Whether there are so many renderer pods."""
        return len(await self.pods()) == number

    async def renderer_becomes_ready(self, template: str = "one") -> None:
        """Wait until a renderer of a template is launched, and let it become ready."""

        async def launched() -> JsonObject | None:
            pods = await self.pods()
            return next((pod for pod in pods if pod["metadata"]["annotations"] == {"template": template}), None)

        pod = await eventually(f"a renderer of the template {template} is launched", launched)
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": pod["metadata"]["creationTimestamp"]}
        body = {"status": {"phase": "Running", "conditions": [ready]}}
        path = f"{paths.pod(release.NAMESPACE, pod['metadata']['name'])}/status"
        await self.kube.request("PATCH", path, body=body, content_type=STRATEGIC_MERGE_PATCH)

    async def roll_out(self, template: str) -> None:
        """The release is to have renderers of this pod template: its ConfigMap has it."""
        body = {"data": {FILE: self.pod_template(template).read_text()}}
        path = paths.config_map(release.NAMESPACE, CONFIG_MAP)
        await self.kube.request("PATCH", path, body=body, content_type=STRATEGIC_MERGE_PATCH)

    def pod_template(self, template: str) -> Path:
        """A file with the pod template of this name."""
        pod = {
            **self.renderer_pod,
            "metadata": {**self.renderer_pod["metadata"], "annotations": {"template": template}},
        }
        file = self.folder / template / FILE
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(pod))
        return file

    async def has_led(self, name: str, *, seconds: float) -> bool:
        """Whether this one has led for so long, by what it has written into the Lease."""
        lease = await self.kube.request("GET", paths.lease(release.NAMESPACE, release.LEASE))
        spec = lease["spec"]
        since = parse_time(spec["renewTime"]) - parse_time(spec["acquireTime"])
        return bool(spec["holderIdentity"] == name and since >= seconds)

    async def ends_an_expired_job(self) -> None:
        """Wait until what only a leader does is done."""
        spec = {"resumeId": 1, "templateId": "modern", "cvData": {}, "ttlSeconds": 1}
        body = {"apiVersion": "pdfexport.dev/v1", "kind": "PdfExportJob", "metadata": {"name": "job"}, "spec": spec}
        await self.kube.request("POST", JOBS, body=body)

        async def ended() -> bool:
            phase: str = (await self.kube.request("GET", f"{JOBS}/job")).get("status", {}).get("phase", "")
            return phase == "Error"

        await eventually("a leader ends it", ended)
        await self.kube.request("DELETE", f"{JOBS}/job")


@dataclass
class Controller:
    """One process."""

    process: asyncio.subprocess.Process
    url: str

    async def health(self) -> httpx.Response | None:
        """The answer about its readiness; None while it gives none."""
        async with httpx.AsyncClient() as http:
            try:
                return await http.get(f"{self.url}/readyz")
            except httpx.TransportError:
                return None

    async def ready(self) -> bool:
        """Whether it could lead."""
        answer = await self.health()
        return answer is not None and answer.is_success

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for its end."""
        if self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def controllers(tmp_path: Path) -> AsyncIterator[Controllers]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ApiServer(namespace=release.NAMESPACE))
        kubeconfig = write_kubeconfig(tmp_path, server.url, server.token_for("admin"))
        kube = await KubeClient.connect(kubeconfig)
        stack.push_async_callback(kube.close)
        deployments = f"/apis/apps/v1/namespaces/{release.NAMESPACE}/deployments"
        await kube.request("POST", deployments, body=release.deployment(release.CONTROLLER))
        await kube.request("POST", paths.leases(release.NAMESPACE), body={"metadata": {"name": release.LEASE}})
        await kube.request("POST", paths.config_maps(release.NAMESPACE), body={"metadata": {"name": CONFIG_MAP}})
        nowhere = Path("/nowhere")
        values = release.Values(templates=nowhere, storage_url="", storage_public_url="", files=nowhere)
        yield Controllers(kube, tmp_path, kubeconfig, release.renderer_pod(values), stack)


@pytest.mark.parametrize(
    ("number", "seconds"), [(signal.SIGKILL, 20), (signal.SIGTERM, 4)], ids=["killed", "asked to end"]
)
async def test_the_standby_leads_when_the_leader_is_gone(
    controllers: Controllers, number: signal.Signals, seconds: float
) -> None:
    # Given a leader that has launched the one renderer, and a standby that is ready.
    first = await controllers.start("first")
    await eventually("it leads", lambda: controllers.held_by("first"))
    await controllers.renderer_becomes_ready()
    second = await controllers.start("second")
    await eventually("the other is ready", second.ready)
    assert await controllers.holder() == "first"
    # When the leader goes.
    gone_at = time.monotonic()
    await first.end(number)
    await eventually("the standby leads", lambda: controllers.held_by("second"), seconds=seconds)
    print(f"{number.name}: the standby led {time.monotonic() - gone_at:.2f} s after the leader's end was asked for")
    # Then it does what is to do, and has launched nothing a second time.
    await controllers.ends_an_expired_job()
    assert len(await controllers.pods()) == 1


async def test_a_replica_with_a_new_pod_template_leads_and_is_ready_with_its_first_renderer(
    controllers: Controllers,
) -> None:
    # Given a leader with a ready renderer.
    await controllers.roll_out("one")
    first = await controllers.start("first")
    await controllers.renderer_becomes_ready()
    await eventually("it is ready", first.ready)
    # When a replica with another template is rolled out, then it leads before it is ready.
    await controllers.roll_out("two")
    second = await controllers.start("second", template="two")
    await eventually("it leads", lambda: controllers.held_by("second"))
    answer = await second.health()
    assert answer is not None
    assert answer.status_code == 503
    assert "No renderer of the current pod template is ready" in answer.text
    await eventually("the older renderer serves on beside its own", lambda: controllers.number_of_pods(2))
    # And it is ready with its first renderer.
    await controllers.renderer_becomes_ready("two")
    await eventually("it is ready", second.ready)


async def test_a_replica_whose_rollout_was_taken_back_leaves_the_lease_to_the_others(controllers: Controllers) -> None:
    # Given a new replica that leads and whose renderer does not start.
    await controllers.roll_out("one")
    first = await controllers.start("first")
    await controllers.renderer_becomes_ready()
    await controllers.roll_out("two")
    second = await controllers.start("second", template="two")
    await eventually("it leads", lambda: controllers.held_by("second"))
    assert await first.ready(), "it was ready, and counts for the rollout"
    # When that is rolled back, then the older one asks for the Lease, and the new one's renderer goes.
    await controllers.roll_out("one")
    await eventually("the older one leads", lambda: controllers.held_by("first"))
    assert not await second.ready()

    async def being_deleted() -> list[JsonObject]:
        return [pod for pod in await controllers.pods() if "deletionTimestamp" in pod["metadata"]]

    [deleted] = await eventually("the renderer that was never ready is deleted", being_deleted)
    assert deleted["metadata"]["annotations"] == {"template": "two"}


async def test_of_two_pod_templates_that_of_the_configmap_leads_for_good(controllers: Controllers) -> None:
    # Given a leader with a ready renderer, and another pod template without a rollout: somebody has edited the
    # ConfigMap, and a replica was started since.
    await controllers.roll_out("one")
    first = await controllers.start("first")
    await controllers.renderer_becomes_ready()
    await eventually("it is ready", first.ready)
    await controllers.roll_out("two")
    await controllers.start("second", template="two")
    # Then that one leads, and the other does not ask for the Lease again.
    await eventually("it leads for good", lambda: controllers.has_led("second", seconds=5))


async def test_a_controller_of_another_release_is_not_ready_and_says_why(controllers: Controllers) -> None:
    first = await controllers.start("first")
    await eventually("it leads", lambda: controllers.held_by("first"))
    other = await controllers.start("other", owner="other")

    def says(word: str) -> Callable[[], Awaitable[bool]]:
        async def check() -> bool:
            answer = await other.health()
            return answer is not None and answer.status_code == 503 and word in answer.text

        return check

    await eventually("it says why", says("belongs to the release pdf-export"))
    # Nor does it take over when the first is away.
    await first.end(signal.SIGTERM)
    assert not await other.ready()
    events, _ = await controllers.kube.list(paths.events(release.NAMESPACE))
    assert "NamespaceTaken" in [event["reason"] for event in events]
