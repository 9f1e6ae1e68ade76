"""Where there is no way to the API server, the program that connects ends with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from kube.client import KubeClient
from runtime.settings import SettingsError


async def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no access to the Kubernetes API server: Invalid kube-config"):
        await KubeClient.connect(tmp_path / "absent")


async def test_a_pod_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a pod with automountServiceAccountToken: false.
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")

    with pytest.raises(SettingsError, match="no access to the Kubernetes API server: Service token file"):
        await KubeClient.connect()
