"""A service account's token that can be made to expire at once: bound to a Secret, and brought by another one.

The least that a token lives is ten minutes, but one that is bound to an object dies with it. Its program finds it where
each pod has its token, and a newer one in its place, as the kubelet renews it, only earlier.
"""

from __future__ import annotations

import json
import time
from typing import Any

from tests.chaos.fault_injector import FULLNAME, NAMESPACE, FaultInjector, container_patch

_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME = "short-lived-token"


class ShortLived:
    """The token of one Deployment's program; `component` names Deployment, container and account."""

    def __init__(self, injector: FaultInjector, component: str) -> None:
        self._injector = injector
        self._kubectl = injector.kubectl
        self._account = f"{FULLNAME}-{component}"
        self._component = component
        self._selector = f"app.kubernetes.io/component={component}"
        self._number = 0
        self._last = ""

    def give(self) -> None:
        """A first token, and pods that use it."""
        self._write()
        self._patch(
            mount={"mountPath": _MOUNT, "name": _VOLUME, "readOnly": True},
            volume={"name": _VOLUME, "secret": {"secretName": _VOLUME}},
        )

    def renew(self) -> None:
        """Another token in its place; pods see it when the kubelet looks, within a minute or so."""
        self._number += 1
        self._write()

    def expire(self) -> None:
        """The token before the last renewal is worth nothing any more."""
        self._kubectl("delete", "secret", self._bound(self._number - 1))

    def take_back(self) -> None:
        """The pods have the kubelet's own tokens again."""
        gone = {"$patch": "delete"}
        self._patch(mount={"mountPath": _MOUNT, **gone}, volume={"name": _VOLUME, **gone})

    def arrived(self) -> bool:
        """Whether the program's pod has the last token in its file. Asking makes the kubelet look at the pod."""
        self._kubectl("annotate", "pod", "-l", self._selector, f"chaos/looked-at={time.time()}", "--overwrite")
        return self._last == self._kubectl("exec", f"deployment/{self._account}", "--", "cat", f"{_MOUNT}/token")

    def _bound(self, number: int) -> str:
        return f"{self._account}-bound-{number}"

    def _write(self) -> None:
        name = self._bound(self._number)
        self._injector.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}})
        authority = json.loads(self._kubectl("get", "configmap", "kube-root-ca.crt", "-o", "json"))["data"]["ca.crt"]
        bound = ("--bound-object-kind=Secret", f"--bound-object-name={name}")
        self._last = self._kubectl("create", "token", self._account, *bound).strip()
        data = {"token": self._last, "ca.crt": authority, "namespace": NAMESPACE}
        self._injector.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": _VOLUME}, "stringData": data})

    def _patch(self, *, mount: dict[str, Any], volume: dict[str, Any]) -> None:
        self._injector.change(self._component, container_patch(self._component, mount=mount, volume=volume))
