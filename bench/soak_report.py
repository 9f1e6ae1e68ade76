"""Judge the samples of a soak: whether anything grew, was left behind, or was replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bench.footprint import PAGE, Identity, Sample
from bench.report import number, table

GROWTH_LIMIT = 0.10
# aiohttp takes idle connections in turn and closes one that was not used for 15 s. At rest the controller asks about
# once a second, so that as many connections of a burst stay open; what leaks has more of them after each render.
_DESCRIPTORS_LIMIT = 20
# The components of Kubernetes, and what stands in for Firebase, are printed and not judged.
_JUDGED = ("api", "controller", "renderer", "driver", "chromium")


@dataclass(frozen=True, slots=True)
class Line:
    """A process that was there all the time, or all pages of a pod: medians of MiB at the start, the reference, the
    middle and the end, and of file descriptors at these and at rest after all."""

    name: str
    judged: bool
    rss_mib: tuple[float, ...]
    anonymous_mib: tuple[float, ...]
    descriptors: tuple[float, ...]

    @property
    def growth(self) -> float:
        """By what share of the reference its RSS was greater at the end."""
        return self.rss_mib[3] / self.rss_mib[1] - 1

    @property
    def leaks_descriptors(self) -> bool:
        """Whether it had more of them at rest after all than before the first render. Under load it has as many
        connections as requests were under way at once; a page is a new process every so many jobs."""
        return not self.name.startswith(PAGE) and self.descriptors[4] - self.descriptors[0] > _DESCRIPTORS_LIMIT

    @property
    def flat(self) -> bool:
        """Whether neither memory has grown since the reference nor descriptors have since the start."""
        return self.growth <= GROWTH_LIMIT and not self.leaks_descriptors


def lines(samples: Sequence[Sample], rest: Sample, *, renders: int) -> list[Line]:
    """Of samples from before the first render until the last, and of one at rest after it. The reference is taken after
    a tenth of the renders; every figure of the reference, the middle and the end is the median over the fortieth of
    them that ends there (of 10,000 renders that is each document once)."""
    start = [sample for sample in samples if sample.renders == 0]
    marks = [renders // 10, renders // 2, renders]
    windows = [start, *(_window(samples, mark, width=max(renders // 40, 1)) for mark in marks), [rest]]
    found = [_line(name, keys, windows) for name, keys in _names([*samples, rest])]
    return sorted(found, key=lambda line: not line.judged)


def left_zombies(samples: Sequence[Sample]) -> set[Identity]:
    """Processes that two samples, one after the other, have found ended and not waited for."""
    return {zombie for one, other in pairwise(samples) for zombie in one.zombies & other.zombies}


def replaced(samples: Sequence[Sample]) -> Counter[str]:
    """How many processes that were there at the first sample are not at the last, by role; pages are meant to be."""
    first, last = samples[0], samples[-1]
    gone = Counter(held.role for identity, held in first.held.items() if identity not in last.held)
    del gone[PAGE]
    return gone


def markdown(found: Sequence[Line], *, renders: int) -> str:
    """The table."""
    marks = [f"{mark:,}" for mark in (renders // 10, renders // 2, renders)]
    header = [
        "process",
        "RSS MiB, start",
        *marks,
        "change",
        "anonymous, start",
        *marks,
        "descriptors, start",
        *marks,
        "at rest",
        "",
    ]
    body = [
        (
            line.name,
            *(number(value) for value in line.rss_mib),
            f"{line.growth:+.1%}",
            *(number(value) for value in line.anonymous_mib),
            *(number(value, 0) for value in line.descriptors),
            ("flat" if line.flat else "**grows**") if line.judged else "not ours",
        )
        for line in found
    ]
    return table(header, body)


def _window(samples: Sequence[Sample], mark: int, *, width: int) -> list[Sample]:
    """The samples of the last `width` renders until this one; the nearest one where there are none."""
    inside = [sample for sample in samples if mark - width < sample.renders <= mark]
    return inside or [min(samples, key=lambda sample: abs(sample.renders - mark))]


def _names(samples: Sequence[Sample]) -> Iterator[tuple[str, frozenset[Identity]]]:
    """A name for each process that all samples have found, and one for all the pages of each pod."""
    always = set.intersection(*(set(sample.held) for sample in samples))
    roles = Counter(samples[0].held[identity].role for identity in always)
    seen: Counter[str] = Counter()
    for identity in sorted(always):
        role = samples[0].held[identity].role
        if role != PAGE:
            seen[role] += 1
            yield (f"{role} {seen[role]}" if roles[role] > 1 else role), frozenset({identity})
    pods: dict[str, set[Identity]] = {}
    for sample in samples:
        for identity, held in sample.held.items():
            if held.role == PAGE:
                pods.setdefault(held.place, set()).add(identity)
    for n, identities in enumerate(pods.values(), 1):
        yield f"{PAGE}s" + (f" {n}" if len(pods) > 1 else ""), frozenset(identities)


def _line(name: str, keys: frozenset[Identity], windows: Sequence[Sequence[Sample]]) -> Line:
    def over(field: str) -> tuple[float, ...]:
        return tuple(
            median(sum(getattr(sample.held[key], field) for key in keys & sample.held.keys()) for sample in window)
            for window in windows
        )

    rss_mib, anonymous_mib, descriptors = (over(field) for field in ("rss_mib", "anonymous_mib", "descriptors"))
    return Line(name, name.startswith(_JUDGED), rss_mib[:4], anonymous_mib[:4], descriptors)
