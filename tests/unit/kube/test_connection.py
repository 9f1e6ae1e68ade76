"""The way to the API server from inside a pod: its service account, whose token the kubelet renews."""

from __future__ import annotations

from pathlib import Path

import pytest

from kube import connection
from kube.client import KubeClient
from kube.connection import Token, from_account, from_environment
from kube.errors import KubeError
from tests.unit.kube.api_server import Accepting
from tests.unit.kube.certificates import identity


async def test_a_pod_shows_its_token_and_trusts_its_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = identity()
    (tmp_path / "token").write_text("secret\n")
    (tmp_path / "ca.crt").write_bytes(own.certificate)
    async with Accepting("secret").over_tls(own, tmp_path) as port:
        monkeypatch.setattr(connection, "ACCOUNT_FOLDER", tmp_path)
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(port))
        kube = await KubeClient.connect()
        try:
            assert await kube.request("GET", "/jobs") == {}
        finally:
            await kube.close()


async def test_a_server_of_another_authority_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")
    (tmp_path / "ca.crt").write_bytes(identity().certificate)
    async with Accepting("secret").over_tls(identity(), tmp_path) as port:
        kube = KubeClient(from_account("127.0.0.1", str(port), tmp_path))
        try:
            with pytest.raises(KubeError, match="ClientConnectorCertificateError"):
                await kube.request("GET", "/jobs")
        finally:
            await kube.close()


async def test_a_refused_token_is_read_again_by_the_next_request(tmp_path: Path) -> None:
    # given a client that has read a token, which is replaced before its minute is over
    own, server = identity(), Accepting("new")
    (tmp_path / "token").write_text("old")
    (tmp_path / "ca.crt").write_bytes(own.certificate)
    async with server.over_tls(own, tmp_path) as port:
        kube = KubeClient(from_account("127.0.0.1", str(port), tmp_path))
        (tmp_path / "token").write_text("new")
        try:
            # when the API server refuses the old one
            with pytest.raises(KubeError, match="401"):
                await kube.request("GET", "/jobs")
            # then the next request has the new one
            assert await kube.request("GET", "/jobs") == {}
        finally:
            await kube.close()


def test_a_token_is_read_again_after_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(connection, "monotonic", lambda: now)
    file = tmp_path / "token"
    file.write_text("first")
    token = Token(file=file)
    assert token.current() == "first"
    file.write_text("second")
    now = 59.0
    assert token.current() == "first"
    now = 60.0
    assert token.current() == "second"
    # The kubelet may be about to write it.
    file.write_text("")
    now = 120.0
    assert token.current() == "second"


def test_an_address_of_version_6_stands_in_brackets(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")
    (tmp_path / "ca.crt").write_bytes(identity().certificate)
    found = from_account("fd00::1", "443", tmp_path)
    assert found.server == "https://[fd00::1]:443"
    assert not found.trust_env


def test_without_a_token_the_program_ends_at_its_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        from_account("127.0.0.1", "443", tmp_path)


def test_outside_of_a_pod_it_is_the_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(
        '{"clusters": [{"name": "a", "cluster": {"server": "http://127.0.0.1:1/"}}],'
        ' "users": [{"name": "a", "user": {"token": "t"}}],'
        ' "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}], "current-context": "a"}'
    )
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("KUBECONFIG", str(file))
    found = from_environment()
    assert (found.server, found.tls, found.token.current()) == ("http://127.0.0.1:1", None, "t")
