"""The API server as a thing one opens and closes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette

from crds.job import CRD_FILE
from local.serving import serving


class ApiServer:
    """One namespace of a Kubernetes API server, on 127.0.0.1. Its objects are gone when it is closed."""

    def __init__(
        self, *, namespace: str, crd_path: Path = CRD_FILE, deployments: Iterable[str] = (), port: int = 0
    ) -> None:
        """`deployments` are created at the start: the owners of what the programs create. Port 0 is a free one."""
        self._namespace = namespace
        self._crd_path = crd_path
        self._deployments = tuple(deployments)
        self._port = port
        self._open = AsyncExitStack()
        self.url = ""
        """Where it listens, without a slash at the end; empty until it is open."""

    async def __aenter__(self) -> Self:
        self.url = await self._open.enter_async_context(serving(Starlette(), port=self._port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def token_for(self, name: str) -> str:
        """The bearer token of a caller: `api`, `controller`, `kubelet`, `admin`, or the name of a renderer's pod.

        A pod's token may only change the status of jobs that are assigned to that pod, as the chart's admission policy
        has it.
        """
        return name

    def kubeconfig(self, name: str) -> dict[str, Any]:
        """A kubeconfig file's content for that caller, for KUBECONFIG; JSON is YAML."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "local", "cluster": {"server": self.url}}],
            "users": [{"name": name, "user": {"token": self.token_for(name)}}],
            "contexts": [
                {"name": "local", "context": {"cluster": "local", "user": name, "namespace": self._namespace}}
            ],
            "current-context": "local",
        }
