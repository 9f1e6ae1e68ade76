"""A day of requests: how many a second at each time of the day, and when each of them comes."""

from __future__ import annotations

import random
from collections.abc import Iterator

# What share of the mean comes at each hour: a quiet night, peaks in the morning, after lunch and in the evening.
_HOURS = (20, 14, 10, 8, 8, 12, 30, 70, 140, 210, 230, 190, 150, 180, 210, 190, 160, 130, 120, 140, 150, 110, 70, 40)
_MEAN = sum(_HOURS) / len(_HOURS)
# A newsletter goes out: so many times the mean's jobs of a second, within so many seconds, at these hours.
_BURSTS = ((9.5, 30.0, 20.0), (18.0, 60.0, 20.0))

DAY_SECONDS = 86_400.0
_SLICE_SECONDS = 1.0


def rate(at: float, mean: float) -> float:
    """Jobs a second at a time of the day in seconds, straight from hour to hour."""
    hour = at / 3600.0
    first = int(hour) % 24
    share = _HOURS[first] + (_HOURS[(first + 1) % 24] - _HOURS[first]) * (hour - int(hour))
    jobs = mean * share / _MEAN
    for begins, jobs_in_seconds, seconds in _BURSTS:
        if begins * 3600.0 <= at < begins * 3600.0 + seconds:
            jobs += mean * jobs_in_seconds / seconds
    return jobs


def arrivals(begin: float, end: float, mean: float, chance: random.Random, faster: float = 1.0) -> Iterator[float]:
    """When jobs come, in order, as times of the day: a Poisson process whose rate is as good as constant for a second.

    In a day that passes `faster` there are as many a second, and fewer in all.
    """
    at = begin
    while at < end:
        until = min(at + _SLICE_SECONDS * faster, end)
        jobs_a_second = rate(at, mean)
        gap = chance.expovariate(jobs_a_second) * faster
        while at + gap < until:
            at += gap
            yield at
            gap = chance.expovariate(jobs_a_second) * faster
        # A Poisson process forgets: what is left of this gap may be drawn anew.
        at = until
