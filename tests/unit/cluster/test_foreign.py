"""`make demo-kubernetes` on a cluster that KUBECONFIG names: kind, minikube, Docker Desktop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cluster import release
from cluster.paths import Paths, from_environment
from cluster.progress import Failed
from cluster.release import Release

IMAGES = {target: f"pdf-export/{target}:dev" for target in ("control", "renderer", "storage-emulator")}


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Paths:
    monkeypatch.setenv("PDFEXPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KUBECONFIG", "/home/somebody/.kube/config")
    return from_environment()


def test_the_images_are_those_that_are_named(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDFEXPORT_IMAGES", json.dumps(IMAGES))
    assert release.images(paths) == IMAGES
    monkeypatch.delenv("PDFEXPORT_IMAGES")
    with pytest.raises(Failed, match="set PDFEXPORT_IMAGES to"):
        release.images(paths)


def test_the_release_asks_for_nothing_that_only_our_cluster_has(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    def cli(_: Release, program: str, *arguments: str, stdin: str | None = None) -> str:
        calls.append((program, *arguments))
        return json.dumps({"info": {"status": "deployed"}})

    monkeypatch.setattr(Release, "_cli", cli)
    Release(paths, name="pdf-export", namespace="pdf-export", emulator_address="10.96.0.9").install(IMAGES)
    (upgrade,) = (call for call in calls if call[:1] == ("helm",) and "upgrade" in call)
    values = {setting for setting in upgrade if "=" in setting}
    assert set(IMAGES.values()) <= {value.partition("=")[2] for value in values}
    assert any(value.startswith("firebaseEmulator.publicUrl=http://127.0.0.1:") for value in values)
    assert not [value for value in values if value.startswith(("renderer.seccompProfile", "networkPolicy.dns"))]


def test_its_services_are_reached_by_a_forwarded_port(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    class Process:
        def __init__(self, argv: list[str], **_: object) -> None:
            started.append(argv)

        def terminate(self) -> None:
            """There is nothing to end."""

    service = {"metadata": {"name": "pdf-export-api"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80}]}}
    monkeypatch.setattr(Release, "_cli", lambda *_, **__: json.dumps({"items": [service]}))
    monkeypatch.setattr("cluster.release.subprocess.Popen", Process)
    monkeypatch.setattr(release, "_wait_for_listener", lambda *_: None)
    found = Release(paths, name="pdf-export", namespace="pdf-export", emulator_address="").url("api")
    assert found == "http://127.0.0.1:8080"
    assert started[0][-3:] == ["port-forward", "service/pdf-export-api", "8080:80"]
