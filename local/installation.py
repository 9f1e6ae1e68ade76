"""The whole of it: the API server, the storage, the kubelet, and the release that they run."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import aiohttp
import yaml

from cluster.progress import Failed
from crds.deletions import CONFIG_MAP
from kube import paths
from kube.client import JsonObject, KubeClient
from local import release
from local.apiserver import ApiServer
from local.apiserver.policy_file import read_policy
from local.front import front
from local.kubelet.kubelet import Kubelet
from local.kubelet.launch import ADDRESS, Image, inherited
from local.kubelet.pod_worker import Node
from local.kubelet.process import Start, execute
from local.storage import StorageServer

T = TypeVar("T")
U = TypeVar("U")
PROJECT_FOLDER: Final = Path(__file__).resolve().parent.parent
_ADMISSION_POLICY: Final = PROJECT_FOLDER / "charts" / "pdf-export" / "templates" / "admission-policy.yaml"
_POLL_SECONDS: Final = 0.1
# One program may lose the race for a port, and is started again.
_FAILURES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an installation is made of."""

    chromium: Path
    on_line: Callable[[str, str], None]
    """Called with a pod's name and a line of its output."""
    host: str = ADDRESS
    """Where the API is reached. On another address than 127.0.0.1, download links are reached there as well."""
    port: int = 8080
    public_url: str = ""
    """How clients name that address, for download links; http://localhost:PORT when it is empty."""
    cors_origins: tuple[str, ...] = release.LOCAL_ORIGINS
    settings: Mapping[str, str] = field(default_factory=dict)
    """More variables of the three programs, such as PDFEXPORT_TTL_SECONDS."""
    grace_seconds: float = 3.0
    """How long the programs may take to end."""
    start: Start = execute
    """Starts the programs' processes."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A release that runs. Its methods raise KubeError when the API server does not answer."""

    url: str
    """Where clients reach the API."""
    api_url: str
    """Where this machine reaches it."""
    kube: KubeClient
    kubelet: Kubelet

    async def wait_api(self, seconds: float) -> None:
        """Wait until the API is ready. Failed after so many seconds, or when a program does not start."""
        async with aiohttp.ClientSession() as session:
            await self._wait("the API is ready", lambda: _answers(session, f"{self.api_url}/readyz"), seconds)

    async def wait_renderer(self, seconds: float) -> None:
        """Wait until a renderer is ready. Failed after so many seconds, or when a program does not start."""
        await self._wait("a renderer is ready", self._has_renderer, seconds)

    async def pods(self) -> list[JsonObject]:
        """All pods."""
        pods, _ = await self.kube.list(paths.pods(release.NAMESPACE))
        return pods

    async def renderers(self) -> list[JsonObject]:
        """The renderer pods."""
        return [pod for pod in await self.pods() if release.component(pod) == release.RENDERER]

    async def _has_renderer(self) -> bool:
        return any(is_ready(pod) for pod in await self.renderers())

    async def _wait(self, what: str, condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        failures: set[tuple[str, int]] = set()
        while not await condition():
            for pod in await self.pods():
                if end := _last_end(pod):
                    failures.add((pod["metadata"]["name"], end["count"]))
                    if len(failures) >= _FAILURES:
                        raise Failed(f"{pod['metadata']['name']} does not start: exit code {end['exitCode']}")
            if time.monotonic() > deadline:
                raise Failed(f"{what}: not within {seconds:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)


def is_ready(pod: JsonObject) -> bool:
    """Whether a pod's condition Ready is true."""
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _last_end(pod: JsonObject) -> JsonObject:
    """How a pod's container that should run has ended, and how often it has so far; empty when it has not."""
    for container in pod.get("status", {}).get("containerStatuses") or ():
        count = container["restartCount"]
        if now := container["state"].get("terminated"):
            return {**now, "count": count + 1}
        if before := container["lastState"].get("terminated"):
            return {**before, "count": count}
    return {}


@asynccontextmanager
async def install(folder: Path, options: Options) -> AsyncIterator[Installation]:
    """Start everything; at the end no process of it is left. `folder` holds what is written meanwhile.

    Failed when the port is taken.
    """
    check_port(options.host, options.port)
    behind_front = options.host != ADDRESS
    api_port = free_port() if behind_front else options.port
    api_url = f"http://{ADDRESS}:{api_port}"
    public_url = options.public_url or f"http://localhost:{options.port}"
    async with AsyncExitStack() as stack:
        policy = read_policy(_ADMISSION_POLICY, namespace=release.NAMESPACE, fullname=release.RELEASE)
        # Either takes a fifth of a second to close.
        server, storage = await stack.enter_async_context(
            _closed_together(
                ApiServer(namespace=release.NAMESPACE, policies=[policy]),
                StorageServer(folder / "storage", release.BUCKET),
            )
        )
        values = release.Values(
            port=api_port,
            cors_origins=options.cors_origins,
            templates=PROJECT_FOLDER / "templates",
            storage_url=storage.url,
            storage_public_url=public_url if behind_front else storage.url,
            files=folder / "files",
            settings=options.settings,
        )
        _write_files(values)
        kube = await KubeClient.connect(write_kubeconfig(folder, server.url, server.token_for("admin")))
        stack.push_async_callback(kube.close)
        kubelet = Kubelet(_node(kube, server, folder, options), namespace=release.NAMESPACE)
        stack.push_async_callback(_cancel, asyncio.create_task(kubelet.run(), name="kubelet"))
        stack.push_async_callback(kubelet.shut_down, options.grace_seconds)
        await _create(kube, values)
        if behind_front:
            passing_on = front(api=api_url, storage=storage.url, host=options.host, port=options.port)
            await stack.enter_async_context(passing_on)
        yield Installation(public_url if behind_front else api_url, api_url, kube, kubelet)


@asynccontextmanager
async def _closed_together(
    first: AbstractAsyncContextManager[T], second: AbstractAsyncContextManager[U]
) -> AsyncIterator[tuple[T, U]]:
    stacks = AsyncExitStack(), AsyncExitStack()
    try:
        yield await stacks[0].enter_async_context(first), await stacks[1].enter_async_context(second)
    finally:
        await asyncio.gather(*(each.aclose() for each in stacks))


def check_port(host: str, port: int) -> None:
    """Failed when a port of an address is taken, or the address is not this machine's."""
    try:
        with socket.create_server((host, port)):
            return
    except OSError as e:
        raise Failed(f"port {port} of {host} cannot be used ({e.strerror}): name another one with --port") from None


def free_port() -> int:
    """A port that nobody listens on now, on no address."""
    with socket.create_server(("", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _node(kube: KubeClient, server: ApiServer, folder: Path, options: Options) -> Node:
    def pod_env(pod: Mapping[str, Any], own: Path) -> Mapping[str, str]:
        return {"KUBECONFIG": str(write_kubeconfig(own, server.url, server.token_for(pod)))}

    run_module = (sys.executable, "-m")
    renderer_env = {"PDFEXPORT_CHROMIUM": str(options.chromium)}
    return Node(
        kube=kube,
        images={
            release.CONTROL_IMAGE: Image(entrypoint=run_module, folder=PROJECT_FOLDER, env={}),
            release.RENDERER_IMAGE: Image(entrypoint=run_module, folder=PROJECT_FOLDER, env=renderer_env),
        },
        folder=folder / "pods",
        base_env=inherited(os.environ),
        pod_env=pod_env,
        free_port=free_port,
        on_line=options.on_line,
        start=options.start,
    )


def _write_files(values: release.Values) -> None:
    values.files.mkdir()
    values.pod_template.write_text(yaml.safe_dump(release.renderer_pod(values)))
    values.idempotency_secret.write_text(secrets.token_urlsafe(36))


def write_kubeconfig(folder: Path, url: str, token: str) -> Path:
    """A kubeconfig with one token, which only this user can read."""
    name = "local"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": release.NAMESPACE}}],
        "current-context": name,
    }
    file = folder / "kubeconfig"
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))
    return file


async def _create(kube: KubeClient, values: release.Values) -> None:
    deployments = f"/apis/apps/v1/namespaces/{release.NAMESPACE}/deployments"
    for name in (release.API, release.CONTROLLER):
        await kube.request("POST", deployments, body=release.deployment(name))
    leases = paths.leases(release.NAMESPACE)
    await kube.request("POST", leases, body={"metadata": {"name": release.LEASE, "namespace": release.NAMESPACE}})
    deletions = {"metadata": {"name": CONFIG_MAP, "namespace": release.NAMESPACE}}
    await kube.request("POST", paths.config_maps(release.NAMESPACE), body=deletions)
    for pod in (release.controller_pod(values), release.api_pod(values)):
        await kube.request("POST", paths.pods(release.NAMESPACE), body=pod)


async def _cancel(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for it; its exception, if it has ended with one."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
