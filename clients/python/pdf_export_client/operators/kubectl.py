"""kubectl as a function: its kubeconfig, its plugins for credentials, its errors."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

JsonObject = dict[str, Any]

_PROGRAM = "kubectl"
_TIMEOUT_SECONDS = 60


class KubectlError(Exception):
    """kubectl cannot do what it was asked for; the message is its own."""

    @property
    def not_found(self) -> bool:
        """Whether the object does not exist."""
        return "(NotFound)" in str(self)


class Kubectl:
    """Runs kubectl; every method raises KubectlError."""

    def __init__(self, *arguments: str) -> None:
        """`arguments` come before each command, for example --namespace=NAME or --context=NAME."""
        self._arguments = arguments

    def list(self, kind: str, *, selector: str = "", **fields: str) -> list[JsonObject]:
        """The objects of a kind in the namespace, those that a label selector and the values of fields match."""
        values = ",".join(f"{path}={_escaped(value)}" for path, value in fields.items())
        by_label = ("--selector", selector) if selector else ()
        by_field = ("--field-selector", values) if values else ()
        items: list[JsonObject] = json.loads(self.run("get", kind, "--output", "json", *by_label, *by_field))["items"]
        return items

    def get(self, kind: str, name: str) -> JsonObject:
        """One object."""
        found: JsonObject = json.loads(self.run("get", kind, name, "--output", "json"))
        return found

    def create(self, manifest: JsonObject) -> str:
        """Create an object, which has a name or a generateName; its name."""
        # The API server checks it by the CRD; kubectl's own check reads all schemas of the cluster first.
        command = ("create", "--validate=false", "--filename", "-", "--output", "json")
        made = json.loads(self.run(*command, stdin=json.dumps(manifest)))
        return str(made["metadata"]["name"])

    def run(self, *command: str, stdin: str | None = None, timeout_seconds: float = _TIMEOUT_SECONDS) -> str:
        """What a command prints."""
        try:
            done = subprocess.run(
                (_PROGRAM, *self._arguments, *command),
                input=stdin,
                capture_output=True,
                text=True,
                timeout=timeout_seconds,
                check=False,
            )
        except FileNotFoundError:
            raise KubectlError(f"{_PROGRAM} is not installed, or not in PATH.") from None
        except subprocess.TimeoutExpired:
            raise KubectlError(f"kubectl {command[0]} had no answer for {timeout_seconds:g} s.") from None
        if done.returncode:
            raise KubectlError(done.stderr.strip() or f"kubectl {command[0]} ended with exit code {done.returncode}.")
        return done.stdout


def _escaped(value: str) -> str:
    """A value as a field selector takes it."""
    return re.sub(r"([\\,=])", r"\\\1", value)
