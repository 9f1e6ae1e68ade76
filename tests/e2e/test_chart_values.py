"""The values that all of the chart's components have, as they are rendered: no cluster is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.paths import CHART, CHECKOUT
from tests.unit.charts.test_values import merged

REGISTRY = {"global": {"imageRegistry": "registry.example.com"}}
DEMO: dict[str, Any] = {**REGISTRY, "firebaseEmulator": {"enabled": True}, "prePull": {"enabled": True}}
COMPONENTS = {
    "api": "api",
    "controller": "controller",
    "renderer": "renderer",
    "firebaseEmulator": "storage-emulator",
    "prePull": "pre-pull",
    "test": "test",
}
"""The names of the components by those of their values."""
OF_PODS: dict[str, Any] = {
    "nodeSelector": {"pool": "pdf"},
    "tolerations": [{"key": "pdf", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "priorityClassName": "important",
    "runtimeClassName": "gvisor",
    "hostAliases": [{"ip": "10.1.2.3", "hostnames": ["proxy"]}],
}
"""Values that are fields of a pod's spec."""
KNOBS: dict[str, Any] = {
    **OF_PODS,
    "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
    "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    "podLabels": {"team": "cv", "app.kubernetes.io/component": "other"},
    "podAnnotations": {"example.com/mesh": "off"},
    "podSecurityContext": {"runAsUser": 10001, "runAsNonRoot": None},
    "securityContext": {"runAsGroup": 10001, "readOnlyRootFilesystem": None},
    "serviceAccount": {"create": True, "name": "", "annotations": {"example.com/role": "r"}},
}
SPREAD = {"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]}
EVERYTHING: dict[str, Any] = {
    **REGISTRY,
    "commonLabels": {"cost-centre": "7"},
    "prometheusAnnotations": True,
    "monitoring": {
        "podMonitor": {"enabled": True, "interval": "30s", "labels": {"release": "prometheus"}},
        "rules": {"enabled": True, "labels": {"release": "prometheus"}},
        "dashboard": {"enabled": True, "annotations": {"grafana_folder": "Exports"}},
    },
    "api": {**KNOBS, **SPREAD, "autoscaling": {"enabled": True, "behavior": {"scaleDown": {"selectPolicy": "Min"}}}},
    "controller": {**KNOBS, **SPREAD},
    "renderer": {**KNOBS, **SPREAD, "seccompProfile": "pdf-export/chromium.json"},
    "firebaseEmulator": {**KNOBS, "enabled": True},
    "prePull": {**KNOBS, "enabled": True},
    "test": KNOBS,
    "pool": {"quota": True},
    "tracing": {"endpoint": "http://otel.example.com:4318", "headersExistingSecret": "otlp"},
    "auth": {"mode": "bearer", "bearer": {"existingSecret": "tokens"}},
    "templates": {"configMaps": {"acme": "acme"}, "revision": 2},
    "ingress": {
        "enabled": True,
        "className": "nginx",
        "annotations": {"a.example.com/x": "y"},
        "hosts": ["cv.example.com", "*.example.org"],
        "tls": [{"hosts": ["cv.example.com"], "secretName": "cv-tls"}],
    },
    "httpRoute": {"enabled": True, "parentRefs": [{"name": "public"}], "hostnames": ["cv.example.com"]},
    "flowSchema": {"enabled": True},
    "networkPolicy": {"flavor": "cilium"},
    "extraObjects": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "of-{{ .Release.Name }}"}},
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: as-text}\n",
    ],
}


HARDENED: dict[str, Any] = {**REGISTRY, **yaml.safe_load((CHART / "values-hardened.yaml").read_text())}


def helm(values: dict[str, Any], *arguments: str, chart: Path = CHART) -> subprocess.CompletedProcess[str]:
    """What `helm template` makes of the values."""
    command = [sys.executable, "-m", "cluster", "helm", "template", "cv", str(chart), "--namespace", "exports"]
    argv = [*command, "--values", "-", *arguments]
    return subprocess.run(argv, cwd=CHECKOUT, input=json.dumps(values), capture_output=True, text=True, check=False)


def render(values: dict[str, Any], *arguments: str, chart: Path = CHART) -> list[dict[str, Any]]:
    """The objects of the chart, as exports/cv."""
    done = helm(values, *arguments, chart=chart)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def refusal(values: dict[str, Any]) -> str:
    """Why the chart refuses the values."""
    done = helm(values)
    assert done.returncode == 1
    return done.stderr


def pods(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pod, or its template, of each component."""
    found = []
    for each in objects:
        if each["kind"] in ("Deployment", "DaemonSet"):
            found.append(each["spec"]["template"])
        elif each["kind"] == "Pod":
            found.append(each)
        elif "renderer-pod.yaml" in each.get("data", ()):
            found.append(yaml.safe_load(each["data"]["renderer-pod.yaml"]))
    return {pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod for pod in found}


def images(values: dict[str, Any]) -> dict[str, str]:
    """The image of each component."""
    return {name: pod["spec"]["containers"][0]["image"] for name, pod in pods(render(values)).items()}


def of_version(version: str, folder: Path) -> Path:
    """A copy of the chart that differs in its versions alone, in a folder that is not there yet."""
    shutil.copytree(CHART, folder)
    chart = folder / "Chart.yaml"
    written = yaml.safe_load(chart.read_text())
    chart.write_text(yaml.safe_dump({**written, "version": version, "appVersion": version}))
    return folder


@pytest.mark.parametrize("values", [DEMO, EVERYTHING], ids=["demo", "everything"])
def test_a_new_version_of_the_chart_alone_changes_no_pod(values: dict[str, Any], tmp_path: Path) -> None:
    pinned = {**values, "images": {key: {"tag": "1"} for key in ("control", "renderer", "storageEmulator")}}
    before = render(pinned)

    after = render(pinned, chart=of_version("7.8.9", tmp_path / "chart"))

    assert pods(after) == pods(before)
    assert set(pods(after)) == set(COMPONENTS.values())
    labels = [each["metadata"]["labels"] for each in after if each["kind"] == "Deployment"]
    assert {each["helm.sh/chart"] for each in labels} == {"pdf-export-7.8.9"}
    assert {each["app.kubernetes.io/version"] for each in labels} == {"7.8.9"}


@pytest.mark.parametrize("key", COMPONENTS)
def test_each_component_takes_the_same_values(key: str) -> None:
    objects = render({**DEMO, key: {**KNOBS, **DEMO.get(key, {})}})
    pod = pods(objects)[COMPONENTS[key]]
    spec = pod["spec"]
    (container,) = spec["containers"]

    # Every pod leaves a node that is lost after half a minute, beside what is tolerated here.
    assert OF_PODS["tolerations"][0] in spec["tolerations"]
    fields = {name: spec.get(name) for name in OF_PODS}
    assert {**fields, "tolerations": OF_PODS["tolerations"]} == OF_PODS
    assert container["resources"]["limits"] == KNOBS["resources"]["limits"]
    assert KNOBS["extraEnv"][0] in container["env"]
    assert KNOBS["extraVolumes"][0] in spec["volumes"]
    assert KNOBS["extraVolumeMounts"][0] in container["volumeMounts"]
    assert pod["metadata"]["labels"]["team"] == "cv"
    assert pod["metadata"]["annotations"]["example.com/mesh"] == "off"
    # A null removes nothing.
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert (container["securityContext"]["readOnlyRootFilesystem"], container["securityContext"]["runAsGroup"]) == (
        True,
        10001,
    )
    accounts = {each["metadata"]["name"]: each for each in objects if each["kind"] == "ServiceAccount"}
    assert accounts[spec["serviceAccountName"]]["metadata"]["annotations"] == {"example.com/role": "r"}


@pytest.mark.parametrize("key", ["api", "controller", "renderer"])
def test_pods_are_spread_by_their_own_labels(key: str) -> None:
    pod = pods(render({**DEMO, key: SPREAD}))[COMPONENTS[key]]
    (constraint,) = pod["spec"]["topologySpreadConstraints"]
    assert constraint["topologyKey"] == "zone"
    assert constraint["labelSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def test_the_pods_of_the_test_and_of_the_pulling_run_where_the_others_do() -> None:
    where = {"nodeSelector": {"pool": "pdf"}, "tolerations": OF_PODS["tolerations"]}
    found = pods(render({**DEMO, "api": where, "renderer": {**where, "nodeSelector": {"pool": "chromium"}}}))
    assert found["test"]["spec"]["nodeSelector"] == {"pool": "pdf"}
    assert found["pre-pull"]["spec"]["nodeSelector"] == {"pool": "chromium"}
    assert OF_PODS["tolerations"][0] in found["pre-pull"]["spec"]["tolerations"]


def test_no_image_comes_from_a_registry_that_nobody_named() -> None:
    emulator = {"firebaseEmulator": {"enabled": True}}
    assert "images.control.registry is empty: set it, or global.imageRegistry" in refusal(emulator)
    full = {"images": {"control": "pdf-export/control:1"}}
    assert "images.control is pdf-export/control:1, which has no registry" in refusal({**DEMO, **full})


def test_an_image_is_named_by_its_parts_or_as_a_whole() -> None:
    digest = "sha256:" + "0a" * 32
    own = {
        "control": {"registry": "ghcr.io", "repository": "owner/control", "tag": "2"},
        "renderer": {"registry": "ghcr.io", "repository": "owner/renderer", "tag": "2", "digest": digest},
        "storageEmulator": "localhost/emulator:3",
    }
    without_registry = {name: value for name, value in DEMO.items() if name != "global"}
    assert images({**without_registry, "images": own}) == {
        "api": "ghcr.io/owner/control:2",
        "controller": "ghcr.io/owner/control:2",
        "test": "ghcr.io/owner/control:2",
        "renderer": f"ghcr.io/owner/renderer@{digest}",
        "pre-pull": f"ghcr.io/owner/renderer@{digest}",
        "storage-emulator": "localhost/emulator:3",
    }
    # A mirror has all images that are named by parts.
    mirrored = images({**DEMO, "global": {"imageRegistry": "mirror.example.com/x/"}, "images": own})
    assert mirrored["api"] == "mirror.example.com/x/owner/control:2"


def test_the_secrets_to_pull_with_are_those_of_all_pods() -> None:
    secrets = {"imageRegistry": "registry.example.com", "imagePullSecrets": ["one", {"name": "two"}]}
    for pod in pods(render({**DEMO, "global": secrets})).values():
        assert pod["spec"]["imagePullSecrets"] == [{"name": "one"}, {"name": "two"}]


def test_every_object_has_its_namespace_and_labels() -> None:
    objects = render(EVERYTHING)
    for each in objects:
        of_cluster = "Admission" in each["kind"] or each["kind"] in ("CustomResourceDefinition", "FlowSchema")
        if not each["metadata"]["name"].startswith(("of-", "as-")):
            assert each["metadata"].get("namespace") == (None if of_cluster else "exports"), each["kind"]
            assert each["metadata"]["labels"]["cost-centre"] == "7", each["kind"]
    assert len(objects) > 25
    names = {each["metadata"]["name"] for each in objects}
    assert {"of-cv", "as-text"} <= names


def test_monitoring_is_of_this_release_and_scrapes_ports_that_pods_have() -> None:
    objects = render(EVERYTHING)

    (rule,) = [each for each in objects if each["kind"] == "PrometheusRule"]
    expressions = [alert["expr"] for group in rule["spec"]["groups"] for alert in group["rules"]]
    assert len(expressions) >= 7
    assert all('namespace="exports"' in each and "namespace=~" not in each for each in expressions)
    assert rule["metadata"]["labels"]["release"] == "prometheus"

    monitors = [each for each in objects if each["kind"] == "PodMonitor"]
    found = pods(objects)
    for monitor in monitors:
        component = monitor["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        (container,) = found[component]["spec"]["containers"]
        assert endpoint["port"] in [port["name"] for port in container["ports"]]
    assert len(monitors) == 3

    (dashboard,) = [each for each in objects if "pdf-export.json" in each.get("data", ())]
    assert json.loads(dashboard["data"]["pdf-export.json"])["title"] == "pdf-export"
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert dashboard["metadata"]["annotations"] == {"grafana_folder": "Exports"}


def of_kind(objects: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The only object of a kind."""
    (found,) = [each for each in objects if each["kind"] == kind]
    return found


def test_the_api_is_reached_from_outside_at_the_paths_that_are_named() -> None:
    objects = render(EVERYTHING)
    for rule in of_kind(objects, "Ingress")["spec"]["rules"]:
        (path,) = rule["http"]["paths"]
        backend = {"service": {"name": "cv-pdf-export-api", "port": {"name": "http"}}}
        assert (path["path"], path["backend"]) == ("/api/export-pdf", backend)
    (rule,) = of_kind(objects, "HTTPRoute")["spec"]["rules"]
    assert [match["path"]["value"] for match in rule["matches"]] == ["/api/export-pdf"]
    assert rule["backendRefs"] == [{"name": "cv-pdf-export-api", "port": 80}]


def test_services_have_the_ip_versions_that_are_set_else_the_clusters() -> None:
    def fields(values: dict[str, Any]) -> dict[str, Any]:
        specs = {
            each["metadata"]["name"].rpartition("-pdf-export-")[2]: each["spec"]
            for each in render(merged(DEMO, values))
            if each["kind"] == "Service"
        }
        return {name: {key: spec[key] for key in spec if key.startswith("ip")} for name, spec in specs.items()}

    dual = {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv6", "IPv4"]}
    assert fields({}) == {"api": {}, "storage-emulator": {}}
    assert fields({"api": {"service": dual}, "firebaseEmulator": dual}) == {"api": dual, "storage-emulator": dual}
    policy = {"ipFamilyPolicy": "PreferDualStack"}
    assert fields({"api": {"service": policy}})["api"] == policy
    assert "ipFamilies" in refusal(merged(DEMO, {"api": {"service": {"ipFamilies": ["IPv5"]}}}))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ingress": {"enabled": True}}, "ingress.hosts is empty"),
        ({"httpRoute": {"enabled": True}}, "httpRoute.parentRefs is empty"),
        ({"api": {"autoscaling": {"enabled": True, "minReplicas": 7}}}, "it must be at least minReplicas"),
    ],
)
def test_what_a_route_or_the_scaling_lacks_is_named(values: dict[str, Any], message: str) -> None:
    assert message in refusal({**DEMO, **values})


def test_an_autoscaler_alone_sets_the_number_of_the_apis_pods() -> None:
    objects = render({**DEMO, "api": {"autoscaling": {"enabled": True}, "replicas": 1}})
    scaler = of_kind(objects, "HorizontalPodAutoscaler")["spec"]
    (api,) = [each for each in objects if each["kind"] == "Deployment" and each["metadata"]["name"].endswith("-api")]
    assert scaler["scaleTargetRef"]["name"] == api["metadata"]["name"]
    assert "replicas" not in api["spec"]
    assert api["spec"]["template"]["spec"]["topologySpreadConstraints"]
    budgets = [each["metadata"]["name"] for each in objects if each["kind"] == "PodDisruptionBudget"]
    assert api["metadata"]["name"] in budgets


def test_cilium_allows_the_api_server_by_its_name() -> None:
    objects = render({**DEMO, "networkPolicy": {"flavor": "cilium"}})
    spec = of_kind(objects, "CiliumNetworkPolicy")["spec"]
    assert spec["egress"] == [{"toEntities": ["kube-apiserver"]}]
    assert spec["endpointSelector"]["matchExpressions"][0]["values"] == ["api", "controller", "renderer"]
    assert "6443" not in json.dumps([each for each in objects if each["kind"] == "NetworkPolicy"])


def test_labels_of_ones_own_do_not_change_what_is_selected() -> None:
    labels = {"app.kubernetes.io/component": "other", "app.kubernetes.io/name": "other"}
    assert set(pods(render({**DEMO, "commonLabels": labels}))) == set(COMPONENTS.values())


@pytest.mark.parametrize(
    ("values", "name", "label"),
    [
        ({}, "cv-pdf-export-api", "pdf-export"),
        ({"nameOverride": "cvs"}, "cv-cvs-api", "cvs"),
        ({"fullnameOverride": "cvs"}, "cvs-api", "pdf-export"),
    ],
)
def test_names_can_be_chosen(values: dict[str, Any], name: str, label: str) -> None:
    objects = render({**DEMO, **values})
    (api,) = [each for each in objects if each["kind"] == "Deployment" and each["metadata"]["name"].endswith("-api")]
    assert api["metadata"]["name"] == name
    assert api["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] == label


def test_the_admission_policy_and_the_role_are_for_the_account_that_renderers_have() -> None:
    account = {"create": False, "name": "chromium"}
    objects = render({**DEMO, "renderer": {"serviceAccount": account}})
    (policy,) = [each for each in objects if each["kind"] == "ValidatingAdmissionPolicy"]
    assert "'system:serviceaccount:exports:chromium'" in policy["spec"]["matchConditions"][0]["expression"]
    (binding,) = [
        each for each in objects if each["kind"] == "RoleBinding" and each["metadata"]["name"].endswith("-renderer")
    ]
    assert binding["subjects"][0]["name"] == pods(objects)["renderer"]["spec"]["serviceAccountName"] == "chromium"
    assert "chromium" not in [each["metadata"]["name"] for each in objects if each["kind"] == "ServiceAccount"]
    shared = {"api": {"serviceAccount": account}, "renderer": {"serviceAccount": account}}
    assert "renderers need an account of their own" in refusal({**DEMO, **shared})


@pytest.mark.parametrize("protection", ["networkPolicy", "admissionPolicy"])
def test_a_null_does_not_turn_a_protection_off(protection: str) -> None:
    assert f"missing property '{protection}'" in refusal({**DEMO, protection: None})
    assert f"at '/{protection}': missing property 'enabled'" in refusal({**DEMO, protection: {"enabled": None}})


def test_a_former_name_is_refused_with_the_new_one() -> None:
    said = refusal({**DEMO, "pool": {"prePull": True}, "imagePullSecrets": ["x"]})
    assert "at '/pool/prePull': value must be 'moved to prePull.enabled'" in said
    assert "at '/imagePullSecrets': value must be 'moved to global.imagePullSecrets'" in said


def test_the_hardened_preset_isolates_renderers_and_asks_for_who_calls() -> None:
    firebase = {**HARDENED["firebase"], "project": "p", "bucket": "b"}
    objects = render({**HARDENED, "firebase": firebase})
    renderer = pods(objects)["renderer"]["spec"]
    (container,) = renderer["containers"]
    env = {each["name"]: each.get("value") for each in container["env"]}

    assert renderer["runtimeClassName"] == "gvisor"
    profile = {"type": "Localhost", "localhostProfile": "pdf-export/chromium.json"}
    assert profile in (
        renderer["securityContext"].get("seccompProfile"),
        container["securityContext"].get("seccompProfile"),
    )
    assert (env["PDFEXPORT_SANDBOX"], env["PDFEXPORT_RETENTION"]) == ("required", "withJob")
    assert env["PDFEXPORT_STORAGE_SIGNED_SECONDS"] == "300"
    kinds = {each["kind"] for each in objects}
    assert kinds >= {"ValidatingAdmissionPolicy", "NetworkPolicy", "ResourceQuota"}
    api = {each["name"]: each.get("value") for each in pods(objects)["api"]["spec"]["containers"][0]["env"]}
    assert api["PDFEXPORT_AUTH_MODE"] == "firebase"
