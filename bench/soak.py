"""Ten thousand renders through one pool: nothing grows, nothing fails, nothing is left behind: `make soak`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import aiohttp

from bench.client import Client
from bench.footprint import Observer, Sample
from bench.meter import component_of
from bench.sample import sample
from bench.soak_load import Exporter, Outcome
from bench.soak_report import Line, left_zombies, lines, markdown, replaced
from bench.testbed import Testbed
from cluster.paths import from_environment
from cluster.progress import Failed, say, wait_until
from cluster.release import Release
from kube.client import KubeClient

T = TypeVar("T")

RENDERS = 10_000
_CLIENTS = 8
_RENDERERS = 1
_SAMPLE_SECONDS = 0.5
_SAMPLES_AT_START = 6
# The jobs that live at the same time are as many after the first thousand renders as at the end.
_TTL_SECONDS = 20
# Programs close connections that they do not use after 15 to 30 s.
_REST_SECONDS = 60


@dataclass(slots=True)
class Soak:
    """What was seen. rest: once all was over; left: objects in storage and jobs that nobody has taken away; restarts:
    of containers, and pods that are not there any more."""

    samples: list[Sample]
    rest: Sample
    outcome: Outcome
    seconds: float
    left: list[str]
    restarts: list[str]

    def lines(self) -> list[Line]:
        """A line for each process."""
        return lines(self.samples, self.rest, renders=self.outcome.renders)

    def faults(self) -> list[str]:
        """All that should not be but growth: one line each."""
        zombies = left_zombies(self.samples)
        gone = [f"{n} × {role} was replaced" for role, n in replaced([*self.samples, self.rest]).items()]
        return [
            *self.outcome.failures,
            *self.restarts,
            *gone,
            *(f"left behind: {name}" for name in self.left),
            *(f"zombie: process {pid}" for pid, _ in sorted(zombies)),
        ]


def release() -> Release:
    """The soak's own release."""
    return Release(
        from_environment(), name="pdf-export-soak", namespace="pdf-export-soak", emulator_address="10.96.91.70"
    )


async def run(renders: int) -> Soak:
    """Install a release, let it render so many documents, and remove it."""
    testbed = Testbed(sample(), release=release())
    testbed.up()
    try:
        testbed.settle(_RENDERERS, jobs_ttlSeconds=_TTL_SECONDS)
        return await _soak(testbed, renders)
    finally:
        _patiently(testbed.release.uninstall)


async def _soak(testbed: Testbed, renders: int) -> Soak:
    before = _pods(testbed.release)
    observer = Observer(testbed.release.paths, {uid: component for uid, (component, _) in before.items()})
    kube = await KubeClient.connect()
    testbed.release.url("storage-emulator")
    try:
        async with Client(testbed.api_url(), testbed.sample.body) as client, aiohttp.ClientSession() as http:
            exporter = Exporter(client, kube, http, namespace=testbed.release.namespace)
            samples: list[Sample] = []
            for _ in range(_SAMPLES_AT_START):
                samples.append(observer.sample(0))
                await asyncio.sleep(_SAMPLE_SECONDS)
            began = time.monotonic()
            watching = asyncio.create_task(_watch(observer, exporter, samples, renders))
            await exporter.run(renders, clients=_CLIENTS)
            seconds = time.monotonic() - began
            await watching
            left = [f"object {name}" for name in await exporter.left_in_storage()]
    finally:
        await kube.close()
    left += [f"job {name}" for name in _jobs_left(testbed.release)]
    rest = _rest(observer, samples, renders)
    restarts = _restarts(before, _patiently(lambda: _pods(testbed.release)))
    return Soak(samples, rest, exporter.outcome, seconds, left, restarts)


def _rest(observer: Observer, samples: list[Sample], renders: int) -> Sample:
    """How all is once no connection is open that nobody uses; or after the time for that, whatever it is."""
    rest: list[Sample] = []

    def rested() -> bool:
        rest.append(observer.sample(renders))
        return not any(line.judged and line.leaks_descriptors for line in lines(samples, rest[-1], renders=renders))

    with suppress(Failed):
        wait_until("connections that are not used are closed", rested, seconds=_REST_SECONDS, every=1)
    return rest[-1]


def _patiently(ask: Callable[[], T]) -> T:
    """Its answer; an API server that is away for a while shall not take a quarter of an hour's figures along."""
    answers: list[T] = []

    def answered() -> bool:
        with suppress(Failed):
            answers.append(ask())
        return bool(answers)

    wait_until("the API server answers", answered, seconds=120, every=1)
    return answers[0]


async def _watch(observer: Observer, exporter: Exporter, samples: list[Sample], renders: int) -> None:
    """Sample until all is rendered."""
    reported = 0
    while (done := exporter.outcome.renders) < renders:
        # In a thread, so that the clients do not wait for it.
        samples.append(await asyncio.to_thread(observer.sample, done))
        if done // 1000 > reported:
            reported = done // 1000
            say(f"{done:,} of {renders:,} renders; {len(exporter.outcome.failures)} failures")
        await asyncio.sleep(_SAMPLE_SECONDS)


def _pods(release: Release) -> dict[str, tuple[str, dict[str, int]]]:
    """Component, and restarts by container, of each pod by uid."""
    pods = json.loads(release.kubectl("get", "pods", "-o", "json"))["items"]
    return {
        pod["metadata"]["uid"]: (
            component_of(pod),
            {each["name"]: each["restartCount"] for each in pod["status"].get("containerStatuses", ())},
        )
        for pod in pods
    }


def _restarts(before: dict[str, tuple[str, dict[str, int]]], after: dict[str, tuple[str, dict[str, int]]]) -> list[str]:
    """What has begun anew."""
    return [
        f"{component}: {'has restarted' if uid in after else 'its pod is gone'}"
        for uid, (component, counts) in before.items()
        if uid not in after or after[uid][1] != counts
    ]


def _jobs_left(release: Release) -> list[str]:
    """The jobs that are there still after their time."""
    names: list[str] = []

    def gone() -> bool:
        names[:] = _patiently(lambda: release.kubectl("get", "pdfexportjobs", "-o", "name").split())
        return not names

    with suppress(Failed):
        wait_until("all jobs have expired", gone, seconds=90)
    return names


def main() -> int:
    """Run it and print the table; 1 when anything has grown or failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--renders", type=int, default=RENDERS)
    options = parser.parse_args()
    try:
        soak = asyncio.run(run(options.renders))
    except Failed as e:
        print(f"soak: {e}", file=sys.stderr)
        return 1
    print(report(soak))
    return 0 if not soak.faults() and all(line.flat for line in soak.lines() if line.judged) else 1


def report(soak: Soak) -> str:
    """The table and all that went wrong."""
    renders = soak.outcome.renders
    ends = ", ".join(f"{n:,} {end}" for end, n in soak.outcome.ends.most_common())
    faults = soak.faults()
    return "\n".join(
        [
            "",
            markdown(soak.lines(), renders=renders),
            "",
            f"{renders:,} renders in {soak.seconds:.0f} s: {ends}; {len(soak.samples):,} samples.",
            f"Failures, restarts, left behind, zombies: {len(faults)}",
            *faults[:20],
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
