"""What a decision yields: the steps of a plan, in order. A step is an action to carry out or a note to remember.

A plan is an iterator on purpose, because later steps depend on earlier ones: a slot that was given is taken, a job
that is about to be deleted is not assigned, a launch counts against the maximum. State.apply records each step before
it draws the next, so a decision reads the earlier steps from the state. Nothing is copied, and nothing is kept twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from controller.state.actions import Action


@dataclass(frozen=True, slots=True)
class RetriesReleased:
    """Failed actions whose pause is over may be decided again."""


@dataclass(frozen=True, slots=True)
class FullScanMade:
    """This plan looks at every pod; the next full scan waits for its interval."""


@dataclass(frozen=True, slots=True)
class DeadlineScanMade:
    """This plan looks at every running job; the next deadline scan waits for its interval."""


@dataclass(frozen=True, slots=True)
class ExpiriesTaken:
    """The first `count` expiries are dealt with by this plan."""

    count: int


@dataclass(frozen=True, slots=True)
class StartFailed:
    """A pod has not become ready in its time; a failed start unless it was ready before."""

    pod: str
    trouble: str


@dataclass(frozen=True, slots=True)
class PodRetired:
    """A pod finishes what it has, gets nothing more, and is deleted then."""

    pod: str
    reason: str


@dataclass(frozen=True, slots=True)
class StartDelayed:
    """A pod takes long to start, and is waited for: no node has room for it, or its image is being pulled."""

    pod: str
    trouble: str
    """Why, in the words of the scheduler or the kubelet; empty when they have not said why."""


Note: TypeAlias = (
    RetriesReleased | FullScanMade | DeadlineScanMade | ExpiriesTaken | StartFailed | StartDelayed | PodRetired
)
Step: TypeAlias = Action | Note
Plan: TypeAlias = Iterator[Step]
