"""The renderer's settings, from environment variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from renderer.chromium.sandbox import AUTO, MODES
from renderer.storage.signed_urls import MAX_SECONDS
from runtime.env import Env
from runtime.logs import LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the chart sets; see values.yaml for what each means."""

    namespace: str
    pod_name: str
    slots: int
    """Jobs at once: one prints, the others upload."""

    jobs_per_pod: int
    """Jobs after which the process ends and its pod is replaced."""

    templates_dirs: tuple[Path, ...]
    """The folders of templates; the first holds what all templates share."""

    chromium: Path
    sandbox: str
    """auto: Chromium runs in its sandbox where the node allows it; required: or not at all."""

    storage_project: str
    storage_bucket: str
    storage_public_url: str
    """What the download URLs begin with: scheme and host, no slash at the end."""

    storage_signed_seconds: int
    """Seconds after which download URLs expire; 0: they do not."""

    port: int
    log_level: str

    @classmethod
    def from_env(cls, env: Env) -> Settings:
        """Read and check all variables; SettingsError names the one that does not fit."""
        return cls(
            namespace=env.text("NAMESPACE"),
            pod_name=env.text("POD_NAME"),
            slots=env.integer("SLOTS", 2, minimum=1, maximum=64),
            jobs_per_pod=env.integer("JOBS_PER_POD", 1000, minimum=1, maximum=1_000_000),
            templates_dirs=env.paths("TEMPLATES_DIR", "/app/templates"),
            chromium=Path(env.text("CHROMIUM", "/usr/bin/chromium-headless-shell")),
            sandbox=env.choice("SANDBOX", AUTO, choices=MODES),
            storage_project=env.text("STORAGE_PROJECT"),
            storage_bucket=env.text("STORAGE_BUCKET"),
            storage_public_url=env.text("STORAGE_PUBLIC_URL", "https://firebasestorage.googleapis.com").rstrip("/"),
            storage_signed_seconds=env.integer("STORAGE_SIGNED_SECONDS", 0, minimum=0, maximum=MAX_SECONDS),
            port=env.integer("PORT", 8080, minimum=1, maximum=65_535),
            log_level=env.choice("LOG_LEVEL", "info", choices=LEVELS),
        )
