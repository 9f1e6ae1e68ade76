"""What local/ sets for the programs: settings that exist, and what the chart sets where a cluster runs them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import api.settings
import controller.settings
import renderer.settings
from controller.state.pod import PodTemplate, selector
from local import release
from runtime.settings import PREFIX, ProgramSettings

CHART = Path(__file__).resolve().parents[3] / "charts" / "pdf-export" / "templates"
VALUES = release.Values(
    templates=Path("/templates"),
    storage_url="http://127.0.0.1:9199",
    storage_public_url="http://127.0.0.1:9199",
    files=Path("/files"),
)
PODS: dict[str, tuple[dict[str, Any], type[ProgramSettings], str]] = {
    "api": (release.api_pod(VALUES), api.settings.Settings, "api.yaml"),
    "controller": (release.controller_pod(VALUES), controller.settings.Settings, "controller.yaml"),
    "renderer": (release.renderer_pod(VALUES), renderer.settings.Settings, "_renderer-pod.tpl"),
}
# A process shares the machine's addresses, which a pod does not.
OF_THIS_MACHINE = {"HOST", "PORT", "HEALTH_PORT", "METRICS_PORT"}


def variables(pod: dict[str, Any]) -> set[str]:
    """The names of a pod's PDFEXPORT_ variables, without the prefix."""
    names = {each["name"] for each in pod["spec"]["containers"][0]["env"]}
    return {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}


@pytest.mark.parametrize("program", PODS)
def test_every_variable_is_a_setting_of_the_program(program: str) -> None:
    pod, settings, _ = PODS[program]
    aliases = {str(field.validation_alias).removeprefix(PREFIX) for field in settings.model_fields.values()}
    known = {name.upper() for name in settings.model_fields} | aliases
    assert variables(pod) - known == set()


@pytest.mark.parametrize("program", PODS)
def test_every_required_setting_has_its_variable(program: str) -> None:
    pod, settings, _ = PODS[program]
    required = {name.upper() for name, field in settings.model_fields.items() if field.is_required()}
    assert required - variables(pod) == set()


@pytest.mark.parametrize("program", PODS)
def test_nothing_is_set_that_the_chart_does_not_set(program: str) -> None:
    pod, _, file = PODS[program]
    of_chart = set(re.findall(r'"([A-Z_]+)" ', (CHART / file).read_text()))
    of_chart |= set(re.findall(rf"name: {PREFIX}([A-Z_]+)", (CHART / file).read_text()))
    of_chart |= set(re.findall(rf"name: {PREFIX}([A-Z_]+)", (CHART / "_helpers.tpl").read_text()))
    assert variables(pod) - of_chart == OF_THIS_MACHINE & variables(pod)


@pytest.mark.parametrize("program", PODS)
def test_the_probes_are_the_charts(program: str) -> None:
    pod, _, file = PODS[program]
    container = pod["spec"]["containers"][0]
    of_chart = set(re.findall(r"(startupProbe|readinessProbe|livenessProbe)", (CHART / file).read_text()))
    assert {name for name in container if name.endswith("Probe")} == of_chart


def test_the_controller_finds_the_renderers_that_it_makes_of_the_template() -> None:
    template = PodTemplate.from_manifest(yaml.safe_load(yaml.safe_dump(PODS["renderer"][0])))
    pod = template.pod("r-1", owner={"kind": "Deployment"})
    wanted = dict(part.split("=") for part in selector(release.RELEASE).split(","))
    assert wanted.items() <= pod["metadata"]["labels"].items()


@pytest.mark.parametrize("pod", [release.api_pod, release.controller_pod, release.renderer_pod])
def test_a_chosen_setting_replaces_the_usual_one_in_every_program(pod: Callable[[release.Values], Any]) -> None:
    values = dataclasses.replace(VALUES, settings={"PDFEXPORT_TEMPLATES_DIR": "templates:own"})
    chosen = {each["name"]: each.get("value") for each in pod(values)["spec"]["containers"][0]["env"]}
    assert chosen["PDFEXPORT_TEMPLATES_DIR"] == "templates:own"
