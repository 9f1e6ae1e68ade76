"""Requests, lists and watches of the Kubernetes API server: plain JSON in and out, over aiohttp."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

import aiohttp

from kube import paths
from kube.clock import ServerClock, monotonic, parse_date
from kube.connection import Connection, from_environment
from kube.errors import KubeError, from_answer, from_status

JsonObject = dict[str, Any]

STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
# What the API server returns for this are names and versions only, never a spec.
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

REQUEST_TIMEOUT_SECONDS = 10.0
# The server ends a watch after this time.
WATCH_TIMEOUT_SECONDS = 240
PAGE_SIZE = 500
_MAX_CONNECTIONS: Final = 100
# An event with a job in it is larger than aiohttp's own buffer.
_READ_BYTES: Final = 2**21


class KubeClient:
    """One connection pool to the API server; make it inside a running event loop, close it at the end."""

    def __init__(self, connection: Connection) -> None:
        self._server = connection.server
        self._token = connection.token
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_MAX_CONNECTIONS, ssl=connection.tls or True),
            trust_env=connection.trust_env,
            read_bufsize=_READ_BYTES,
            headers={"User-Agent": "pdf-export"},
        )
        self._clock = ServerClock()
        self.server_date: float | None = None
        """The API server's time in its last answer, in whole seconds since the epoch; None when it gave none."""

    @classmethod
    async def connect(cls, kubeconfig: Path | None = None) -> KubeClient:
        """Connect with a kubeconfig; without one, as the environment says (connection.from_environment)."""
        if kubeconfig is None:
            return cls(from_environment())
        # No pod needs it.
        from kube.kubeconfig import from_kubeconfig

        return cls(from_kubeconfig([kubeconfig]))

    def now(self) -> float:
        """The API server's time, in seconds since the epoch, as its answers tell it; before the first, the machine's.

        What objects carry (creationTimestamp, and with it a job's expiry) is in this time. Durations are not to be
        taken from it: it jumps when the API server's clock does.
        """
        return self._clock.time(monotonic())

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

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
        if token := self._token.current():
            headers["Authorization"] = f"Bearer {token}"
        url = self._server + path
        if query:
            url += "?" + urlencode(query)
        data = None if body is None else json.dumps(body).encode()
        response = await self._session.request(method, url, headers=headers, data=data, timeout=limits)
        self.server_date = parse_date(response.headers.get("Date"))
        if self.server_date is not None:
            self._clock.date_received(self.server_date, monotonic())
        if response.status == 401:
            # The next request reads the file again.
            self._token.refused()
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
    """The ownerReference to a Deployment: what refers to it is deleted with it. KubeError."""
    deployment = await kube.request("GET", paths.deployment(namespace, name))
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": deployment["metadata"]["uid"]}


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
