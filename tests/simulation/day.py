"""python -m tests.simulation.day: a day of traffic through the decisions; queue times, pods, requests a job."""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass

from controller.state.limits import Limits
from tests.simulation.pool import Delays, Pool
from tests.simulation.traffic import DAY_SECONDS, arrivals

_TTL_SECONDS = 600.0
_USERS = 20_000
_EPOCH = 1_700_006_400.0


@dataclass(frozen=True)
class Span:
    """What happened in a part of the day."""

    begin: float
    rate: float
    """Jobs a second."""
    queue: tuple[float, float, float, float]
    """p50, p95, p99 and the longest wait, in seconds."""
    pods: tuple[int, int]
    """The fewest and the most."""
    live: int
    """Jobs in the API server at its end."""


@dataclass(frozen=True)
class Day:
    """The whole of it."""

    spans: list[Span]
    pool: Pool
    jobs: int
    seconds: float
    """How long the simulation took."""
    queue: tuple[float, float, float, float]


def simulate(
    *,
    begin: float,
    end: float,
    mean: float,
    limits: Limits,
    delays: Delays,
    seed: int,
    faster: float = 1.0,
    parts: int = 24,
) -> Day:
    """Jobs from `begin` to `end` (seconds of the day), `mean` a second over a whole day; then until all have ended.

    The clock of the day may go `faster`: as many jobs a second, fewer in all.
    """
    started = time.perf_counter()
    chance = random.Random(seed)
    pool = Pool(limits, delays, _EPOCH, chance)
    spans: list[Span] = []
    jobs = 0
    for part in range(parts):
        low = begin + (end - begin) * part / parts
        high = begin + (end - begin) * (part + 1) / parts
        queued, created = len(pool.queued), jobs
        fewest = most = len(pool.pods)
        sampled = low
        for at in arrivals(low, high, mean, chance, faster):
            pool.advance(_EPOCH + (at - begin) / faster)
            jobs += 1
            # A few ask often, most seldom; one in ten has paid for priority.
            user = int(_USERS * chance.random() ** 3)
            pool.create(f"j{jobs}", user=f"u{user}", priority=10 * (chance.random() < 0.1), ttl=_TTL_SECONDS)
            if at - sampled >= faster:
                fewest, most, sampled = min(fewest, len(pool.pods)), max(most, len(pool.pods)), at
        pool.advance(_EPOCH + (high - begin) / faster)
        waits = percentiles(list(pool.queued[queued:]))
        spans.append(Span(low, (jobs - created) / (high - low) * faster, waits, (fewest, most), pool.live_jobs))
    pool.advance(_EPOCH + (end - begin) / faster + 2 * _TTL_SECONDS)
    return Day(spans, pool, jobs, time.perf_counter() - started, percentiles(list(pool.queued)))


def percentiles(values: list[float]) -> tuple[float, float, float, float]:
    """p50, p95, p99 and the maximum; zeros of nothing."""
    if not values:
        return 0.0, 0.0, 0.0, 0.0
    values.sort()
    last = len(values) - 1
    return values[int(last * 0.5)], values[int(last * 0.95)], values[int(last * 0.99)], values[-1]


def report(day: Day) -> str:
    """As tables."""
    lines = ["from    jobs/s   queue ms: p50    p95     p99     max   pods    live jobs"]
    for span in day.spans:
        clock = f"{int(span.begin // 3600):02d}:{int(span.begin % 3600 // 60):02d}"
        pods = f"{span.pods[0]}-{span.pods[1]}"
        lines.append(f"{clock} {span.rate:9.1f}        {_ms(span.queue)}   {pods:9} {span.live:7,}")
    pool, jobs = day.pool, day.jobs
    lines += [
        f"all                    {_ms(day.queue)}             {pool.most_live:7,} at most",
        "",
        f"{jobs:,} jobs: {dict(pool.ended)}, {pool.expired_early} deleted before they had ended, {pool.live_jobs} left",
        f"{day.seconds:.0f} s of simulation, {day.seconds / jobs * 1e6:.0f} us a job; "
        f"{pool.passes:,} passes of the decisions",
        "requests to the API server a job:",
        *(f"  {kind:32} {calls / jobs:8.4f}" for kind, calls in sorted(pool.calls.items())),
        f"  {'in all':32} {pool.calls.total() / jobs:8.4f}",
    ]
    return "\n".join(lines)


def _ms(seconds: tuple[float, float, float, float]) -> str:
    return " ".join(f"{value * 1000:7.1f}" for value in seconds)


def main() -> None:
    """Read the options, play the day, print the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.day", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0, help="of the day, from --from on (24)")
    parser.add_argument("--from", dest="begin", type=float, default=0.0, help="hour at which to begin (0)")
    parser.add_argument("--rate", type=float, default=100.0, help="jobs a second, mean of a whole day (100)")
    parser.add_argument("--pods", type=int, default=1000, help="renderers at most (1000)")
    parser.add_argument("--service", type=float, default=4.0, help="seconds that a job keeps its slot, mean (4)")
    parser.add_argument("--faster", type=float, default=8.0, help="how much faster the day passes (8); 1 is all of it")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begin = options.begin * 3600.0
    limits = Limits(min_warm=10, max_pods=options.pods, launch_batch=20)
    day = simulate(
        begin=begin,
        end=min(begin + options.hours * 3600.0, DAY_SECONDS),
        mean=options.rate,
        limits=limits,
        delays=Delays(service=options.service),
        seed=options.seed,
        faster=options.faster,
    )
    print(f"seed {options.seed}, a day {options.faster:g} times as fast, {options.rate:g} jobs/s mean, {limits}")
    print(report(day))


if __name__ == "__main__":
    main()
