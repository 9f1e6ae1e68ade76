"""The chart with every value set at once, rendered for each Kubernetes that it supports: no cluster is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.test_chart_values import COMPONENTS, EVERYTHING, pods, render
from tests.unit.charts.test_values import VALUES, leaves, merged

_ADMISSION = "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy"
"""Of newer clusters only; the chart asks for it."""
_RANGE = {"cidrs": ["10.0.0.0/8", "fd00::/8"], "ports": [6443]}
_IMAGE = {"registry": "mirror.example.com", "repository": "cv/image", "tag": "2", "digest": "sha256:" + "0a" * 32}
_DUAL_STACK = {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv6", "IPv4"]}
_REQUESTS = {"resources": {"requests": {"cpu": "250m", "memory": "600Mi"}}}
WITH_EMULATOR: dict[str, Any] = merged(
    EVERYTHING,
    {
        "global": {"imagePullSecrets": ["one", {"name": "two"}]},
        "images": {"control": _IMAGE, "renderer": _IMAGE, "storageEmulator": _IMAGE},
        "imagePullPolicy": "Always",
        "nameOverride": "cvs",
        "fullnameOverride": "exporter",
        "crds": {"keep": False},
        "logLevel": "debug",
        "monitoring": {"dashboard": {"labels": {"grafana": "cv"}}},
        "tracing": {"sampler": "traceidratio", "ratio": "0.25"},
        "jobs": {
            "ttlSeconds": 900,
            "timeoutSeconds": 90,
            "queueLimit": 500,
            "maxAttempts": 2,
            "priorities": {"PREMIUM": 10},
            "userLimits": {"BASIC": 5, "*": 10},
        },
        "auth": {"firebase": {"project": "users", "packageClaim": "plan"}},
        "api": {
            "replicas": 3,
            "maxBodyBytes": 524288,
            "trustedProxies": 1,
            "drainSeconds": 30,
            "corsOrigins": ["https://cv.example.com"],
            "corsCredentials": True,
            "rateLimit": {"perSecond": 2, "burst": 40},
            "idempotencyExistingSecret": "idempotency",
            "autoscaling": {"minReplicas": 3, "maxReplicas": 9, "targetCPUUtilizationPercentage": 50},
            "service": {"type": "NodePort", "port": 8080, "annotations": {"example.com/lb": "internal"}, **_DUAL_STACK},
            **_REQUESTS,
        },
        "ingress": {"paths": ["/"]},
        "httpRoute": {"annotations": {"example.com/route": "cv"}, "paths": ["/"]},
        "flowSchema": {"priorityLevel": "cv", "matchingPrecedence": 800},
        "controller": {"replicas": 3, "reconcileSeconds": 10, **_REQUESTS},
        "pool": {
            "minWarm": 2,
            "max": 8,
            "surgePercent": 50,
            "queueSeconds": 4,
            "slotsPerPod": 3,
            "jobsPerPod": 500,
            "idleSeconds": 60,
            "startDeadlineSeconds": 90,
            "pullDeadlineSeconds": 900,
        },
        "prePull": _REQUESTS,
        "renderer": {"tmpSizeLimit": "512Mi", "sandbox": "required", **_REQUESTS},
        "retention": "withJob",
        "firebaseEmulator": {
            "project": "demo-cv",
            "bucket": "demo-cv.firebasestorage.app",
            "publicUrl": "https://storage.example.com",
            "clusterIP": "10.96.0.99",
            **_DUAL_STACK,
            **_REQUESTS,
        },
        "test": _REQUESTS,
        "networkPolicy": {
            "apiServer": _RANGE,
            "storage": _RANGE,
            "dns": {"cidrs": ["10.96.0.10/32"], "ports": [5353]},
            "apiIngressFrom": [{"podSelector": {}}],
            "metricsFrom": [{"namespaceSelector": {}}],
            "extraEgress": {each: [{"to": [{"podSelector": {}}]}] for each in VALUES["networkPolicy"]["extraEgress"]},
        },
    },
)
WITH_FIREBASE: dict[str, Any] = merged(
    WITH_EMULATOR,
    {
        "firebaseEmulator": {"enabled": False},
        "firebase": {
            "project": "cv",
            "bucket": "cv-pdfs",
            "existingSecret": "firebase",
            "publicUrl": "https://cdn.example.com",
            "signedUrls": {"enabled": True, "expirySeconds": 600},
        },
    },
)
SWITCHED_OFF: dict[str, Any] = merged(
    WITH_EMULATOR,
    {
        "crds": {"install": False},
        "admissionPolicy": {"enabled": False, "dropManagedFields": False},
        "networkPolicy": {"enabled": False},
        **{key: {"serviceAccount": {"create": False, "name": f"own-{name}"}} for key, name in COMPONENTS.items()},
    },
)
SETS = {"emulator": WITH_EMULATOR, "firebase": WITH_FIREBASE, "off": SWITCHED_OFF}
"""Some values exclude each other: three sets have them all."""


def value_at(values: dict[str, Any], path: str) -> Any:
    """The value at a dotted path; None where it is not set."""
    found: Any = values
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def test_every_value_of_the_chart_is_set_to_another_than_its_default() -> None:
    unset = [
        path
        for path, default in leaves(VALUES)
        if all(value_at(values, path) in (None, default) for values in SETS.values())
    ]
    assert unset == []


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("version", range(31, 38))
def test_the_chart_renders_with_every_value_set(version: int, name: str) -> None:
    of_cluster = ("--kube-version", f"1.{version}.0", "--api-versions", _ADMISSION)
    objects = render(SETS[name], *of_cluster)
    found = pods(objects)
    absent = {"storage-emulator"} if name == "firebase" else set()
    assert set(found) == set(COMPONENTS.values()) - absent
    assert all(pod["spec"]["containers"][0]["image"].endswith(_IMAGE["digest"]) for pod in found.values())
    kinds = {each["kind"] for each in objects}
    switched = {"CustomResourceDefinition", "NetworkPolicy", "ServiceAccount"}
    switched |= {"ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"}
    assert kinds & switched == (set() if name == "off" else switched)
