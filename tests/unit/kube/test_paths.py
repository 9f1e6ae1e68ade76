"""The paths of the built-in resources, as the API reference of Kubernetes has them."""

from __future__ import annotations

from kube import paths


def test_the_paths_are_those_of_the_api_reference() -> None:
    assert paths.pods("team") == "/api/v1/namespaces/team/pods"
    assert paths.pod("team", "a") == "/api/v1/namespaces/team/pods/a"
    assert paths.events("team") == "/api/v1/namespaces/team/events"
    assert paths.deployment("team", "a") == "/apis/apps/v1/namespaces/team/deployments/a"
    assert paths.deployment_status("team", "a") == "/apis/apps/v1/namespaces/team/deployments/a/status"
