"""The controller's settings, from environment variables."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from controller.state.limits import Limits
from runtime.settings import PREFIX, Port, ProgramSettings, Text, rule


class Settings(ProgramSettings):
    """Everything that the chart sets; see values.yaml for what each means. Times are in seconds."""

    release: Text
    """The Helm release, whose label selects the renderer pods."""

    deployment: Text
    """The controller's own Deployment: the owner of the renderer pods, the object of Events."""

    pod_name: Text
    """This replica's own pod: its name in the Lease."""

    pod_template: Path = Path("/etc/pdf-export/renderer-pod.yaml")
    """A file with the v1 Pod manifest of a renderer."""

    pod_template_config_map: str = ""
    """The ConfigMap that this file is of. A replica that has read it as it is now is the one that is to lead."""

    # What these are for is said in Limits.
    pool_min_warm: int = Field(1, ge=0, le=1000)
    pool_max: int = Field(4, ge=1, le=1000)
    pool_surge_percent: int = Field(25, ge=1, le=100)
    queue_seconds: int = Field(2, ge=1, le=3600)
    slots_per_pod: int = Field(2, ge=1, le=64)
    jobs_per_pod: int = Field(1000, ge=1, le=1_000_000)
    idle_seconds: int = Field(120, ge=0, le=86_400)
    start_deadline_seconds: int = Field(60, ge=1, le=3600)
    pull_deadline_seconds: int = Field(600, ge=1, le=86_400)
    max_attempts: int = Field(3, ge=1, le=100)

    reconcile_seconds: int = Field(5, ge=1, le=300)
    """The period of the loop when nothing happens."""

    health_port: Port = 8080
    """The port of /healthz and /readyz."""

    metrics_port: Port = 9090
    """The port of /metrics."""

    @field_validator("pool_max")
    @classmethod
    def _not_below_min_warm(cls, value: int, info: ValidationInfo) -> int:
        minimum = info.data.get("pool_min_warm", 0)
        if value < minimum:
            raise rule(f"it takes at least {PREFIX}POOL_MIN_WARM, which is {minimum}")
        return value

    @property
    def limits(self) -> Limits:
        """The bounds that decisions keep to."""
        return Limits(
            min_warm=self.pool_min_warm,
            max_pods=self.pool_max,
            surge_percent=self.pool_surge_percent,
            queue_seconds=self.queue_seconds,
            slots_per_pod=self.slots_per_pod,
            jobs_per_pod=self.jobs_per_pod,
            idle_seconds=self.idle_seconds,
            start_deadline_seconds=self.start_deadline_seconds,
            pull_deadline_seconds=self.pull_deadline_seconds,
            max_attempts=self.max_attempts,
        )
