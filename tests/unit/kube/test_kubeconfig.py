"""The way to the API server by a kubeconfig: tokens and client certificates, in it or in files beside it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from kube.client import KubeClient
from kube.connection import Connection
from kube.errors import KubeError
from kube.kubeconfig import KubeconfigError, from_kubeconfig, kubeconfigs
from tests.unit.kube.api_server import Accepting
from tests.unit.kube.certificates import Identity, identity


def write(file: Path, cluster: dict[str, Any], user: dict[str, Any], *, current: str = "here") -> Path:
    """A kubeconfig with one entry of each kind, named `here`."""
    content = {
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": "here", "user": user}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
        "current-context": current,
    }
    file.write_text(json.dumps(content))
    return file


async def answer(connection: Connection) -> object:
    """What GET /jobs is answered."""
    kube = KubeClient(connection)
    try:
        return await kube.request("GET", "/jobs")
    finally:
        await kube.close()


def embedded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("in_files", [False, True])
async def test_a_client_certificate_gets_through(tmp_path: Path, in_files: bool) -> None:
    own, client = identity(), identity()
    contents = {"ca": own.certificate, "crt": client.certificate, "key": client.key}
    if in_files:
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        # Paths are relative to the kubeconfig's folder.
        named = {"certificate-authority": "ca"}, {"client-certificate": "crt", "client-key": "key"}
    else:
        data = {name: embedded(content) for name, content in contents.items()}
        named = (
            {"certificate-authority-data": data["ca"]},
            {"client-certificate-data": data["crt"], "client-key-data": data["key"]},
        )
    async with Accepting().over_tls(own, tmp_path, clients=client) as port:
        cluster = {"server": f"https://127.0.0.1:{port}", **named[0]}
        assert await answer(from_kubeconfig([write(tmp_path / "config", cluster, named[1])])) == {}
        with pytest.raises(KubeError, match="Unreachable"):
            await answer(from_kubeconfig([write(tmp_path / "config", cluster, {})]))


@pytest.mark.parametrize("trusted", [None, identity()])
async def test_only_its_authority_is_trusted(tmp_path: Path, trusted: Identity | None) -> None:
    async with Accepting().over_tls(identity(), tmp_path) as port:
        cluster = {"server": f"https://127.0.0.1:{port}"}
        if trusted:
            cluster["certificate-authority-data"] = embedded(trusted.certificate)
        with pytest.raises(KubeError, match="ClientConnectorCertificateError"):
            await answer(from_kubeconfig([write(tmp_path / "config", cluster, {})]))


async def test_a_server_is_trusted_unseen_where_that_is_asked_for(tmp_path: Path) -> None:
    async with Accepting("t").over_tls(identity(), tmp_path) as port:
        cluster = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
        assert await answer(from_kubeconfig([write(tmp_path / "config", cluster, {"token": "t"})])) == {}


def test_a_token_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t\n")
    file = write(tmp_path / "config", {"server": "http://127.0.0.1:1"}, {"tokenFile": "token"})
    assert from_kubeconfig([file]).token.current() == "t"


def test_of_two_entries_of_one_name_the_earlier_counts(tmp_path: Path) -> None:
    first = write(tmp_path / "1", {"server": "http://first"}, {}, current="")
    second = write(tmp_path / "2", {"server": "http://second"}, {})
    assert from_kubeconfig([first, second]).server == "http://first"


@pytest.mark.parametrize("user", [{"exec": {"command": "aws"}}, {"auth-provider": {}}, {"username": "u"}])
def test_other_credentials_are_refused_by_name(tmp_path: Path, user: dict[str, Any]) -> None:
    with pytest.raises(KubeconfigError, match=next(iter(user))):
        from_kubeconfig([write(tmp_path / "config", {"server": "http://127.0.0.1:1"}, user)])


def test_a_context_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "config", {"server": "http://127.0.0.1:1"}, {}, current="away")
    with pytest.raises(KubeconfigError, match=r"config: there is no context 'away'"):
        from_kubeconfig([file])


def test_the_files_are_those_of_the_variable_else_of_the_home_folder() -> None:
    assert kubeconfigs({"KUBECONFIG": "/a:/b:"}) == [Path("/a"), Path("/b")]
    assert kubeconfigs({}) == [Path("~/.kube/config").expanduser()]
