"""Clusters with IPv6 alone, or with both: the programs listen on all addresses of their pods."""

from __future__ import annotations

import pytest

from tests.e2e.client import eventually, ready_pods
from tests.e2e.conftest import Run

# The test's pods have an address of IPv6 on their loopback interface only (cluster/configs.py).
_CONNECT = "import socket, sys; [socket.create_connection((sys.argv[1], int(port)), 5) for port in sys.argv[2:]]"
_PORTS = {"api": (8080, 9090), "controller": (8080, 9090), "renderer": (8080,)}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("component", _PORTS)
def test_every_port_is_open_on_both_families(kubectl: Run, component: str, address: str) -> None:
    pod = eventually("one is ready", lambda: ready_pods(kubectl, component), seconds=90)[0]
    has = {each["containerPort"] for each in pod["spec"]["containers"][0]["ports"]}
    assert has == set(_PORTS[component])
    python = ("exec", pod["metadata"]["name"], "--", "/opt/venv/bin/python", "-c", _CONNECT)
    kubectl(*python, address, *map(str, _PORTS[component]))
