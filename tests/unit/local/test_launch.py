"""What is run for a Pod: the command, the environment, the ports."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from local.kubelet.launch import CannotRun, Image, Launch, inherited, make_launch

IMAGES = {"renderer:1": Image(entrypoint=("python", "-m"), folder=Path("/project"), env={"OF_IMAGE": "yes"})}


def a_pod(*env: dict[str, Any], **container: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "r-1", "namespace": "ns", "uid": "u-1", "labels": {"app": "pdf"}},
        "spec": {
            "serviceAccountName": "renderer",
            "containers": [{"name": "renderer", "image": "renderer:1", "env": list(env), **container}],
        },
    }


def launch(pod: dict[str, Any], **base_env: str) -> Launch:
    ports = count(40001)
    return make_launch(pod, IMAGES, base_env=base_env, tmp=Path("/pods/u-1/tmp"), free_port=lambda: next(ports))


def field(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def test_args_follow_the_images_entry_point_in_the_images_folder() -> None:
    made = launch(a_pod(args=["renderer"]))
    assert made.command == ("python", "-m", "renderer")
    assert made.folder == Path("/project")
    assert made.env["OF_IMAGE"] == "yes"


def test_a_command_replaces_the_entry_point() -> None:
    assert launch(a_pod(command=["sleep"], args=["1"])).command == ("sleep", "1")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "r-1"),
        ("metadata.namespace", "ns"),
        ("metadata.uid", "u-1"),
        ("metadata.labels['app']", "pdf"),
        ("metadata.annotations['none']", ""),
        ("spec.serviceAccountName", "renderer"),
        ("status.podIP", "127.0.0.1"),
    ],
)
def test_the_downward_api_gives_fields_of_the_pod(path: str, value: str) -> None:
    assert launch(a_pod(field("X", path))).env["X"] == value


def test_values_refer_to_variables_before_them() -> None:
    env = launch(
        a_pod(
            {"name": "A", "value": "1"},
            {"name": "B", "value": "$(A)2 $(LATER) $$(A)"},
            {"name": "LATER", "value": "3"},
            args=["$(B)"],
        )
    )
    assert env.env["B"] == "12 $(LATER) $(A)"
    assert env.command[-1] == "12 $(LATER) $(A)"


def test_a_port_is_a_free_one_of_the_machine_or_its_host_port_and_is_announced() -> None:
    ports = [{"name": "http", "containerPort": 8080}, {"name": "api", "containerPort": 8080, "hostPort": 8080}]
    made = launch(a_pod({"name": "PORT", "value": "$(LOCAL_PORT_HTTP)"}, ports=ports))
    assert made.ports == {"http": 40001, "api": 8080}
    assert made.env["PORT"] == "40001"
    assert made.env["LOCAL_PORT_API"] == "8080"


def test_an_empty_dir_at_tmp_is_the_pods_own_folder() -> None:
    pod = a_pod(volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}])
    pod["spec"]["volumes"] = [{"name": "tmp", "emptyDir": {}}]
    assert launch(pod).env["TMPDIR"] == "/pods/u-1/tmp"


@pytest.mark.parametrize(
    ("container", "volumes", "reason"),
    [
        ({"image": "other:1"}, [], "ErrImageNeverPull"),
        ({"volumeMounts": [{"name": "s", "mountPath": "/etc/s"}]}, [{"name": "s", "secret": {}}], "CreateContainer"),
        ({"env": [{"name": "X", "valueFrom": {"secretKeyRef": {}}}]}, [], "CreateContainer"),
    ],
)
def test_what_a_process_cannot_have_is_refused(
    container: dict[str, Any], volumes: list[dict[str, Any]], reason: str
) -> None:
    pod = a_pod(**container)
    pod["spec"]["volumes"] = volumes
    with pytest.raises(CannotRun) as error:
        launch(pod)
    assert error.value.reason.startswith(reason)


def test_a_second_container_is_refused() -> None:
    pod = a_pod()
    pod["spec"]["containers"] *= 2
    with pytest.raises(CannotRun):
        launch(pod)


def test_settings_of_the_shell_do_not_reach_the_programs() -> None:
    kept = inherited({"PATH": "/bin", "PDFEXPORT_PORT": "1", "KUBERNETES_SERVICE_HOST": "x", "KUBECONFIG": "/k"})
    assert kept == {"PATH": "/bin", "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
