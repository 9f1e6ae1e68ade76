"""The API server as a thing one opens and closes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crds.definition import read_definition
from crds.job import CRD_FILE
from kube.client import JsonObject
from local.apiserver.admission import Policies
from local.apiserver.app import Application
from local.apiserver.callers import ADMIN, Callers
from local.apiserver.collector import Collector
from local.apiserver.custom import CustomStrategy
from local.apiserver.metadata import now
from local.apiserver.objects import Objects
from local.apiserver.resources import BUILT_IN, CRDS, NAMESPACES, Resource, custom_resource
from local.apiserver.store import KEPT_CHANGES, Store
from local.serving import serving


class ApiServer:
    """One namespace of a Kubernetes API server, on 127.0.0.1. Its objects are gone when it is closed."""

    def __init__(
        self,
        *,
        namespace: str,
        crd_path: Path = CRD_FILE,
        policies: Iterable[JsonObject] = (),
        port: int = 0,
        kept_changes: int = KEPT_CHANGES,
    ) -> None:
        """`policies` are ValidatingAdmissionPolicies (policy_file.py has the chart's). Port 0 is a free one. Watches
        that fall behind by more than `kept_changes` get a 410."""
        crd = read_definition(crd_path)
        custom = custom_resource(crd)
        self._resources = (*BUILT_IN, custom)
        self._port = port
        self._open = AsyncExitStack()
        self.store = Store(kept_changes=kept_changes)
        """The objects, for those who look at them without HTTP."""
        self._objects = Objects(self.store, namespace=namespace, custom={custom.qualified: CustomStrategy(custom, crd)})
        self._callers = Callers(self.store, namespace=namespace)
        self.app = Application(self._objects, self._resources, self._callers, Policies(policies))
        """What answers requests (ASGI), for those who have no need of a port."""
        self._put(NAMESPACES, {"metadata": {"name": namespace}, "status": {"phase": "Active"}})
        self._put(CRDS, {**crd, "status": {"conditions": [{"type": "Established", "status": "True"}]}})
        self.url = ""
        """Where it listens, without a slash at the end; empty until it is open."""

    async def __aenter__(self) -> Self:
        collecting = asyncio.create_task(Collector(self._objects, self._resources).run())
        self._open.callback(collecting.cancel)
        self.url = await self._open.enter_async_context(serving(self.app, port=self._port))
        # Watches end first: the server waits for its connections.
        self._open.callback(self.store.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def token_for(self, caller: Mapping[str, Any] | str) -> str:
        """A bearer token: of a pod (the object as the server has it), or of the administrator ("admin").

        A pod's token says whose it is, as a projected service account token does, and is void when the pod is gone.
        KeyError for any other name.
        """
        if isinstance(caller, Mapping):
            return self._callers.pod_token(caller)
        return {ADMIN: self._callers.admin_token}[caller]()

    def _put(self, resource: Resource, obj: JsonObject) -> None:
        metadata = {**obj["metadata"], "uid": f"local-{resource.plural}", "creationTimestamp": now()}
        whole = {**obj, "apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata}
        self.store.put(resource, metadata["name"], whole)
