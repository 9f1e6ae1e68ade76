"""A wrong clock for one program in a pod: libfaketime before the C library, brought to the pod by a ConfigMap.

Only the time of day is wrong, as on a node whose clock is: what measures durations stays right. Certificates are judged
by it too: to a clock that is further behind than the cluster is old, the API server's is not valid yet.
"""

from __future__ import annotations

import base64
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from tests.chaos.fault_injector import container_patch

NAME = "faketime"
_FOLDER = "/faketime"
_FILE = "libfaketime.so.1"


def library() -> Path:
    """The shared object, as the Python package libfaketime has it; the package itself is not used."""
    return Path(str(distribution("libfaketime").locate_file(f"libfaketime/vendor/libfaketime/src/{_FILE}")))


def environment(preload: str, seconds: int) -> dict[str, str]:
    """The variables of a program whose clock is so far ahead (below 0: behind); `preload` is the library's path."""
    return {"LD_PRELOAD": preload, "FAKETIME": f"{seconds:+d}s", "DONT_FAKE_MONOTONIC": "1"}


def config_map(content: bytes) -> dict[str, Any]:
    """The ConfigMap that carries the library; for patched pods to start, it has to be there."""
    data = {_FILE: base64.b64encode(content).decode()}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME}, "binaryData": data}


def wrong_clock(container: str, *, seconds: int) -> dict[str, Any]:
    """The strategic merge patch that gives a container of a Deployment a clock so far ahead (below 0: behind)."""
    variables = environment(f"{_FOLDER}/{_FILE}", seconds)
    return container_patch(
        container,
        env=[{"name": name, "value": value} for name, value in variables.items()],
        mount={"mountPath": _FOLDER, "name": NAME, "readOnly": True},
        volume={"name": NAME, "configMap": {"name": NAME}},
    )


def right_clock(container: str) -> dict[str, Any]:
    """The strategic merge patch that takes `wrong_clock` back; an upgrade by Helm does not."""
    gone = {"$patch": "delete"}
    return container_patch(
        container,
        env=[{"name": name, **gone} for name in environment("", 0)],
        mount={"mountPath": _FOLDER, **gone},
        volume={"name": NAME, **gone},
    )
