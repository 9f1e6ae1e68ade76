"""python -m controller: run the operator until SIGTERM. Exit code 2 when the settings are not valid."""

from __future__ import annotations

import sys

import prometheus_client
import yaml

from controller import operator
from controller.settings import Settings
from controller.state.pod import PodTemplate
from runtime import build_info
from runtime.addresses import any_address
from runtime.program import Program, run
from runtime.settings import PREFIX, SettingsError


async def serve(settings: Settings) -> None:
    """Read the pod template, serve the metrics and run the operator; SettingsError when there is no such template."""
    try:
        text = settings.pod_template.read_text()
        manifest = yaml.safe_load(text)
    except (OSError, yaml.YAMLError) as e:
        raise SettingsError(f"{PREFIX}POD_TEMPLATE: {e}") from None
    build_info.publish(PROGRAM.name)
    prometheus_client.start_http_server(settings.metrics_port, addr=any_address())
    await operator.run(settings, PodTemplate.from_manifest(manifest), text)


PROGRAM = Program(name="controller", read_settings=Settings.from_env, serve=serve)

if __name__ == "__main__":
    sys.exit(run(PROGRAM))
