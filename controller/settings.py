"""The controller's settings, from environment variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from controller.state.limits import Limits
from runtime.env import Env
from runtime.logs import LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the chart sets; see values.yaml for what each means."""

    namespace: str
    release: str
    """The Helm release, whose label selects the renderer pods."""

    deployment: str
    """The controller's own Deployment: the owner of the renderer pods, the object of Events."""

    pod_template: Path
    """A file with the v1 Pod manifest of a renderer."""

    limits: Limits
    reconcile_seconds: int
    health_port: int
    metrics_port: int
    log_level: str

    @classmethod
    def from_env(cls, env: Env) -> Settings:
        """Read and check all variables; SettingsError names the one that does not fit."""
        min_warm = env.integer("POOL_MIN_WARM", 1, minimum=0, maximum=1000)
        limits = Limits(
            min_warm=min_warm,
            max_pods=env.integer("POOL_MAX", 4, minimum=max(min_warm, 1), maximum=1000),
            queue_seconds=env.integer("QUEUE_SECONDS", 2, minimum=1, maximum=3600),
            slots_per_pod=env.integer("SLOTS_PER_POD", 2, minimum=1, maximum=64),
            jobs_per_pod=env.integer("JOBS_PER_POD", 1000, minimum=1, maximum=1_000_000),
            idle_seconds=env.integer("IDLE_SECONDS", 120, minimum=0, maximum=86_400),
            start_deadline_seconds=env.integer("START_DEADLINE_SECONDS", 60, minimum=1, maximum=3600),
            max_attempts=env.integer("MAX_ATTEMPTS", 3, minimum=1, maximum=100),
        )
        return cls(
            namespace=env.text("NAMESPACE"),
            release=env.text("RELEASE"),
            deployment=env.text("DEPLOYMENT"),
            pod_template=Path(env.text("POD_TEMPLATE", "/etc/pdf-export/renderer-pod.yaml")),
            limits=limits,
            reconcile_seconds=env.integer("RECONCILE_SECONDS", 5, minimum=1, maximum=300),
            health_port=env.integer("HEALTH_PORT", 8080, minimum=1, maximum=65_535),
            metrics_port=env.integer("METRICS_PORT", 9090, minimum=1, maximum=65_535),
            log_level=env.choice("LOG_LEVEL", "info", choices=LEVELS),
        )
