"""The chart's values, their schema and the programs' own defaults tell the same story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import api.settings
import controller.settings
import renderer.settings
from crds.job import CRD_FILE, DEFAULT_TIMEOUT_SECONDS, DEFAULT_TTL_SECONDS
from docs.generate import CHART_CRD, CHART_README, chart_readme
from renderer.storage.retention import Retention
from tests.unit.environment import read_settings

CHART = Path(__file__).resolve().parents[3] / "charts" / "pdf-export"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is not a group of others, by its dotted path."""
    schema = at(path)
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path, value


def at(path: str) -> dict[str, Any]:
    """The schema of a value."""
    schema = SCHEMA
    for name in filter(None, path.split(".")):
        schema = resolved(schema["properties"][name])
    return schema


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or the one that it refers to."""
    found: dict[str, Any] = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def properties(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """The dotted path of everything that the schema takes; a constant only says what a value is called now."""
    for name, inner in schema.get("properties", {}).items():
        if "const" not in inner:
            yield (inner_path := f"{path}.{name}".lstrip("."))
            yield from properties(resolved(inner), inner_path)


def test_every_default_is_in_the_schema_and_of_its_type() -> None:
    types = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "number": float}
    for path, value in leaves(VALUES):
        schema = at(path)
        if "enum" in schema:
            assert value in schema["enum"], path
            continue
        allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert isinstance(value, tuple(types[name] for name in allowed)), path
        if "integer" in allowed and isinstance(value, int):
            assert schema["minimum"] <= value <= schema["maximum"], path


def test_everything_in_the_schema_has_a_default() -> None:
    def value_at(path: str) -> Any:
        value: Any = VALUES
        for name in path.split("."):
            value = value[name]
        return value

    for path in properties(SCHEMA):
        # A chart's resources have no limit of the CPU, for example.
        if ".resources." not in path:
            value_at(path)


def test_no_group_takes_unknown_names() -> None:
    def groups(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "properties" in schema:
            yield schema
            for name, inner in schema["properties"].items():
                # Other charts have names in it, too.
                if name != "global":
                    yield from groups(resolved(inner))

    found = list(groups(SCHEMA))
    assert len(found) > 8
    assert all(group["additionalProperties"] is False for group in found)


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({}, True),
        ({"images": {"control": {"registry": "ghcr.io", "digest": "sha256:" + "0a" * 32}}}, True),
        ({"images": {"control": "registry.example.com/pdf-export/control:1"}}, True),
        ({"images": {"control": {"digest": "0a"}}}, False),
        ({"global": {"imagePullSecrets": ["a", {"name": "b"}], "of": "another chart"}}, True),
        ({"api": {"nodeSelector": None, "resources": None, "affinity": {"nodeAffinity": {}}}}, True),
        ({"test": {"tolerations": ["all"]}}, False),
        ({"extraObjects": [{"kind": "ConfigMap"}, "kind: ConfigMap"]}, True),
        ({"fullnameOverride": "x" * 46}, False),
        ({"templates": {"configMaps": {"acme": "acme-template", "x" * 50: "a.b-c"}, "revision": "2"}}, True),
        ({"templates": {"revision": 20260101}}, True),
        ({"templates": {"configMaps": {"Acme": "acme-template"}}}, False),
        ({"templates": {"configMaps": {"_shared": "x"}}}, False),
        ({"templates": {"configMaps": {"x" * 51: "x"}}}, False),
        ({"templates": {"configMaps": {"acme": ""}}}, False),
        ({"templates": {"configMaps": {"acme": "../x"}}}, False),
        ({"templates": {"configMaps": ["acme"]}}, False),
        ({"templates": {"folder": "/x"}}, False),
        ({"tracing": {"endpoint": "http://collector:4318", "sampler": "traceidratio", "ratio": 0.25}}, True),
        ({"tracing": {"ratio": "0.25"}}, True),
        ({"tracing": {"ratio": "1.5"}}, False),
        ({"tracing": {"endpoint": "collector:4317"}}, False),
        ({"firebase": {"publicUrl": "https://x.example.com; script-src *"}}, False),
        ({"firebase": {"signedUrls": {"enabled": True, "expirySeconds": 600}}}, True),
        ({"firebase": {"signedUrls": {"expirySeconds": 604801}}}, False),
        ({"retention": "withJob"}, True),
        ({"retention": 2592000}, True),
        ({"retention": "P30D"}, True),
        ({"retention": 5}, False),
        ({"retention": "30 days"}, False),
        ({"auth": {"mode": "firebase", "firebase": {"project": "x", "packageClaim": "plan"}}}, True),
        ({"auth": {"mode": "bearer", "bearer": {"existingSecret": "tokens"}}}, True),
        ({"auth": {"mode": "basic"}}, False),
        ({"auth": {"bearer": {"existingSecret": "../x"}}}, False),
        ({"jobs": {"userLimits": {"BASIC": 5, "*": 1}}}, True),
        ({"jobs": {"userLimits": {"BASIC": 0}}}, False),
        ({"api": {"rateLimit": {"perSecond": 2, "burst": 5}, "trustedProxies": 1}}, True),
        ({"api": {"rateLimit": {"perSecond": "0.5"}}}, True),
        ({"api": {"rateLimit": {"perSecond": "fast"}}}, False),
        ({"api": {"trustedProxies": -1}}, False),
        ({"renderer": {"seccompProfile": "pdf-export/chromium.json", "sandbox": "required"}}, True),
        ({"renderer": {"seccompProfile": "/var/lib/kubelet/seccomp/chromium.json"}}, False),
        ({"renderer": {"seccompProfile": "../chromium.json"}}, False),
        ({"renderer": {"sandbox": "off"}}, False),
        ({"networkPolicy": {"apiServer": {"cidrs": ["10.0.0.1/32", "fd00::/8"], "ports": [443]}}}, True),
        ({"networkPolicy": {"apiServer": {"cidrs": ["10.0.0.1"]}}}, False),
        ({"networkPolicy": {"storage": {"ports": []}}}, False),
        ({"networkPolicy": {"dns": {"ports": [0]}}}, False),
        ({"networkPolicy": {"apiIngressFrom": [{"podSelector": {}}]}}, True),
        ({"networkPolicy": {"metricsFrom": [{}]}}, False),
        ({"networkPolicy": {"extraEgress": {"renderer": [{"to": [{"podSelector": {}}]}]}}}, True),
        ({"networkPolicy": {"extraEgress": {"storage-emulator": []}}}, False),
    ],
)
def test_the_schema_takes_what_works(values: dict[str, Any], fits: bool) -> None:
    assert jsonschema_rs.validator_for(SCHEMA).is_valid(merged(VALUES, values)) is fits


def merged(defaults: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values over the defaults, as Helm does it: a null removes a default."""
    found = dict(defaults)
    for name, value in values.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, dict) and isinstance(found.get(name), dict):
            found[name] = merged(found[name], value)
        else:
            found[name] = value
    return found


def test_no_protection_is_off_by_a_null() -> None:
    """A template takes a value that is not there for false."""
    validator = jsonschema_rs.validator_for(SCHEMA)

    def groups(values: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for name, value in values.items():
            if isinstance(value, bool):
                yield (*path, name)
            elif isinstance(value, dict) and value and "resources" not in (*path, name):
                yield (*path, name)
                yield from groups(value, (*path, name))

    paths = list(groups(VALUES))
    assert ("networkPolicy", "enabled") in paths
    for path in paths:
        nulled: Any = None
        for name in reversed(path):
            nulled = {name: nulled}
        assert not validator.is_valid(merged(VALUES, nulled)), path


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"imagePullSecrets": ["registry"]}, "moved to global.imagePullSecrets"),
        ({"pool": {"prePull": True}}, "moved to prePull.enabled"),
        ({"renderer": {"serviceAccountAnnotations": {}}}, "moved to renderer.serviceAccount.annotations"),
    ],
)
def test_a_former_name_is_refused_with_the_new_one(values: dict[str, Any], hint: str) -> None:
    (error,) = jsonschema_rs.validator_for(SCHEMA).iter_errors(merged(VALUES, values))
    assert hint in error.message


@pytest.mark.parametrize("preset", ["values-demo.yaml", "values-hardened.yaml"])
def test_a_preset_changes_known_values_only(preset: str) -> None:
    values = yaml.safe_load((CHART / preset).read_text())
    assert {path for path, _ in leaves(values)} <= {path for path, _ in leaves(VALUES)}
    assert not list(jsonschema_rs.validator_for(SCHEMA).iter_errors(merged(VALUES, values)))


def test_the_hardened_preset_keeps_neither_a_document_nor_a_link_longer_than_the_job() -> None:
    hardened = merged(VALUES, yaml.safe_load((CHART / "values-hardened.yaml").read_text()))
    assert Retention.parse(hardened["retention"]).with_job
    signed = hardened["firebase"]["signedUrls"]
    assert signed["enabled"]
    assert signed["expirySeconds"] <= hardened["jobs"]["ttlSeconds"] < VALUES["jobs"]["ttlSeconds"]


def test_defaults_are_those_of_the_programs() -> None:
    jobs, pool = VALUES["jobs"], VALUES["pool"]
    assert (jobs["ttlSeconds"], jobs["timeoutSeconds"]) == (DEFAULT_TTL_SECONDS, DEFAULT_TIMEOUT_SECONDS)

    of_api = read_settings(api.settings.Settings, {"PDFEXPORT_NAMESPACE": "x"})
    assert of_api.queue_limit == jobs["queueLimit"]
    assert of_api.max_body_bytes == VALUES["api"]["maxBodyBytes"]
    assert of_api.log_level == VALUES["logLevel"]
    assert of_api.user_limits == jobs["userLimits"]
    assert of_api.rate_per_second == float(VALUES["api"]["rateLimit"]["perSecond"] or 0)
    assert of_api.rate_burst == VALUES["api"]["rateLimit"]["burst"]
    assert of_api.trusted_proxies == VALUES["api"]["trustedProxies"]
    assert of_api.drain_seconds == VALUES["api"]["drainSeconds"]
    assert of_api.auth_mode == VALUES["auth"]["mode"]
    assert of_api.auth_firebase_package_claim == VALUES["auth"]["firebase"]["packageClaim"]
    assert of_api.storage_public_url == VALUES["firebase"]["publicUrl"]
    assert VALUES["templates"] == {"configMaps": {}, "revision": ""}
    assert of_api.templates_dirs == (Path("/app/templates"),)

    of_controller = read_settings(
        controller.settings.Settings,
        {"PDFEXPORT_NAMESPACE": "x", "PDFEXPORT_RELEASE": "x", "PDFEXPORT_DEPLOYMENT": "x", "PDFEXPORT_POD_NAME": "x"},
    )
    limits = of_controller.limits
    assert limits.min_warm == pool["minWarm"]
    assert limits.max_pods == pool["max"]
    assert limits.surge_percent == pool["surgePercent"]
    assert limits.slots_per_pod == pool["slotsPerPod"]
    assert limits.jobs_per_pod == pool["jobsPerPod"]
    assert limits.idle_seconds == pool["idleSeconds"]
    assert limits.start_deadline_seconds == pool["startDeadlineSeconds"]
    assert limits.pull_deadline_seconds == pool["pullDeadlineSeconds"]
    assert limits.max_attempts == jobs["maxAttempts"]
    assert of_controller.reconcile_seconds == VALUES["controller"]["reconcileSeconds"]

    names = ("NAMESPACE", "POD_NAME", "STORAGE_PROJECT", "STORAGE_BUCKET")
    of_renderer = read_settings(renderer.settings.Settings, {f"PDFEXPORT_{name}": "x" for name in names})
    assert of_renderer.storage_public_url == VALUES["firebase"]["publicUrl"]
    assert (of_renderer.storage_signed_seconds, VALUES["firebase"]["signedUrls"]["enabled"]) == (0, False)
    assert of_renderer.retention == Retention.parse(VALUES["retention"])
    assert of_renderer.sandbox == VALUES["renderer"]["sandbox"]
    assert (of_renderer.slots, of_renderer.jobs_per_pod) == (pool["slotsPerPod"], pool["jobsPerPod"])


def test_the_readme_has_the_values_of_now() -> None:
    """`make docs` makes its table."""
    assert CHART_README.read_text() == chart_readme()


def test_the_chart_has_the_one_definition_of_the_resource() -> None:
    """`make docs` copies it. Git on Windows and Flux do not keep symbolic links."""
    assert CHART_CRD.read_bytes() == CRD_FILE.read_bytes()
    assert not [path for path in CHART.rglob("*") if path.is_symlink()]


def test_the_chart_asks_for_the_kubernetes_that_the_resource_needs() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert "Needs Kubernetes 1.31" in CRD_FILE.read_text()
    assert chart["kubeVersion"] == ">=1.31.0-0"
