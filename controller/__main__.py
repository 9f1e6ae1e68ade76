"""python -m controller: run the operator until SIGTERM. Exit code 2 when the settings are not valid."""

from __future__ import annotations

import sys

import prometheus_client
import uvloop
import yaml

from controller.operator import run
from controller.settings import Settings
from controller.state.pod import PodTemplate
from runtime import tracing
from runtime.env import Env, SettingsError
from runtime.logs import configure_logging


def main() -> None:
    """Read the settings and run; exit code 2 with a message when they are not valid."""
    try:
        settings = Settings.from_env(Env())
        manifest = yaml.safe_load(settings.pod_template.read_text())
        tracing.configure("pdf-export-controller")
    except (SettingsError, OSError, yaml.YAMLError) as e:
        print(f"controller: {e}", file=sys.stderr)
        sys.exit(2)
    configure_logging(settings.log_level)
    prometheus_client.start_http_server(settings.metrics_port)
    try:
        uvloop.run(run(settings, PodTemplate.from_manifest(manifest)))
    finally:
        tracing.stop()


if __name__ == "__main__":
    main()
