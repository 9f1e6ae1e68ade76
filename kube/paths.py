"""The paths of the built-in resources that the programs use."""

from __future__ import annotations


def pods(namespace: str) -> str:
    """The pods of a namespace."""
    return f"/api/v1/namespaces/{namespace}/pods"


def pod(namespace: str, name: str) -> str:
    """One pod."""
    return f"{pods(namespace)}/{name}"


def events(namespace: str) -> str:
    """The Events of a namespace (core/v1)."""
    return f"/api/v1/namespaces/{namespace}/events"


def deployment(namespace: str, name: str) -> str:
    """One Deployment."""
    return f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"


def deployment_status(namespace: str, name: str) -> str:
    """The status of a Deployment."""
    return f"{deployment(namespace, name)}/status"


def leases(namespace: str) -> str:
    """The Leases of a namespace (coordination.k8s.io/v1)."""
    return f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"


def lease(namespace: str, name: str) -> str:
    """One Lease."""
    return f"{leases(namespace)}/{name}"


def config_maps(namespace: str) -> str:
    """The ConfigMaps of a namespace."""
    return f"/api/v1/namespaces/{namespace}/configmaps"


def config_map(namespace: str, name: str) -> str:
    """One ConfigMap."""
    return f"{config_maps(namespace)}/{name}"
