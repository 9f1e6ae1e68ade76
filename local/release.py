"""What `helm install` of charts/pdf-export sets, for one machine: the objects and the three programs' variables.

The API and the controller are pods, as they are on a cluster, without the Deployment's controller that would make them.
Their Deployments exist as owners: of the jobs and of the renderer pods. Variables that are not set here have the
programs' defaults, which are the chart's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from local.kubelet.launch import ADDRESS

JsonObject = dict[str, Any]

NAMESPACE: Final = "pdf-export"
RELEASE: Final = "pdf-export"
API: Final = f"{RELEASE}-api"
CONTROLLER: Final = f"{RELEASE}-controller"
LEASE: Final = "pdf-export-controller"
"""The Lease of the controller that leads."""
RENDERER: Final = "renderer"
"""The component of the renderer pods."""
PROJECT: Final = "demo-pdf-export"
BUCKET: Final = "demo-pdf-export.firebasestorage.app"
CONTROL_IMAGE: Final = "pdf-export/control:local"
RENDERER_IMAGE: Final = "pdf-export/renderer:local"

_COMPONENT_LABEL: Final = "app.kubernetes.io/component"
_CONTAINER_PORT: Final = 8080
_METRICS_PORT: Final = 9090
_POD_NAME: Final = {"name": "PDFEXPORT_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
DEV_SERVERS: Final = (3000, 3001, 4173, 4200, 4321, 5000, 5173, 5174, 5500, 8000, 8081, 8888)
"""Ports of the usual development servers of web applications: Vite, Next.js, Angular, Astro and others."""
LOCAL_ORIGINS: Final = tuple(f"http://{host}:{port}" for host in ("localhost", ADDRESS) for port in DEV_SERVERS)
"""The origins of their pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What can be chosen; the names are those of the chart's values."""

    port: int = 8080
    """The port of the API on 127.0.0.1."""
    cors_origins: tuple[str, ...] = LOCAL_ORIGINS
    log_level: str = "info"
    templates: Path
    """The folder of templates."""
    storage_url: str
    """The storage, as the programs reach it."""
    storage_public_url: str
    """The same, as clients reach it."""
    files: Path
    """A folder for the files that a cluster would mount from ConfigMaps and Secrets."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More variables of the three programs by name, such as PDFEXPORT_TTL_SECONDS."""

    @property
    def pod_template(self) -> Path:
        """The file of the renderers' pod template."""
        return self.files / "renderer-pod.yaml"

    @property
    def idempotency_secret(self) -> Path:
        """The file of the secret behind Idempotency-Keys."""
        return self.files / "idempotency-secret"


def deployment(name: str) -> JsonObject:
    """The Deployment that owns what a program makes."""
    program = name.removeprefix(f"{RELEASE}-")
    labels = _labels(program)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": program, "image": CONTROL_IMAGE}]},
            },
        },
    }


def api_pod(values: Values) -> JsonObject:
    """The API's pod, on the port of the values."""
    env = {
        "DEPLOYMENT": API,
        "HOST": ADDRESS,
        "PORT": "$(LOCAL_PORT_HTTP)",
        "METRICS_PORT": "$(LOCAL_PORT_METRICS)",
        # There is no other replica to which clients could turn.
        "DRAIN_SECONDS": "0",
        "TEMPLATES_DIR": str(values.templates),
        "STORAGE_PUBLIC_URL": values.storage_public_url,
        "CORS_ORIGINS": ",".join(values.cors_origins),
        "IDEMPOTENCY_SECRET_FILE": str(values.idempotency_secret),
    }
    container = {
        "name": "api",
        "image": CONTROL_IMAGE,
        "args": ["api"],
        "ports": [
            {"name": "http", "containerPort": _CONTAINER_PORT, "hostPort": values.port},
            {"name": "metrics", "containerPort": _METRICS_PORT},
        ],
        "startupProbe": _probe("/healthz", period=1, failures=60),
        "readinessProbe": _probe("/readyz", period=2, failures=2),
        "livenessProbe": _probe("/healthz", period=10, failures=3),
    }
    return _pod(API, "api", container, env, values, grace=30)


def controller_pod(values: Values) -> JsonObject:
    """The controller's pod. There are two renderers at most, as in values-demo.yaml."""
    env = {
        "RELEASE": RELEASE,
        "DEPLOYMENT": CONTROLLER,
        "POD_TEMPLATE": str(values.pod_template),
        "POOL_MAX": "2",
        "HEALTH_PORT": "$(LOCAL_PORT_HTTP)",
        "METRICS_PORT": "$(LOCAL_PORT_METRICS)",
    }
    container: JsonObject = {
        "name": "controller",
        "image": CONTROL_IMAGE,
        "args": ["controller"],
        "ports": [
            {"name": "http", "containerPort": _CONTAINER_PORT},
            {"name": "metrics", "containerPort": _METRICS_PORT},
        ],
        "startupProbe": _probe("/healthz", period=1, failures=60),
        "readinessProbe": _probe("/readyz", period=1, failures=3),
        "livenessProbe": _probe("/healthz", period=10, failures=3),
    }
    pod = _pod(CONTROLLER, "controller", container, env, values, grace=30)
    pod["spec"]["containers"][0]["env"].append(_POD_NAME)
    return pod


def renderer_pod(values: Values) -> JsonObject:
    """The renderers' pod template: a Pod without a name, as the controller takes it."""
    env = {
        "PORT": "$(LOCAL_PORT_HTTP)",
        "TEMPLATES_DIR": str(values.templates),
        "STORAGE_PROJECT": PROJECT,
        "STORAGE_BUCKET": BUCKET,
        "STORAGE_PUBLIC_URL": values.storage_public_url,
    }
    container = {
        "name": "renderer",
        "image": RENDERER_IMAGE,
        "args": ["renderer"],
        "ports": [{"name": "http", "containerPort": _CONTAINER_PORT}],
        "readinessProbe": _probe("/readyz", period=1, failures=3),
        "livenessProbe": _probe("/healthz", period=10, failures=3),
    }
    pod = _pod("", RENDERER, container, env, values, grace=90)
    del pod["metadata"]["name"], pod["metadata"]["namespace"]
    # A renderer that has ended is replaced by the controller, under another name.
    pod["spec"]["restartPolicy"] = "Never"
    pod["spec"]["containers"][0]["env"] += [_POD_NAME, {"name": "STORAGE_EMULATOR_HOST", "value": values.storage_url}]
    return pod


def component(pod: Mapping[str, Any]) -> str:
    """The component that a pod is of: api, controller or renderer."""
    found: str = pod["metadata"]["labels"][_COMPONENT_LABEL]
    return found


def _pod(
    name: str, program: str, container: JsonObject, env: Mapping[str, str], values: Values, *, grace: int
) -> JsonObject:
    variables = [{"name": f"PDFEXPORT_{key}", "value": value} for key, value in env.items()]
    # Kubernetes takes the last of two variables of one name.
    variables += [{"name": key, "value": value} for key, value in values.settings.items()]
    common = [
        {"name": "PDFEXPORT_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {"name": "PDFEXPORT_LOG_LEVEL", "value": values.log_level},
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": _labels(program)},
        "spec": {
            "restartPolicy": "Always",
            "serviceAccountName": f"{RELEASE}-{program}",
            "terminationGracePeriodSeconds": grace,
            "containers": [
                {
                    **container,
                    "env": [*common, *variables],
                    "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
                }
            ],
            "volumes": [{"name": "tmp", "emptyDir": {}}],
        },
    }


def _probe(path: str, *, period: int, failures: int) -> JsonObject:
    get = {"path": path, "port": "http"}
    return {"httpGet": get, "periodSeconds": period, "timeoutSeconds": 5, "failureThreshold": failures}


def _labels(component: str) -> dict[str, str]:
    return {
        "app.kubernetes.io/name": "pdf-export",
        "app.kubernetes.io/instance": RELEASE,
        _COMPONENT_LABEL: component,
    }
