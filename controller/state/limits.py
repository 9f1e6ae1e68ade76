"""The bounds that decisions keep to."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the pool and of the jobs; times in seconds."""

    min_warm: int = 1
    """Renderer pods kept ready when nothing is to do."""

    max_pods: int = 4
    """Renderer pods at most, those that start or end included; not those of an older template that are replaced."""

    surge_percent: int = 25
    """By how much of max_pods (one at least) the pool may exceed it while pods of an older template still serve.

    Their successors start beside them, so a full pool keeps its size. As with a Deployment's maxSurge, the cost is room
    on the nodes for that long."""

    slots_per_pod: int = 2
    """Jobs that a pod may have at once: one prints while another uploads."""

    jobs_per_pod: int = 1000
    """Jobs after which a pod is replaced."""

    idle_seconds: float = 120.0
    """How long a pod beyond min_warm may have nothing to do before it is deleted."""

    start_deadline_seconds: float = 60.0
    """How long a pod may take to become ready once its container runs.

    Until a node has room for it, it waits for as long as that takes: an autoscaler needs minutes for a node."""

    pull_deadline_seconds: float = 600.0
    """How long a node may take to pull the image, mount the volumes and run init containers."""

    queue_seconds: float = 2.0
    """How long a queue may last at most, as far as more pods help; a shorter start of a pod counts instead."""

    max_attempts: int = 3
    """How often a job is assigned before it fails as RendererLost."""

    deadline_grace_seconds: float = 10.0
    """How long after a job's timeout its renderer may take to say so itself."""

    retry_seconds: float = 1.0
    """How long to wait before an action that failed is decided anew."""

    launch_batch: int = 4
    """Pods that may be starting at once before any has become ready; one more for each that does."""

    launch_backoff_max_seconds: float = 60.0
    """The longest pause after pods that did not start."""

    @property
    def surge(self) -> int:
        """How many pods there may be beyond max_pods while others are replaced."""
        return max(math.ceil(self.max_pods * self.surge_percent / 100), 1)
