"""What a search for violations says of itself."""

from __future__ import annotations

from collections import Counter

from tests.simulation.search import Found


def table(batches: list[Found]) -> str:
    """Steps by kind, their number and pace, and what was violated."""
    steps: Counter[str] = Counter()
    for found in batches:
        steps += found.steps
    seconds = sum(found.seconds for found in batches)
    seeds = [found.seed for found in batches]
    violated = [found for found in batches if found.violation]
    width = max(map(len, steps), default=0)
    lines = [f"  {kind:<{width}} {count:>9,}" for kind, count in sorted(steps.items())]
    lines += [
        f"seeds {min(seeds)} to {max(seeds)}: {steps.total():,} steps of {len(steps)} kinds, "
        f"{steps.total() / seconds:,.0f} a second and process, {len(violated)} violations",
        *(f"seed {found.seed}: {found.violation}\n{found.story}" for found in violated),
    ]
    return "\n".join(lines)
