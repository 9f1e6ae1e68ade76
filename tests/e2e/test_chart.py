"""The chart: what it renders, what it refuses, that its pods pass the restricted standard, what it leaves behind."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import api.settings
import controller.settings
import renderer.settings
from cluster.paths import CHECKOUT
from crds.job import manifest
from renderer.storage.retention import Retention
from runtime.settings import PREFIX, ProgramSettings
from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART, FULLNAME, NAME, VALUES, Quiet, error_of, quiet_release, renderer_pod
from tests.unit.environment import read_settings

REGISTRY = ("--set", "global.imageRegistry=registry.example.com")
DEMO = ("-f", str(CHART / "values-demo.yaml"), *REGISTRY)
RENDERING = json.dumps(
    {"status": {"phase": "Rendering", "renderer": "r", "attempt": 1, "startedAt": "2026-01-01T00:00:00Z"}}
)
FIREBASE = (
    *("--set", "firebase.project=cv-app,firebase.bucket=cv-app.firebasestorage.app,firebase.existingSecret=fb"),
    *REGISTRY,
)
HARDENED = ("-f", str(CHART / "values-hardened.yaml"), *FIREBASE)


@pytest.fixture(scope="module")
def quiet(kubectl: Run, helm: Run) -> Iterator[Quiet]:
    with quiet_release(kubectl, helm) as release:
        yield release


def render(helm: Callable[..., str], *values: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The chart's objects by kind and name without the release's stem."""
    text = helm("template", NAME, str(CHART), *values)
    objects = [obj for obj in yaml.safe_load_all(text) if obj]
    return {(obj["kind"], obj["metadata"]["name"].removeprefix(FULLNAME + "-")): obj for obj in objects}


def pod_specs(objects: dict[tuple[str, str], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pod spec of every component."""
    specs = {name: obj["spec"]["template"]["spec"] for (kind, name), obj in objects.items() if kind == "Deployment"}
    template = objects["ConfigMap", "renderer-pod"]["data"]["renderer-pod.yaml"]
    return {**specs, "renderer": yaml.safe_load(template)["spec"], "test": objects["Pod", "test"]["spec"]}


def variables(spec: dict[str, Any]) -> dict[str, str]:
    """The environment of a pod's container; what comes from the pod itself is its field's path."""
    return {
        item["name"]: item["value"] if "value" in item else item["valueFrom"]["fieldRef"]["fieldPath"]
        for item in spec["containers"][0]["env"]
    }


@pytest.mark.parametrize("values", [(), DEMO, FIREBASE, HARDENED], ids=["defaults", "demo", "firebase", "hardened"])
def test_lint_finds_nothing(helm: Run, values: tuple[str, ...]) -> None:
    said = helm("lint", "--strict", str(CHART), *values)
    assert "0 chart(s) failed" in said
    assert "[WARNING]" not in said
    assert "[ERROR]" not in said


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("api.replica=3", "at '/api': additional properties 'replica' not allowed"),
        ("api.replicas=two", "at '/api/replicas': got string, want integer"),
        ("jobs.timeoutSeconds=0", "at '/jobs/timeoutSeconds': minimum: got 0, want 1"),
        ("jobs.priorities.PREMIUM=high", "at '/jobs/priorities/PREMIUM': got string, want integer"),
        ("renderer.sandbox=off", "at '/renderer/sandbox': value must be one of 'auto', 'required'"),
        ("renderer.seccompProfile=/x", "at '/renderer/seccompProfile': '/x' does not match pattern"),
        ("logLevel=loud", "at '/logLevel': value must be one of"),
        ("renderer.tmpSizeLimit=lots", "at '/renderer/tmpSizeLimit': 'lots' does not match pattern"),
        ("templates.configMaps.Acme=acme", "invalid propertyName 'Acme'"),
        ("templates.configMaps.acme=1", "at '/templates/configMaps/acme': got number, want string"),
        ("pool.max=1,pool.minWarm=2", "pool.max must be at least pool.minWarm"),
        ("firebase.signedUrls.enabled=true", "firebase.signedUrls.enabled needs a service account to sign with"),
        ("retention=forever", "at '/retention': 'forever' does not match pattern"),
        ("retention=30", "at '/retention': minimum: got 30, want 60"),
        ("firebase.signedUrls.expirySeconds=604801", "at '/firebase/signedUrls/expirySeconds': maximum: got 604,801"),
        ("auth.mode=basic", "at '/auth/mode': value must be one of"),
        ("auth.mode=bearer", "auth.bearer.existingSecret is empty: name a Secret with the key tokens"),
        ("jobs.userLimits.BASIC=0", "at '/jobs/userLimits/BASIC': minimum: got 0, want 1"),
        ("api.rateLimit.perSecond=fast", "at '/api/rateLimit/perSecond': 'fast' does not match pattern"),
        (
            "networkPolicy.apiServer.cidrs={10.0.0.1}",
            "at '/networkPolicy/apiServer/cidrs/0': '10.0.0.1' does not match",
        ),
        ("firebaseEmulator.enabled=false", "firebase.project is empty: name the Firebase project"),
        ("firebaseEmulator.enabled=false,firebase.project=x", "firebase.bucket is empty: name the storage bucket"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(helm: Run, values: str, message: str) -> None:
    assert message in error_of(helm, "template", NAME, str(CHART), *DEMO, "--set", values)


def test_the_programs_read_what_the_chart_sets(helm: Run) -> None:
    values = {
        "logLevel": "debug",
        "jobs": {
            "ttlSeconds": 11,
            "timeoutSeconds": 12,
            "queueLimit": 13,
            "maxAttempts": 14,
            "priorities": {"GOLD": 15},
            "userLimits": {"GOLD": 21, "*": 1},
        },
        "api": {
            "maxBodyBytes": 1234567,
            "corsOrigins": ["https://a.example", "https://b.example"],
            "corsCredentials": True,
            "rateLimit": {"perSecond": 0.5, "burst": 22},
            "trustedProxies": 2,
            "drainSeconds": 23,
        },
        "auth": {"mode": "firebase", "firebase": {"packageClaim": "plan"}},
        "templates": {"configMaps": {"acme": "acme-template"}},
        "controller": {"reconcileSeconds": 16},
        "renderer": {"sandbox": "required", "seccompProfile": "pdf-export/chromium.json"},
        "pool": {
            "minWarm": 2,
            "max": 17,
            "slotsPerPod": 3,
            "jobsPerPod": 18,
            "idleSeconds": 19,
            "startDeadlineSeconds": 20,
            "pullDeadlineSeconds": 24,
        },
    }
    changes = ",".join(f"{key}={json.dumps(value)}" for key, value in values.items())
    objects = render(helm, *FIREBASE, "--set-json", changes)
    specs = pod_specs(objects)

    env = variables(specs["api"])
    of_api = read_settings(api.settings.Settings, env)
    assert (of_api.ttl_seconds, of_api.timeout_seconds, of_api.queue_limit) == (11, 12, 13)
    assert (of_api.max_body_bytes, of_api.priorities, of_api.log_level) == (1234567, {"GOLD": 15}, "debug")
    assert (of_api.cors_origins, of_api.cors_credentials) == (("https://a.example", "https://b.example"), True)
    assert str(of_api.idempotency_secret_file) == "/etc/pdf-export/idempotency/secret"
    assert (of_api.user_limits, of_api.trusted_proxies) == ({"GOLD": 21, "*": 1}, 2)
    assert (of_api.rate_per_second, of_api.rate_burst) == (0.5, 22)
    assert (of_api.drain_seconds, specs["api"]["terminationGracePeriodSeconds"]) == (23, 43)
    assert (of_api.auth_mode, of_api.auth_firebase_project) == ("firebase", "cv-app")
    assert of_api.auth_firebase_package_claim == "plan"
    assert env[PREFIX + "NAMESPACE"] == "metadata.namespace"
    assert of_api.storage_public_url == "https://firebasestorage.googleapis.com"
    assert list(map(str, of_api.templates_dirs)) == ["/app/templates", "/etc/pdf-export/templates"]

    of_controller = read_settings(controller.settings.Settings, variables(specs["controller"]))
    limits = of_controller.limits
    assert (limits.min_warm, limits.max_pods, limits.slots_per_pod, limits.jobs_per_pod) == (2, 17, 3, 18)
    assert (limits.idle_seconds, limits.start_deadline_seconds, limits.max_attempts) == (19, 20, 14)
    assert limits.pull_deadline_seconds == 24
    assert (of_controller.reconcile_seconds, of_controller.release) == (16, NAME)
    assert ("Deployment", of_controller.deployment.removeprefix(FULLNAME + "-")) in objects

    env = variables(specs["renderer"])
    of_renderer = read_settings(renderer.settings.Settings, env)
    assert of_renderer.sandbox == "required"
    security = specs["renderer"]["containers"][0]["securityContext"]
    assert security["seccompProfile"] == {"type": "Localhost", "localhostProfile": "pdf-export/chromium.json"}
    assert (of_renderer.slots, of_renderer.jobs_per_pod, of_renderer.pod_name) == (3, 18, "metadata.name")
    assert (of_renderer.storage_project, of_renderer.storage_bucket) == ("cv-app", "cv-app.firebasestorage.app")
    assert of_renderer.storage_public_url == "https://firebasestorage.googleapis.com"
    assert specs["renderer"]["terminationGracePeriodSeconds"] >= 12 + 10
    assert env[PREFIX + "TEMPLATES_DIR"] == variables(specs["api"])[PREFIX + "TEMPLATES_DIR"]
    assert "STORAGE_EMULATOR_HOST" not in env


def test_templates_of_ones_own_are_mounted_where_they_are_read(helm: Run) -> None:
    maps = {"templates": {"configMaps": {"acme": "acme-template", "zeta": "z"}}}
    specs = pod_specs(render(helm, *DEMO, "--set-json", f"templates={json.dumps(maps['templates'])}"))
    for component in ("api", "renderer"):
        spec = specs[component]
        mounts = {mount["name"]: mount for mount in spec["containers"][0]["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for template, name in maps["templates"]["configMaps"].items():
            mount = {"name": f"template-{template}", "readOnly": True}
            assert mounts[f"template-{template}"] == mount | {"mountPath": f"/etc/pdf-export/templates/{template}"}
            assert volumes[f"template-{template}"]["configMap"] == {"name": name, "optional": True}
    assert "template" not in json.dumps(specs["controller"]["containers"][0]["volumeMounts"]).replace(
        "pod-template", ""
    )
    plain = pod_specs(render(helm, *DEMO))
    assert variables(plain["api"])[PREFIX + "TEMPLATES_DIR"] == "/app/templates"
    assert not [volume for volume in plain["renderer"]["volumes"] if volume["name"].startswith("template-")]


def test_the_tokens_are_mounted_where_they_are_read_and_nowhere_else(helm: Run) -> None:
    bearer = ("--set", "auth.mode=bearer,auth.bearer.existingSecret=backends")
    specs = pod_specs(render(helm, *DEMO, *bearer))
    for component in ("api", "test"):
        (volume,) = [volume for volume in specs[component]["volumes"] if volume["name"] == "tokens"]
        assert volume["secret"]["secretName"] == "backends"
        (mount,) = [m for m in specs[component]["containers"][0]["volumeMounts"] if m["name"] == "tokens"]
        file = Path(variables(specs["api"])[PREFIX + "AUTH_TOKENS_FILE"])
        # The folder, not the file: only so is a changed Secret seen.
        assert mount == {"name": "tokens", "mountPath": str(file.parent), "readOnly": True}
    assert "backends" not in json.dumps([specs["controller"], specs["renderer"]])
    assert "tokens" not in json.dumps(pod_specs(render(helm, *DEMO))["api"]["volumes"])


def test_another_revision_of_the_templates_starts_api_and_renderers_anew(helm: Run) -> None:
    def pods(*values: str) -> tuple[Any, Any]:
        objects = render(helm, *DEMO, *values)
        controller_pod = objects["Deployment", "controller"]["spec"]["template"]["metadata"]
        return objects["Deployment", "api"]["spec"]["template"], controller_pod["annotations"]

    plain, one, two = pods(), pods("--set", "templates.revision=1"), pods("--set", "templates.revision=2")
    assert one == pods("--set-string", "templates.revision=1")
    assert plain[0] != one[0] != two[0]
    assert plain[1] != one[1] != two[1]


@pytest.mark.parametrize(
    ("program", "settings"),
    [
        ("api", api.settings.Settings),
        ("controller", controller.settings.Settings),
        ("renderer", renderer.settings.Settings),
    ],
)
def test_the_chart_sets_no_variable_that_its_program_does_not_read(
    helm: Run, program: str, settings: type[ProgramSettings]
) -> None:
    read = {
        str(field.validation_alias or PREFIX + name.upper()).removeprefix(PREFIX)
        for name, field in settings.model_fields.items()
    }
    ours = {name.removeprefix(PREFIX) for name in variables(pod_specs(render(helm, *DEMO))[program]) if PREFIX in name}
    assert ours <= read
    # What the image itself decides.
    assert read - ours <= {"HOST", "PORT", "HEALTH_PORT", "METRICS_PORT", "CHROMIUM"}


def test_production_has_two_replicas_that_are_not_taken_away_together(helm: Run) -> None:
    objects = render(helm, *FIREBASE)
    assert objects["Deployment", "api"]["spec"]["replicas"] == 2
    assert objects["PodDisruptionBudget", "api"]["spec"]["maxUnavailable"] == 1
    controller = objects["Deployment", "controller"]["spec"]
    assert controller["replicas"] == 2
    assert controller["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert ("Deployment", "storage-emulator") not in objects
    spec = pod_specs(objects)["renderer"]
    assert variables(spec)["GOOGLE_APPLICATION_CREDENTIALS"] == "/etc/firebase/service-account.json"
    assert {"name": "firebase", "mountPath": "/etc/firebase", "readOnly": True} in spec["containers"][0]["volumeMounts"]


def test_renderers_may_be_evicted_one_after_the_other_and_are_spread_over_nodes(helm: Run) -> None:
    objects = render(helm, *FIREBASE, "--set", "pool.minWarm=3")
    budget = objects["PodDisruptionBudget", "renderers"]["spec"]
    assert budget["minAvailable"] == 2
    pod = yaml.safe_load(objects["ConfigMap", "renderer-pod"]["data"]["renderer-pod.yaml"])
    assert budget["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert pod["metadata"]["annotations"]["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "true"
    [spread] = pod["spec"]["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")


def test_a_single_warm_renderer_can_be_evicted(helm: Run) -> None:
    assert ("PodDisruptionBudget", "renderers") not in render(helm, *FIREBASE)


def test_urls_that_expire_are_signed_by_the_renderer_and_shown_by_the_page(helm: Run) -> None:
    specs = pod_specs(render(helm, *FIREBASE, "--set", "firebase.signedUrls.enabled=true"))
    assert variables(specs["renderer"])[PREFIX + "STORAGE_SIGNED_SECONDS"] == "3600"
    assert variables(specs["api"])[PREFIX + "STORAGE_PUBLIC_URL"] == "https://storage.googleapis.com"
    assert variables(pod_specs(render(helm, *FIREBASE))["renderer"])[PREFIX + "STORAGE_SIGNED_SECONDS"] == "0"


@pytest.mark.parametrize("value", ["keep", "withJob", "2592000", "P30D"])
def test_the_renderer_reads_how_long_documents_stay(helm: Run, value: str) -> None:
    env = variables(pod_specs(render(helm, *FIREBASE, "--set", f"retention={value}"))["renderer"])
    assert read_settings(renderer.settings.Settings, env).retention == Retention.parse(value)


def test_pods_of_a_node_that_is_lost_are_replaced_after_half_a_minute(helm: Run) -> None:
    for name, spec in pod_specs(render(helm, *DEMO)).items():
        patience = {each["key"]: each["tolerationSeconds"] for each in spec["tolerations"]}
        assert patience == {"node.kubernetes.io/not-ready": 30, "node.kubernetes.io/unreachable": 30}, name


def test_the_demo_has_one_replica_and_the_emulator(helm: Run) -> None:
    objects = render(helm, *DEMO, "--set", "firebaseEmulator.clusterIP=10.96.9.9")
    assert [objects["Deployment", each]["spec"]["replicas"] for each in ("api", "controller")] == [1, 1]
    assert ("PodDisruptionBudget", "api") not in objects
    assert objects["Service", "storage-emulator"]["spec"]["clusterIP"] == "10.96.9.9"
    env = variables(pod_specs(objects)["renderer"])
    assert env["STORAGE_EMULATOR_HOST"] == f"http://{FULLNAME}-storage-emulator:9199"
    assert env[PREFIX + "STORAGE_PUBLIC_URL"] == "http://10.96.9.9:9199"


def test_a_change_of_the_pod_template_restarts_the_controller(helm: Run) -> None:
    def checksum(*values: str) -> str:
        template = render(helm, *DEMO, *values)["Deployment", "controller"]["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/renderer-pod"])

    assert checksum() == checksum()
    assert checksum() != checksum("--set", "renderer.tmpSizeLimit=300Mi")


def test_only_programs_that_talk_to_the_api_server_have_a_token(helm: Run) -> None:
    specs = pod_specs(render(helm, *DEMO))
    mounted = {name for name, spec in specs.items() if spec["automountServiceAccountToken"]}
    assert mounted == {"api", "controller", "renderer"}


def test_the_roles_have_no_wildcard_and_end_at_the_namespace(helm: Run) -> None:
    objects = render(helm, *FIREBASE)
    assert not [key for key in objects if key[0] in ("ClusterRole", "ClusterRoleBinding")]
    for (kind, _), obj in objects.items():
        if kind == "Role":
            assert "*" not in json.dumps(obj["rules"])


@pytest.mark.parametrize("values", [DEMO, FIREBASE], ids=["demo", "firebase"])
def test_the_api_server_takes_every_object(quiet: Quiet, helm: Run, values: tuple[str, ...]) -> None:
    text = helm("template", "other", str(CHART), "-n", quiet.namespace, *values)
    said = quiet.kubectl("apply", "--dry-run=server", "-f", "-", input=text)
    assert said.count("(server dry run)") == len([obj for obj in yaml.safe_load_all(text) if obj])


@pytest.mark.parametrize("component", ["api", "controller", "renderer", "storage-emulator", "test"])
def test_a_pod_passes_where_restricted_is_enforced(quiet: Quiet, helm: Run, component: str) -> None:
    spec = pod_specs(render(helm, *VALUES))[component]

    def manifest() -> str:
        return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "try"}, "spec": spec})

    create = ("create", "--dry-run=server", "-f", "-")
    assert "pod/try created" in quiet.kubectl(*create, input=manifest())
    # The same pod with a little less is refused: the namespace does enforce it.
    del spec["securityContext"]["runAsNonRoot"]
    assert 'violates PodSecurity "restricted' in error_of(quiet.kubectl, *create, input=manifest())


def test_every_container_is_read_only_and_limited(helm: Run) -> None:
    for name, spec in pod_specs(render(helm, *DEMO)).items():
        for container in spec["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert "memory" in container["resources"]["limits"], name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name


def test_the_package_holds_the_one_crd(helm: Run, tmp_path: Path) -> None:
    helm("package", str(CHART), "--destination", str(tmp_path))
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as tar:
        member = tar.extractfile("pdf-export/files/pdfexportjobs.yaml")
        assert member is not None
        assert member.read() == (CHECKOUT / "crds" / "pdfexportjobs.yaml").read_bytes()


def test_a_second_release_leaves_the_definition_to_its_owner(helm: Run) -> None:
    """The cluster has it from `kubectl apply` (cluster/release.py), so no release may change it."""
    # In a namespace without one: two releases in one are refused.
    said = helm("-n", "default", "install", "second", str(CHART), *DEMO, "--dry-run=server")
    assert "\nkind: CustomResourceDefinition\n" not in said
    assert "The definition of PdfExportJob was installed without Helm" in said
    # Where there is no cluster to ask, it is part of the release, and outlives it.
    crd = render(helm, *DEMO)["CustomResourceDefinition", "pdfexportjobs.pdfexport.dev"]
    assert crd["spec"] == yaml.safe_load((CHECKOUT / "crds" / "pdfexportjobs.yaml").read_text())["spec"]
    assert crd["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    without = render(helm, *DEMO, "--set", "crds.install=false")
    assert "CustomResourceDefinition" not in {kind for kind, _ in without}


def test_the_idempotency_secret_outlives_an_upgrade(quiet: Quiet) -> None:
    before = quiet.get("secret", f"{FULLNAME}-idempotency")["data"]["secret"]
    quiet.helm("upgrade", NAME, str(CHART), *VALUES, "--set", "jobs.ttlSeconds=300")
    assert quiet.get("secret", f"{FULLNAME}-idempotency")["data"]["secret"] == before


def test_a_controller_that_asks_for_no_lease_ends_before_the_next_starts(kubectl: Run, helm: Run) -> None:
    """A release of a chart without leader election: two of its controllers would delete each other's renderers."""

    def strategy() -> str:
        said = release.helm("upgrade", NAME, str(CHART), *VALUES, "--dry-run=server", "-o", "json")
        objects = yaml.safe_load_all(json.loads(said)["manifest"])
        deployments = {obj["metadata"]["name"]: obj for obj in objects if obj and obj["kind"] == "Deployment"}
        return str(deployments[f"{FULLNAME}-controller"]["spec"]["strategy"]["type"])

    with quiet_release(kubectl, helm) as release:
        assert strategy() == "RollingUpdate"
        release.kubectl("delete", "lease", "pdf-export-controller")
        assert strategy() == "Recreate"


def test_uninstalling_leaves_nothing_but_the_crd(kubectl: Run, helm: Run) -> None:
    with quiet_release(kubectl, helm) as release:
        release.renderer_pod("renderer-a", ownerReferences=[owner_reference(release, "controller")])
        release.kubectl("create", "-f", "-", input=owned_job(owner_reference(release, "api")))
        policy = f"renderer.{FULLNAME}.{release.namespace}"
        kinds = "validatingadmissionpolicy,validatingadmissionpolicybinding"
        assert kubectl("get", kinds, "--field-selector", f"metadata.name={policy}", "-o", "name").count(policy) == 2

        release.helm("uninstall", NAME)

        assert policy not in kubectl("get", kinds, "-o", "name")
        assert "pdfexportjobs" in kubectl("get", "crd", "pdfexportjobs.pdfexport.dev", "-o", "name")
        listable = release.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name").split()
        everything = ",".join(kind for kind in listable if not kind.startswith("events"))
        label = f"app.kubernetes.io/instance={NAME}"
        eventually(
            "nothing of the release is left",
            lambda: not release.kubectl("get", everything, "-l", label, "-o", "name", "--ignore-not-found").strip(),
            seconds=60,
        )
        eventually("no job is left", lambda: not release.kubectl("get", "pej", "-o", "name").strip(), seconds=60)


def owner_reference(release: Quiet, component: str) -> dict[str, str]:
    deployment = release.get("deployment", f"{FULLNAME}-{component}")
    name, uid = deployment["metadata"]["name"], deployment["metadata"]["uid"]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": uid}


def owned_job(owner: dict[str, str]) -> str:
    spec = {"resumeId": 1, "templateId": "modern", "cvData": {}}
    return json.dumps(manifest("left-over", spec, annotations={}, owner=owner))


def test_the_api_gives_its_jobs_an_owner(api: ApiClient, release: str, kubectl: Run) -> None:
    job_id = api.post({"basics": {"name": "A"}})
    (owner,) = json.loads(kubectl("get", "pej", job_id, "-o", "json"))["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("Deployment", f"{release}-pdf-export-api")


def test_helm_test_passes_on_the_running_release(helm: Run, release: str, kubectl: Run) -> None:
    said = helm("test", release, "--timeout", "120s")
    assert said.count("Succeeded") == 2
    assert not kubectl("get", "pods,configmaps", "-l", "app.kubernetes.io/component=test", "-o", "name").strip()


def test_the_renderers_run_as_the_chart_says(kubectl: Run, helm: Run, quiet: Quiet) -> None:
    template = renderer_pod(quiet)
    selector = "app.kubernetes.io/component=renderer"
    pods = json.loads(kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
    assert pods
    for pod in pods:
        assert pod["spec"]["restartPolicy"] == template["spec"]["restartPolicy"] == "Never"
        assert pod["spec"]["securityContext"] == template["spec"]["securityContext"]
        security = pod["spec"]["containers"][0]["securityContext"]
        # The profile is the cluster's matter; test_sandbox.py looks at it.
        security.pop("seccompProfile", None)
        assert security == template["spec"]["containers"][0]["securityContext"]
        assert pod["metadata"]["ownerReferences"][0]["kind"] == "Deployment"


def test_a_quota_holds_the_renderers_and_nothing_else_when_asked_to(quiet: Quiet) -> None:
    objects = render(quiet.helm, *VALUES, "--set", "pool.max=1,pool.minWarm=1,pool.quota=true")
    quota, pod = objects["ResourceQuota", "renderers"], pod_specs(objects)["renderer"]
    quiet.kubectl("apply", "-f", "-", input=json.dumps(quota))
    eventually("the quota counts", lambda: "pods" in quiet.get("quota")["items"][0]["status"].get("used", {}))
    deadline = pod["activeDeadlineSeconds"]
    for name in ("held-1", "held-2"):
        quiet.renderer_pod(name, deadline=deadline)
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        quiet.renderer_pod("held-3", deadline=deadline)
    assert "exceeded quota" in refusal.value.stderr
    quiet.renderer_pod("not-counted")
    for name in ("held-1", "held-2", "not-counted"):
        quiet.kubectl("delete", "pod", name, "--grace-period=0", "--force")


def test_the_image_is_kept_on_the_nodes_when_asked_to(quiet: Quiet) -> None:
    objects = render(quiet.helm, *VALUES, "--set", "prePull.enabled=true,renderer.nodeSelector.pool=pdf")
    pods = objects["DaemonSet", "pre-pull"]["spec"]["template"]["spec"]
    assert pods["containers"][0]["image"] == pod_specs(objects)["renderer"]["containers"][0]["image"]
    assert pods["nodeSelector"] == {"pool": "pdf"}
    # The namespace refuses what does not keep to the restricted Pod Security Standard.
    said = quiet.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(objects["DaemonSet", "pre-pull"]))
    assert "created" in said


def test_jobs_have_no_managed_fields(quiet: Quiet) -> None:
    name = "6f1c2e44-0000-4000-8000-000000000001"
    spec = {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Ada"}}}

    def bare() -> bool:
        """The policy takes a moment to be in force."""
        quiet.kubectl("delete", "pej", name, "--ignore-not-found")
        quiet.kubectl("create", "-f", "-", input=json.dumps(manifest(name, spec, annotations={})))
        shown = quiet.get("pej", name, "--show-managed-fields")
        return "managedFields" not in shown["metadata"]

    eventually("a job is created without managed fields", bare)
    quiet.kubectl("patch", "pej", name, "--subresource=status", "--type=merge", "-p", RENDERING)
    assert "managedFields" not in quiet.get("pej", name, "--show-managed-fields")["metadata"]
