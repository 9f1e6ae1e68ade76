"""Finds what must not be told in what a release tells: logs, Events, conditions, metrics, environments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cluster.release import Release

# What is secret whatever its value: a JSON Web Token, which all service account tokens and ID tokens are; an
# Authorization header; the part of a URL that lets its holder in.
SHAPES = {
    "a JSON Web Token": re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}"),
    "a bearer token": re.compile(r"bearer[ ]+[\w.~+/-]{8,}", re.IGNORECASE),
    "a URL that lets in": re.compile(r"[?&](token|upload_id|X-Goog-Signature)=\w|alt=media"),
}
# Texts that are left as they are: the CV would be refused with others.
_DATES = {"startDate", "endDate", "date", "releaseDate", "birthDate", "$schema", "countryCode"}
ENVIRONMENT = "import pathlib; print(pathlib.Path('/proc/1/environ').read_bytes().decode().replace(chr(0), chr(10)))"
TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_LINKS = ("fileUrl", "storagePath")


def marked(value: Any, marker: str, key: str = "") -> Any:
    """JSON data with the marker in every text that may have any content."""
    if isinstance(value, dict):
        return {name: marked(each, marker, name) for name, each in value.items()}
    if isinstance(value, list):
        return [marked(each, marker, key) for each in value]
    if not isinstance(value, str) or key in _DATES or value.startswith("data:"):
        return value
    if key == "url":
        return f"{value}/{marker}"
    return f"{marker}{value}" if key == "email" else f"{marker} {value}"


def leaks(texts: Mapping[str, str], values: Mapping[str, str]) -> list[str]:
    """Which text holds which of the values, or anything of SHAPES: "source: what", the secret itself untold."""
    needles = {name: re.compile(re.escape(value), re.IGNORECASE) for name, value in values.items()}
    return [
        f"{source}: {name}"
        for source, text in texts.items()
        for name, needle in {**needles, **SHAPES}.items()
        if needle.search(text)
    ]


def pods(release: Release) -> list[dict[str, Any]]:
    """All pods of the namespace."""
    found: list[dict[str, Any]] = json.loads(release.kubectl("get", "pods", "-o", "json"))["items"]
    return found


def component(pod: Mapping[str, Any]) -> str:
    """Which part of the release a pod is; "none" of it."""
    return str(pod["metadata"]["labels"].get("app.kubernetes.io/component", "none"))


def logs(release: Release) -> dict[str, str]:
    """All that each container has logged, and the one that was there before it."""
    found = {}
    for pod in pods(release):
        for status in pod["status"].get("containerStatuses", []):
            at = (pod["metadata"]["name"], "-c", status["name"], "--tail=-1")
            source = f"log of {component(pod)} {pod['metadata']['name']}/{status['name']}"
            found[source] = release.kubectl("logs", *at)
            if status["restartCount"]:
                found[f"{source} before"] = release.kubectl("logs", "--previous", *at)
    return found


def objects(release: Release) -> dict[str, str]:
    """Events, and all that the namespace's objects say; of jobs what anyone may see who lists or describes them: not
    the spec, which is the CV, nor the link that the job is for."""
    found = {
        kind: release.kubectl("get", kind, "-o", "json")
        for kind in ("events", "events.events.k8s.io", "pods", "deployments", "configmaps", "services")
    }
    jobs = json.loads(release.kubectl("get", "pej", "-o", "json"))["items"]
    said = []
    for job in jobs:
        status = {name: value for name, value in job.get("status", {}).items() if name not in _LINKS}
        said.append({"metadata": job["metadata"], "status": status})
    return {**found, "jobs": json.dumps(said)}


def metrics(release: Release) -> dict[str, str]:
    """/metrics of each program."""
    found = {}
    for pod in pods(release):
        port = {"api": 9090, "renderer": 8080, "controller": 9090}.get(component(pod))
        if port and pod["status"]["phase"] == "Running":
            name = pod["metadata"]["name"]
            path = f"/api/v1/namespaces/{release.namespace}/pods/{name}:{port}/proxy/metrics"
            found[f"metrics of {component(pod)} {name}"] = release.kubectl("get", "--raw", path)
    return found


def inside(release: Release, *command: str) -> dict[str, str]:
    """What a command prints in each pod that has a Python, by its component and name."""
    found = {}
    for pod in pods(release):
        name = pod["metadata"]["name"]
        if component(pod) in ("api", "controller", "renderer") and pod["status"]["phase"] == "Running":
            found[f"{component(pod)} {name}"] = release.kubectl("exec", name, "--", *command)
    return found


def secret_mounts(spec: Mapping[str, Any]) -> dict[str, list[str]]:
    """The Secrets of a pod's volumes, each with its keys (none: all of them), and "token" for a service account's."""
    found: dict[str, list[str]] = {}
    for volume in spec.get("volumes", []):
        sources = [volume, *volume.get("projected", {}).get("sources", [])]
        for source in sources:
            if secret := source.get("secret"):
                found[secret.get("secretName") or secret["name"]] = [item["key"] for item in secret.get("items", [])]
            if "serviceAccountToken" in source:
                found["token"] = []
    return found


def from_secrets(spec: Mapping[str, Any]) -> list[str]:
    """Variables of a pod that come from Secrets."""
    containers: Iterable[Mapping[str, Any]] = (*spec.get("initContainers", []), *spec["containers"])
    return [
        str(each.get("name", each))
        for container in containers
        for each in (*container.get("env", []), *container.get("envFrom", []))
        if "secretRef" in each or "secretKeyRef" in each.get("valueFrom", {})
    ]


def restore(release: Release, deployment: str) -> None:
    """Have a deployment run one pod again."""
    release.kubectl("scale", f"deployment/{deployment}", "--replicas=1")
    release.kubectl("rollout", "status", f"deployment/{deployment}", "--timeout=60s")
