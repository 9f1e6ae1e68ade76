"""python -m tests.simulation: millions of steps of the controller among faults, in several processes."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.report import table
from tests.simulation.search import STEPS_PER_BATCH, Found, search


def main() -> None:
    """Run; exit code 1 when a law was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=5_000_000, help="steps to make at least (5000000)")
    parser.add_argument("--seed", type=int, help="of the first batch; those after it count on (from the clock)")
    parser.add_argument("--processes", type=int, default=2, help="processes that share the batches (2)")
    options = parser.parse_args()
    first = int(time.time()) if options.seed is None else options.seed
    print(f"seed {first}: {options.steps:,} steps in {options.processes} processes", flush=True)
    done = run(first, options.steps, options.processes)
    print(table(done))
    sys.exit(any(found.violation for found in done))


def run(first: int, steps: int, processes: int) -> list[Found]:
    """Batches until there are steps enough, or a violation."""
    done: list[Found] = []
    seed, made = first, 0
    with ProcessPoolExecutor(processes) as pool:
        running = {pool.submit(search, first + n) for n in range(processes)}
        seed += processes
        while running:
            future = next(as_completed(running))
            running.remove(future)
            found = future.result()
            done.append(found)
            made += found.total
            print(f"seed {found.seed}: {found.total:,} steps in {found.seconds:.0f} s, {made:,} in all", flush=True)
            if found.violation is None and made + len(running) * STEPS_PER_BATCH < steps:
                running.add(pool.submit(search, seed))
                seed += 1
    return done


if __name__ == "__main__":
    main()
