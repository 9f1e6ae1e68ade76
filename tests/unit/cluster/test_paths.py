"""Which cluster is meant: our own, or the one that KUBECONFIG names."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster import paths
from cluster.__main__ import main


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> paths.Paths:
    monkeypatch.setenv("PDFEXPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PDFEXPORT_CLUSTER", str(tmp_path / "state"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setattr(paths, "_LONGEST_STATE", 1000)
    return paths.from_environment()


def test_our_own_kubeconfig_is_not_a_foreign_one(own: paths.Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.foreign_kubeconfig(own) is None
    monkeypatch.setenv("KUBECONFIG", str(own.kubeconfig))
    assert paths.foreign_kubeconfig(own) is None
    monkeypatch.setenv("KUBECONFIG", "/somewhere/else")
    assert paths.foreign_kubeconfig(own) == "/somewhere/else"


@pytest.mark.parametrize("command", ["up", "down", "load"])
def test_a_foreign_cluster_is_left_alone(
    own: paths.Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/somewhere/else")
    # Nobody has to be root for a cluster of somebody else.
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert main([command, *(["x"] if command == "load" else [])]) == 0

    assert f"{command} does nothing" in capsys.readouterr().out
    assert not own.state.exists()
    assert not own.cache.exists()


def test_a_state_folder_too_deep_for_sockets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDFEXPORT_CLUSTER", "/" + "x" * 100)
    with pytest.raises(SystemExit, match="take a shorter path"):
        paths.from_environment()
