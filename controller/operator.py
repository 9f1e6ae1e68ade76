"""The seam to kopf: its settings and the reason for each, the handlers, the login, the probes, and `run`.

No other module imports kopf. It does one thing here: it keeps a watch on the jobs and one on the renderer pods, and
reports their events to the loop. Each handler is called once for an event and may be called late, twice or, when an
object vanishes between two watches, never; the loop's reconcile pass makes up for that (loop.py).
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from typing import Any

import kopf

from controller.definition import DefinitionReport
from controller.loop import Loop
from controller.release_client import ReleaseClient
from controller.settings import Settings
from controller.state.pod import Pod, PodTemplate, new_name, selector
from controller.state.state import State
from crds.job import GROUP, PLURAL, VERSION, Job
from kube.client import KubeClient
from kube.errors import KubeError
from kube.lease import LeaseElection
from runtime.health import serve
from runtime.memory import freeze_garbage_collector

log = logging.getLogger("controller")

LEASE = "pdf-export-controller"
"""The Lease of the namespace: whichever replica holds it assigns the namespace's jobs."""

# The loop ticks twice a second; one that has not for this long is stuck.
_STUCK_SECONDS = 60.0
# The API server ends a watch after the first, and kopf opens the next; after the second the client gives one up.
_WATCH_SECONDS = (60, 75)
_NEVER_SECONDS = 1e9
_ASK_SECONDS = 1.0
# A watch that ended without an error is opened again after _WATCH_SECONDS at most; a longer silence is a defect.
_SILENT_SECONDS = 120.0


async def run(settings: Settings, template: PodTemplate, template_text: str) -> None:
    """Run kopf's watches and the loop that they feed until SIGTERM, or until one of them ends.

    `template_text`: what the file `settings.pod_template` had in it when `template` was read.
    """
    kube = await KubeClient.connect()
    client = ReleaseClient(kube, namespace=settings.namespace, release=settings.release, deployment=settings.deployment)
    election = LeaseElection(
        kube,
        namespace=settings.namespace,
        name=LEASE,
        identity=settings.pod_name,
        owner=settings.release,
        revision=template.digest,
        owner_reference=client.owner,
    )
    loop = Loop(
        client,
        State(settings.limits, pod_template=template.digest),
        template,
        new_name=partial(new_name, settings.release),
        reconcile_seconds=settings.reconcile_seconds,
        term=election.term,
    )
    health = await serve(settings.health_port, unready=partial(_unready, loop, election), dead=partial(_dead, loop))
    freeze_garbage_collector()
    try:

        async def is_current() -> bool:
            files = await client.config_map(settings.pod_template_config_map)
            return files.get(settings.pod_template.name) == template_text

        work = _lead_or_stand_by(loop, election, client, is_current)
        await run_beside_kopf(work, handlers(loop), settings)
    finally:
        await health.cleanup()
        await kube.close()


async def _lead_or_stand_by(
    loop: Loop, election: LeaseElection, client: ReleaseClient, is_current: Callable[[], Awaitable[bool]]
) -> None:
    """Run the loop and the election until cancelled; the lease is released when all writes have ended.

    `is_current`: whether the pod template is still the release's; KubeError.
    """

    async def changed() -> None:
        loop.wake()
        if message := _namespace_taken(election):
            log.error(message)
            with suppress(KubeError):
                await client.warn("NamespaceTaken", message, client.now())

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(loop.run())
            group.create_task(election.run(changed))
            group.create_task(_ask_for_lease(loop, election, is_current))
            group.create_task(DefinitionReport(client, lambda: loop.in_charge).run())
    finally:
        await election.release()


async def _ask_for_lease(loop: Loop, election: LeaseElection, is_current: Callable[[], Awaitable[bool]]) -> None:
    """While a replica of another pod template leads, ask it for the Lease, when this one's is that of the release now.

    Only the leader launches renderers, of its own template. Without that a new replica would be ready before anybody
    knows whether its renderers start, and a rollout would succeed with an image that cannot be pulled.

    The ConfigMap says what the release's template is, not the Deployment, whose replicas may differ: each has read the
    ConfigMap when it started. Two that both took theirs for the right one would ask each other for ever.
    """
    while True:
        await asyncio.sleep(_ASK_SECONDS)
        if loop.warm and election.led_by_another_revision:
            with suppress(KubeError):
                if await is_current():
                    await election.ask()


def _namespace_taken(election: LeaseElection) -> str:
    if not (owner := election.foreign_owner):
        return ""
    return (
        f"This namespace belongs to the release {owner}, which holds its Lease {LEASE}. Two releases in one namespace "
        "would take each other's jobs: install this one in another namespace, or uninstall the other first."
    )


def _unready(loop: Loop, election: LeaseElection) -> str:
    """Why this replica cannot take over, or a rollout has to wait with it; empty when neither is so."""
    if message := _namespace_taken(election):
        return message
    if not loop.warm:
        return "The cache is not complete yet."
    # A leader of a version that keeps the Lease to its end is followed only when this replica counts as ready.
    return "" if election.led_by_older_version else loop.missing_renderer


def _dead(loop: Loop) -> str:
    """Why the kubelet should start this container again; empty when it should not."""
    if (age := time.monotonic() - loop.last_pass) > _STUCK_SECONDS:
        return f"The loop has not run for {age:.0f} s."
    if (silent := loop.silent_seconds) > _SILENT_SECONDS:
        return f"There was no watch event for {silent:.0f} s although objects have changed."
    return ""


async def run_beside_kopf(work: Coroutine[Any, Any, None], registry: kopf.OperatorRegistry, settings: Settings) -> None:
    """Run kopf and `work` until a signal, or until one of them ends; raises what they raise.

    `work` ends first. Otherwise it would go on while kopf ends its watches, and kopf waits five seconds for every task
    that is younger than its own before it cancels it.
    """
    signalled, stop_kopf = asyncio.Event(), asyncio.Event()
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(signalled.wait())
    older = asyncio.all_tasks()
    tasks = await kopf.spawn_tasks(
        registry=registry,
        settings=kopf_settings(settings.release),
        standalone=True,
        namespaces=[settings.namespace],
        stop_flag=stop_kopf,
    )
    # In place of kopf's own handlers, which end its watches at once.
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, signalled.set)
    operator = asyncio.ensure_future(kopf.run_tasks(tasks, ignored=older))
    await asyncio.wait([working, operator, waiting], return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    await asyncio.wait([working])
    waiting.cancel()
    stop_kopf.set()
    outcomes = await asyncio.gather(working, operator, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


def handlers(loop: Loop) -> kopf.OperatorRegistry:
    """kopf's registry with event handlers only: nothing is written to the objects, no finalizer is set."""
    registry = kopf.OperatorRegistry()

    @kopf.on.event(GROUP, VERSION, PLURAL, registry=registry)
    async def on_job(event: kopf.RawEvent, **_: Any) -> None:
        loop.observe_job(Job.from_object(event["object"]), deleted=event["type"] == "DELETED")

    @kopf.on.event("", "v1", "pods", registry=registry)
    async def on_pod(event: kopf.RawEvent, **_: Any) -> None:
        loop.observe_pod(Pod.from_object(event["object"]), deleted=event["type"] == "DELETED")

    @kopf.on.login(registry=registry)
    def login(**kwargs: Any) -> kopf.ConnectionInfo | None:
        connection = kopf.login_with_service_account(**kwargs)
        if connection is None:
            return kopf.login_with_kubeconfig(**kwargs)
        # By address, as KubeClient does: not even a name server's outage stops the controller.
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
        return kopf.ConnectionInfo(
            server=server,
            ca_path=connection.ca_path,
            scheme="Bearer",
            token=connection.token,
        )

    return registry


class Endless(Iterable[float]):
    """The given pauses in seconds, then the last one for ever; each iteration begins anew."""

    def __init__(self, *seconds: float) -> None:
        self._seconds = seconds

    def __iter__(self) -> Iterator[float]:
        return chain(self._seconds, repeat(self._seconds[-1]))


class NoDifferences(kopf.DiffBaseStorage):
    """Remembers nothing of an object, so that there is nothing to compare."""

    def build(self, *, body: kopf.Body, extra_fields: Iterable[kopf.FieldSpec] | None = None) -> kopf.BodyEssence:
        return kopf.BodyEssence({})

    def fetch(self, *, body: kopf.Body) -> kopf.BodyEssence | None:
        return None

    def store(self, *, body: kopf.Body, patch: kopf.Patch, essence: kopf.BodyEssence) -> None:
        """Nothing is stored."""


def kopf_settings(release: str) -> kopf.OperatorSettings:
    """Every setting that differs from kopf's default, and the reason for it."""
    settings = kopf.OperatorSettings()
    # Events for each handler call are writes on the hot path.
    settings.posting.enabled = False
    # No CRDs and namespaces are watched: the Role is for one namespace.
    settings.scanning.disabled = True
    settings.networking.request_timeout = 10
    # An API server that is away for long must not end the controller: its next start may be minutes off.
    settings.networking.error_backoffs = Endless(0.5, 1, 2, 3)
    # Of all pods of the namespace only the release's renderers are sent here.
    settings.watching.label_selectors["", "v1", "pods"] = selector(release)
    settings.watching.chunk_size = 500
    settings.watching.server_timeout, settings.watching.client_timeout = _WATCH_SECONDS
    # kopf's own timer for silent watches is a defect of kopf 1.45.2: watch_objs (kopf/_cogs/clients/watching.py) has a
    # `yield` inside of `async with asyncio.timeout(...)`, and continuous_watch leaves that generator open when a 410
    # ends the watch. The timer then lives until the garbage collector closes the generator. When it fires, it cancels
    # the task that meanwhile runs the next watch, which ends for good and logs nothing. The timer cannot be turned
    # off, only set to a time that never comes; client_timeout and the probe above detect silence instead.
    # tests/unit/controller/test_operator.py fails when kopf no longer has the defect.
    settings.watching.inactivity_timeout = _NEVER_SECONDS
    settings.queueing.worker_limit = None
    # A worker keeps the last event of an object, the CV included, for this long: at 50 jobs a second the default of
    # 5 s took 18 MiB more.
    settings.queueing.idle_timeout = 0.5
    # Handlers of events need no differences: kopf would copy each object, cvData and all, to find them.
    settings.persistence.diffbase_storage = NoDifferences()
    return settings
