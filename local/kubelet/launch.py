"""What is run for a Pod: the command and the environment of its one container."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PORT_PREFIX: Final = "LOCAL_PORT_"
"""A port of a container, named `http`, is announced to it in LOCAL_PORT_HTTP."""
ADDRESS: Final = "127.0.0.1"

_TMP: Final = "/tmp"
_REFERENCE: Final = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_SUBSCRIPT: Final = re.compile(r"(metadata\.(?:labels|annotations))\['([^']+)'\]")
# Where a program runs is decided by its Pod, not by what the shell that started us has exported.
_NOT_INHERITED: Final = re.compile(
    r"(PDFEXPORT_|KUBERNETES_|KUBECONFIG$|STORAGE_EMULATOR_HOST$|GOOGLE_|GCLOUD_|FIREBASE_)"
)


class CannotRun(Exception):
    """The Pod asks for what this kubelet does not have. `reason` is one of Kubernetes' CamelCase words."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What stands for an image on this machine."""

    entrypoint: tuple[str, ...]
    folder: Path
    """The working directory."""
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A process to start."""

    command: tuple[str, ...]
    folder: Path
    """The working directory."""
    env: Mapping[str, str]
    ports: Mapping[str, int]
    """The ports of this machine that the container's ports are mapped to, by name."""


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What a process takes over of this program's environment: all but what a Pod sets itself."""
    kept = {name: value for name, value in environ.items() if not _NOT_INHERITED.match(name)}
    # All programs are reached directly, whatever proxy the machine has.
    return {**kept, "NO_PROXY": f"{ADDRESS},localhost", "no_proxy": f"{ADDRESS},localhost"}


def make_launch(
    pod: Mapping[str, Any],
    images: Mapping[str, Image],
    *,
    base_env: Mapping[str, str],
    tmp: Path,
    free_port: Callable[[], int],
) -> Launch:
    """The process for a Pod's container; CannotRun when it asks for more than a process has.

    tmp: a folder of the pod's own; `free_port` finds a port for each that has no hostPort.
    """
    container = only_container(pod)
    image = images.get(container["image"])
    if image is None:
        raise CannotRun("ErrImageNeverPull", f"there is no image {container['image']!r} on this machine")
    _check_volumes(pod, container)
    ports = {port["name"]: port.get("hostPort") or free_port() for port in container.get("ports") or ()}
    announced = {PORT_PREFIX + name.upper().replace("-", "_"): str(port) for name, port in ports.items()}
    env = _environment(container, pod, {**base_env, **image.env, "TMPDIR": str(tmp), **announced})
    command = container.get("command") or image.entrypoint
    return Launch(
        command=(*(_expand(part, env) for part in (*command, *(container.get("args") or ()))),),
        folder=image.folder,
        env=env,
        ports=ports,
    )


def only_container(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    """The container of a Pod; CannotRun when it has several."""
    spec = pod["spec"]
    if spec.get("initContainers") or len(spec["containers"]) != 1:
        raise CannotRun("CreateContainerConfigError", "a pod has one container here")
    container: Mapping[str, Any] = spec["containers"][0]
    return container


def _check_volumes(pod: Mapping[str, Any], container: Mapping[str, Any]) -> None:
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        if mount["mountPath"] != _TMP or "emptyDir" not in volumes.get(mount["name"], ()):
            raise CannotRun(
                "CreateContainerConfigError",
                f"volume {mount['name']!r} at {mount['mountPath']}: a process has an emptyDir at {_TMP} and no others",
            )


def _environment(container: Mapping[str, Any], pod: Mapping[str, Any], base: Mapping[str, str]) -> dict[str, str]:
    env = dict(base)
    for variable in container.get("env") or ():
        if "valueFrom" in variable:
            env[variable["name"]] = _from_field(variable, pod)
        else:
            env[variable["name"]] = _expand(variable.get("value") or "", env)
    return env


def _from_field(variable: Mapping[str, Any], pod: Mapping[str, Any]) -> str:
    """The downward API, see the Pod's documentation of `fieldRef`."""
    path = (variable["valueFrom"].get("fieldRef") or {}).get("fieldPath")
    if path in ("status.podIP", "status.hostIP"):
        return ADDRESS
    if path in ("metadata.name", "metadata.namespace", "metadata.uid"):
        return str(pod["metadata"][path.removeprefix("metadata.")])
    if path in ("spec.nodeName", "spec.serviceAccountName"):
        return str(pod["spec"].get(path.removeprefix("spec."), ""))
    if path and (subscript := _SUBSCRIPT.fullmatch(path)):
        values = pod["metadata"].get(subscript[1].removeprefix("metadata.")) or {}
        return str(values.get(subscript[2], ""))
    raise CannotRun("CreateContainerConfigError", f"{variable['name']}: only a fieldRef can be a valueFrom, not {path}")


def _expand(text: str, env: Mapping[str, str]) -> str:
    """Replace $(NAME) as Kubernetes does: an unknown name stays as it is, $$ is a $."""

    def value(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else env.get(match[1], match[0])

    return _REFERENCE.sub(value, text)
