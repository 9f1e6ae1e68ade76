"""Parts a to d: one export at a time beside the bare prints, and how long a client that polls waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bench import rows
from bench.bare import NewContext, reused_page, timed, warmed
from bench.client import Client
from bench.figures import Figures, Rows, spread
from bench.steady import steady, steps
from bench.testbed import Testbed

_JOBS = 120
_WARM_UP = 20
_POLL_SECONDS = 3.0
_POLLING_CLIENTS = 12


async def measure_export(testbed: Testbed) -> Rows:
    """(a), (b), and (c) in both its forms, in turn, job by job: what else happens on the machine falls on all.

    Then (c) alone.
    """
    testbed.settle(1)
    context, page = NewContext(), reused_page()
    html = testbed.sample.html
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        try:
            pages = [await warmed(each, html) for each in (context, page)]
            for _ in range(_WARM_UP):
                await client.export()
            job_ids: list[str] = []

            async def export() -> None:
                job_ids.append(await client.export())

            ways: list[Callable[[], Awaitable[object]]] = [
                lambda: context.print(html),
                lambda: page.print(html),
                export,
                client.downloaded,
            ]
            times: list[list[float]] = [[] for _ in ways]
            for n in range(testbed.count(_JOBS)):
                for turn in range(len(ways)):
                    way = (n + turn) % len(ways)
                    times[way].append(await timed(ways[way]))
        finally:
            await asyncio.gather(context.stop(), page.stop())
        bare_context, bare_page, exported, downloaded = (spread(each) for each in times)
        found: Rows = {
            rows.CONTEXT_A_JOB: bare_context | {"pages": pages[0]},
            rows.REUSED_PAGE: bare_page | {"pages": pages[1]},
            rows.POST_TO_DONE: exported | _pages(testbed) | steps(testbed, job_ids),
            rows.POST_TO_BYTES: downloaded,
        }
        found[rows.ONE_AT_A_TIME] = await steady(testbed, client, clients=1, seconds=10)
    return found


async def measure_polled(testbed: Testbed) -> Rows:
    """(d): a dozen clients, so far apart that none waits for another's job."""
    testbed.settle(1, jobs_ttlSeconds=60)
    clients = testbed.count(_POLLING_CLIENTS)
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        await client.export()

        async def later(n: int) -> float:
            await asyncio.sleep(n * _POLL_SECONDS / clients)
            return await timed(lambda: client.polled(_POLL_SECONDS))

        times = await asyncio.gather(*(later(n) for n in range(clients)))
    return {rows.POLLED: spread(times)}


def _pages(testbed: Testbed) -> Figures:
    """How many pages the last job had: the bare prints shall have as many."""
    found = testbed.release.kubectl(
        "get", "pdfexportjobs", "-o", "jsonpath={.items[-1:].status.pages}", "--sort-by=.metadata.creationTimestamp"
    )
    return {"pages": float(found)} if found else {}
