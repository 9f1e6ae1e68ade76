"""An API server in memory, as far as the API uses one, and an HTTP client in front of the application."""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

import httpx

from api.app import make_app
from api.health import HealthEndpoints
from api.jobs.service import Jobs
from api.metrics import Metrics
from api.settings import Settings
from crds.job import format_time
from cv.options import Takes
from cv.templates import Metadata
from kube.client import METADATA, JsonObject, KubeClient
from kube.clock import ServerClock, monotonic
from kube.errors import KubeError

NAMESPACE = "test"
JOBS_PATH = f"/apis/pdfexport.dev/v1/namespaces/{NAMESPACE}/pdfexportjobs"
TEMPLATES = {
    "classic": Metadata(name="Classic", description="One column.", columns=1, options=Takes(pageFormat=["A4"])),
    "modern": Metadata(
        name="Modern",
        description="Two columns.",
        columns=2,
        options=Takes(
            pageFormat=["A4", "Letter"],
            accentColor="#0b5a70",
            fontFamily=["Lato", "Noto Sans"],
            density=["normal", "compact"],
            photo=True,
            sectionOrder=["work", "education"],
            sectionTitles=True,
        ),
    ),
}
CV: dict[str, Any] = {"basics": {"name": "Ada Lovelace"}, "x-own": {"kept": [1, 2.5, None]}}
BODY: dict[str, Any] = {
    "resumeId": 123,
    "templateId": "modern",
    "cvData": CV,
    "fileName": "John_Doe_CV",
    "userPackage": "BASIC",
    "userId": "user-123",
}


def missing(name: str) -> KubeError:
    """What the API server answers when there is no such job."""
    details = {"name": name, "group": "pdfexport.dev", "kind": "pdfexportjobs"}
    return KubeError(404, "NotFound", f'pdfexportjobs.pdfexport.dev "{name}" not found', details)


class FakeKube:
    """Keeps jobs, counts requests, and fails on demand."""

    def __init__(self) -> None:
        self.objects: dict[str, JsonObject] = {}
        self.requests: list[tuple[str, str]] = []
        self.failures: list[KubeError] = []
        """Raised by the next requests, one each, before they do anything."""
        self.lost_answers = 0
        """So many creations happen, but their answers do not arrive."""
        self.hold: asyncio.Event | None = None
        """When set, a GET waits for it."""
        self.watches: list[str] = []
        """The resourceVersions that watches were started from."""
        self.events: asyncio.Queue[JsonObject | Exception | None] = asyncio.Queue()
        self.version = 100
        self.passed = 0.0
        """Seconds that a test lets pass at once."""
        self.ahead = 0.0
        """How far the API server's clock is ahead of the API's."""
        self._clock = ServerClock()

    def now(self) -> float:
        """As KubeClient tells it: from the Date headers."""
        return self._clock.time(monotonic() + self.passed)

    @property
    def server_time(self) -> float:
        """The API server's time as it is."""
        return monotonic() + self.passed + self.ahead

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        accept: str = "application/json",
        timeout_seconds: float = 10.0,
    ) -> JsonObject:
        self.requests.append((method, path))
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        self._clock.date_received(math.floor(self.server_time), monotonic() + self.passed)
        name = path.removeprefix(JOBS_PATH).removeprefix("/")
        if method == "POST":
            assert body is not None
            created = self.add(body)
            if self.lost_answers:
                self.lost_answers -= 1
                raise KubeError(0, "Unreachable", "the answer got lost")
            return {"metadata": created["metadata"]} if accept == METADATA else created
        if method == "GET" and not name:
            return {"items": list(self.objects.values()), "metadata": {"resourceVersion": str(self.version)}}
        if method == "GET" and self.hold is not None:
            await self.hold.wait()
        if name not in self.objects:
            raise missing(name)
        if method == "GET":
            return self.objects[name]
        assert method == "DELETE"
        gone = self.objects.pop(name)
        wanted = (body or {}).get("preconditions", {}).get("uid", gone["metadata"]["uid"])
        assert wanted == gone["metadata"]["uid"]
        return {"kind": "Status", "status": "Success", "details": {"uid": gone["metadata"]["uid"]}}

    async def watch(
        self, path: str, *, resource_version: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[JsonObject]:
        """Events until a None (the server ends the watch) or an exception comes."""
        self.watches.append(resource_version)
        while (event := await self.events.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event

    def add(self, manifest: JsonObject, **status: Any) -> JsonObject:
        """Store a new object."""
        name = manifest["metadata"]["name"]
        if name in self.objects:
            raise KubeError(409, "AlreadyExists", f"{name} already exists")
        self.version += 1
        metadata = {
            "uid": str(uuid.uuid4()),
            "resourceVersion": str(self.version),
            "creationTimestamp": format_time(self.server_time),
            **manifest["metadata"],
        }
        self.objects[name] = {**manifest, "metadata": metadata, "status": {"phase": "Pending", **status}}
        return self.objects[name]

    def change(self, name: str, **status: Any) -> JsonObject:
        """Change an object's status and return the event of it."""
        self.version += 1
        old = self.objects[name]
        metadata = {**old["metadata"], "resourceVersion": str(self.version)}
        self.objects[name] = {**old, "metadata": metadata, "status": {**old["status"], **status}}
        return {"type": "MODIFIED", "object": self.objects[name]}

    def count(self, method: str) -> int:
        """How many requests of this method came."""
        return sum(1 for m, _ in self.requests if m == method)


class Service:
    """The application over a FakeKube; its watch runs only when a test starts it."""

    def __init__(
        self,
        *,
        templates: Mapping[str, Metadata] = TEMPLATES,
        pictures: Mapping[str, bytes] = MappingProxyType({}),
        **settings: Any,
    ) -> None:
        self.kube = FakeKube()
        # Not checked: tests have bodies and limits that are smaller than any operator may choose.
        self.settings = Settings(namespace=NAMESPACE, priorities={"PREMIUM": 10}).model_copy(update=settings)
        self.jobs = Jobs(
            cast(KubeClient, self.kube),
            namespace=NAMESPACE,
            queue_limit=self.settings.queue_limit,
            user_limits=self.settings.user_limits,
            secret=b"a secret of 16 bytes",
        )
        self.health = HealthEndpoints(lambda: self.jobs.watch.in_sync)
        self.metrics = Metrics(self.jobs.figures)
        self.app = make_app(
            self.settings,
            jobs=self.jobs,
            templates=templates,
            pictures=pictures,
            health=self.health,
            metrics=self.metrics,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://api.test")

    async def post(self, body: object = BODY, **headers: str) -> httpx.Response:
        return await self.client.post("/api/export-pdf/job", json=body, headers=headers)

    async def get(self, job_id: str, query: str = "") -> httpx.Response:
        return await self.client.get(f"/api/export-pdf/job/{job_id}{query}")

    def sync(self) -> None:
        """As after the first list: the cache counts as up to date."""
        self.jobs.watch.informer._resource_version = "1"


async def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; TimeoutError after 5 seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.001)
