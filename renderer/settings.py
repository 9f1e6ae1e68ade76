"""The renderer's settings, from environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from renderer.chromium.sandbox import AUTO
from renderer.storage.retention import Retention
from runtime.settings import STORAGE_PUBLIC_URL, TEMPLATES_DIR, Folders, Origin, Port, ProgramSettings, Text

# What Cloud Storage takes at most: seven days.
_MAX_SIGNED_SECONDS: Final = 604_800


class Settings(ProgramSettings):
    """Everything that the chart sets; see values.yaml for what each means."""

    pod_name: Text
    """The name of the renderer's own pod: it renders the jobs that are assigned to it."""

    slots: int = Field(2, ge=1, le=64)
    """Jobs at once: one prints, the others upload."""

    jobs_per_pod: int = Field(1000, ge=1, le=1_000_000)
    """Jobs after which the process ends and its pod is replaced."""

    templates_dirs: Folders = Field((Path("/app/templates"),), validation_alias=TEMPLATES_DIR)
    """The folders of templates; the first holds what all templates share."""

    chromium: Path = Path("/usr/bin/chromium-headless-shell")
    """The executable of Chromium's headless shell."""

    sandbox: Literal["auto", "required"] = AUTO
    """auto: Chromium runs in its sandbox where the node allows it; required: or not at all."""

    storage_project: Text
    """The Firebase project."""

    storage_bucket: Text
    """The bucket, without gs://."""

    storage_public_url: Origin = STORAGE_PUBLIC_URL
    """What download URLs begin with."""

    storage_signed_seconds: int = Field(0, ge=0, le=_MAX_SIGNED_SECONDS)
    """Seconds after which download URLs expire; 0: they do not."""

    retention: Annotated[Retention, NoDecode, BeforeValidator(Retention.parse)] = Retention()
    """How long documents stay in storage: keep, withJob, seconds or an ISO 8601 duration."""

    port: Port = 8080
    """The port of the health and metrics endpoint."""
