"""The chart's NetworkPolicies as they are rendered; what they do is seen in test_network_policy.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Run
from tests.e2e.test_chart import DEMO, FIREBASE, render

TALKERS = ("api", "controller", "renderer")
Policies = dict[str, dict[str, Any]]


def policies(helm: Run, *values: str) -> Policies:
    """The rules by component."""
    return {name: obj["spec"] for (kind, name), obj in render(helm, *values).items() if kind == "NetworkPolicy"}


def peers(policy: dict[str, Any], *ports: int) -> list[dict[str, Any]]:
    """Whom a policy lets its pods reach at these TCP ports; nobody in particular where it names none."""
    rules = {tuple(p["port"] for p in rule["ports"] if p["protocol"] == "TCP"): rule for rule in policy["egress"]}
    found: list[dict[str, Any]] = rules[ports].get("to", [])
    return found


def test_every_pod_reaches_and_is_reached_by_nothing_but_what_is_named(helm: Run) -> None:
    objects = render(helm, *DEMO, "--set", "prePull.enabled=true")
    templates = [obj["spec"]["template"] for (kind, _), obj in objects.items() if kind in ("Deployment", "DaemonSet")]
    renderers = yaml.safe_load(objects["ConfigMap", "renderer-pod"]["data"]["renderer-pod.yaml"])
    specs = [obj["spec"] for (kind, _), obj in objects.items() if kind == "NetworkPolicy"]
    (wall,) = [spec for spec in specs if "ingress" not in spec and "egress" not in spec]
    for pod in (*templates, renderers, objects["Pod", "test"]):
        assert wall["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    for spec in specs:
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        # Some networks take an empty list for anybody.
        assert [] not in spec.values()
    assert not policies(helm, *DEMO, "--set", "networkPolicy.enabled=false")


def test_the_api_server_is_where_the_values_say(helm: Run) -> None:
    given = policies(
        helm, *DEMO, "--set", "networkPolicy.apiServer.cidrs={10.0.0.0/16},networkPolicy.apiServer.ports={8443}"
    )
    # There is no cluster to ask when a chart is only rendered.
    unknown = policies(helm, *DEMO)
    for component in TALKERS:
        assert peers(given[component], 8443) == [{"ipBlock": {"cidr": "10.0.0.0/16"}}]
        assert peers(unknown[component], 443, 6443) == []


def test_renderers_reach_the_storage_of_google_and_no_private_network(helm: Run) -> None:
    plain = policies(helm, *FIREBASE)
    public, _ = peers(plain["renderer"], 443)
    assert public["ipBlock"]["cidr"] == "0.0.0.0/0"
    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(public["ipBlock"]["except"])
    assert [len(plain[component]["egress"]) for component in ("api", "controller")] == [1, 1]
    assert "169.254.169.254" not in json.dumps(plain)
    # Tokens of the node's metadata server are for those that have no Secret.
    changed = policies(helm, *FIREBASE, "--set", "firebase.existingSecret=,auth.mode=firebase")
    assert len(peers(changed["renderer"], 80, 988)) == 2
    assert peers(changed["api"], 443)[0] == public
    named = ("--set", "networkPolicy.storage.cidrs={199.36.153.8/30},networkPolicy.storage.ports={8443}")
    assert peers(policies(helm, *FIREBASE, *named)["renderer"], 8443) == [{"ipBlock": {"cidr": "199.36.153.8/30"}}]


@pytest.mark.parametrize(
    ("endpoint", "port", "peer"),
    [
        ("http://10.1.2.3:4318", 4318, {"ipBlock": {"cidr": "10.1.2.3/32"}}),
        ("http://[fd00::1]:4318/x", 4318, {"ipBlock": {"cidr": "fd00::1/128"}}),
        ("http://collector", 80, {"podSelector": {}}),
        (
            "http://otel.monitoring.svc.cluster.local:4318",
            4318,
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}},
        ),
    ],
)
def test_all_three_programs_reach_the_endpoint_of_the_traces(
    helm: Run, endpoint: str, port: int, peer: dict[str, Any]
) -> None:
    found = policies(helm, *DEMO, "--set", f"tracing.endpoint={endpoint}")
    for component in TALKERS:
        assert peers(found[component], port) == [peer]
        assert peers(found[component], 53)


def test_traces_may_go_to_the_internet(helm: Run) -> None:
    found = policies(helm, *DEMO, "--set", "tracing.endpoint=https://otlp.example.com")
    assert peers(found["controller"], 443)[0]["ipBlock"]["cidr"] == "0.0.0.0/0"


def test_who_may_come_in_can_be_named(helm: Run) -> None:
    mine = {"namespaceSelector": {"matchLabels": {"team": "mine"}}}
    proxy = {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [{"port": 3128}]}
    values = {"apiIngressFrom": [mine], "metricsFrom": [mine], "extraEgress": {"renderer": [proxy]}}
    found = policies(helm, *DEMO, "--set-json", f"networkPolicy={json.dumps(values)}")
    rule, of_metrics = found["api"]["ingress"]
    assert mine in rule["from"]
    assert "test" in json.dumps(rule["from"])
    assert of_metrics == {"ports": [{"protocol": "TCP", "port": 9090}], "from": [mine]}
    for component, port in (("controller", 9090), ("renderer", 8080)):
        assert found[component]["ingress"] == [{"ports": [{"protocol": "TCP", "port": port}], "from": [mine]}]
    assert proxy in found["renderer"]["egress"]
    assert proxy not in found["api"]["egress"]
