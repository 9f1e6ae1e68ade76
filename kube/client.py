"""The connection to the Kubernetes API server, on the official client's async half (kubernetes.aio).

Requests are plain JSON in and out: the generated methods validate every argument again on each call,
which costs more than the request on the hot path.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import aiohttp

from kube import paths
from kube.clock import ServerClock, monotonic, parse_date
from kube.errors import KubeError, from_answer, from_status

if TYPE_CHECKING:
    from kubernetes.aio import client
    from kubernetes.aio.config.incluster_config import InClusterConfigLoader

JsonObject = dict[str, Any]

STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
# What the API server returns for this are names and versions only, never a spec.
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

REQUEST_TIMEOUT_SECONDS = 10.0
# The server ends a watch after this time, and sends a bookmark shortly before it does.
WATCH_TIMEOUT_SECONDS = 15
PAGE_SIZE = 500


class KubeClient:
    """One connection pool to the API server; make it inside a running event loop, close it at the end."""

    def __init__(self, api_client: client.ApiClient, account: InClusterConfigLoader | None = None) -> None:
        """`account` reads the pod's token, at least once a minute."""
        self._api = api_client
        self._account = account
        self._clock = ServerClock()
        self.server_date: float | None = None
        """The API server's time in its last answer, in whole seconds since the epoch; None when it gave none."""

    @classmethod
    async def connect(cls, kubeconfig: Path | None = None) -> KubeClient:
        """Connect with a kubeconfig; without one, with the pod's service account or the file that KUBECONFIG names.

        The service account's token is read again as it rotates. SettingsError when there is neither.
        """
        # These take a third of a second to import; not every program that imports this module connects at once.
        from kubernetes.aio import client, config
        from kubernetes.aio.config.incluster_config import (
            SERVICE_CERT_FILENAME,
            SERVICE_TOKEN_FILENAME,
            InClusterConfigLoader,
        )

        from runtime.settings import SettingsError

        configuration = client.Configuration()
        account: InClusterConfigLoader | None = None
        try:
            if kubeconfig is None and "KUBERNETES_SERVICE_HOST" in os.environ:
                account = InClusterConfigLoader(SERVICE_TOKEN_FILENAME, SERVICE_CERT_FILENAME)
                account.load_and_set(configuration)
                # Else a thread looks for a .netrc, and the environment for proxies, ahead of each request.
                configuration.client_session_kwargs = {"trust_env": False}
            else:
                # The library reads the variable once, when it is imported.
                file = str(kubeconfig) if kubeconfig else os.environ.get("KUBECONFIG")
                await config.load_kube_config(config_file=file, client_configuration=configuration)
        except config.ConfigException as e:
            raise SettingsError(f"no access to the Kubernetes API server: {e}") from e
        return cls(client.ApiClient(configuration), account)

    def now(self) -> float:
        """The API server's time, in seconds since the epoch, as its answers tell it; before the first, the machine's.

        What objects carry (creationTimestamp, and with it a job's expiry) is in this time. Durations are not to be
        taken from it: it jumps when the API server's clock does.
        """
        return self._clock.time(monotonic())

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        timeout_seconds: float = REQUEST_TIMEOUT_SECONDS,
    ) -> JsonObject:
        """Send a request and return the JSON object of the answer; KubeError when it is not a 2xx."""
        try:
            headers = {"Accept": accept, "Content-Type": content_type}
            limits = aiohttp.ClientTimeout(total=timeout_seconds)
            response = await self._send(method, path, query or {}, headers=headers, body=body, limits=limits)
            raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as e:
            raise KubeError(0, "Unreachable", f"{method} {path}: {type(e).__name__}") from e
        if not 200 <= response.status < 300:
            raise from_answer(response.status, raw)
        return cast(JsonObject, json.loads(raw))

    async def list(
        self, path: str, *, query: Mapping[str, str] | None = None, accept: str = "application/json"
    ) -> tuple[list[JsonObject], str]:
        """All items of a collection, fetched in pages, and the resourceVersion to watch from."""
        items: list[JsonObject] = []
        version = ""
        async for page in pages(self, path, query=query, accept=accept):
            items += page["items"]
            version = page["metadata"]["resourceVersion"]
        return items, version

    async def watch(
        self, path: str, *, resource_version: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[JsonObject]:
        """The events ({"type", "object"}, bookmarks included) after a resourceVersion.

        Ends when the server ends the watch: go on from the last event's resourceVersion.
        WatchExpired when that is too old, KubeError when the server refuses or cannot be reached.
        A silent connection is not noticed here: kube.informer does that.
        """
        watch_query = {
            **(query or {}),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(WATCH_TIMEOUT_SECONDS),
        }
        response: aiohttp.ClientResponse | None = None
        try:
            limits = aiohttp.ClientTimeout(total=None, sock_connect=REQUEST_TIMEOUT_SECONDS)
            response = await self._send("GET", path, watch_query, headers={"Accept": "application/json"}, limits=limits)
            if response.status != 200:
                raise from_answer(response.status, await response.read())
            async for line in _lines(response.content):
                event = cast(JsonObject, json.loads(line))
                if event["type"] == "ERROR":
                    raise from_status(event["object"].get("code", 500), event["object"])
                yield event
        except (aiohttp.ClientError, TimeoutError, OSError) as e:
            raise KubeError(0, "Unreachable", f"watch {path}: {type(e).__name__}") from e
        finally:
            if response is not None:
                response.close()

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        headers: dict[str, str],
        body: JsonObject | None = None,
        limits: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse:
        await self._api.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        url = self._api.configuration.host + path
        if query:
            url += "?" + urlencode(query)
        answer = await self._api.call_api(method, url, header_params=headers, body=body, _request_timeout=limits)
        response = cast(aiohttp.ClientResponse, answer.response)
        self.server_date = parse_date(response.headers.get("Date"))
        if self.server_date is not None:
            self._clock.date_received(self.server_date, monotonic())
        if response.status == 401 and self._account is not None:
            # The token has expired or was withdrawn: the next request reads the file again.
            self._account.token_expires_at = datetime.min
        return response


async def pages(
    kube: KubeClient,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    accept: str = "application/json",
    size: int = PAGE_SIZE,
) -> AsyncIterator[JsonObject]:
    """A collection as List objects of at most `size` items. KubeError; 410 when it takes minutes to read them."""
    page_query = {**(query or {}), "limit": str(size)}
    while True:
        page = await kube.request("GET", path, query=page_query, accept=accept)
        # The API server writes an empty list of metadata as null.
        page["items"] = page["items"] or []
        yield page
        token = page["metadata"].get("continue")
        if not token:
            return
        page_query["continue"] = token


async def deployment_owner(kube: KubeClient, namespace: str, name: str) -> JsonObject:
    """The ownerReference to a Deployment: what refers to it is deleted with it. KubeError.

    404 also for one that is being deleted: with `--cascade=orphan` the garbage collector has then taken the references
    away from what it knew of, and deletes what is created later.
    """
    metadata = (await kube.request("GET", paths.deployment(namespace, name)))["metadata"]
    if "deletionTimestamp" in metadata:
        raise KubeError(404, "NotFound", f"{name} is being deleted", {"kind": "deployments", "name": name})
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": metadata["uid"]}


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    # StreamReader.readline gives up on lines above its buffer size; a job may be larger.
    parts: list[bytes] = []
    async for chunk in content.iter_any():
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield b"".join([*parts, line])
            parts = []
        if rest:
            parts.append(rest)
