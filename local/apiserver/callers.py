"""Who calls: bearer tokens, and what each says about its bearer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from kube.client import JsonObject
from local.apiserver.resources import PODS
from local.apiserver.status import unauthorized
from local.apiserver.store import Store

ADMIN = "admin"
_POD_NAME = "authentication.kubernetes.io/pod-name"


class Callers:
    """The tokens that were given out. They are forgotten with the server."""

    def __init__(self, store: Store, *, namespace: str) -> None:
        self._store = store
        self._namespace = namespace
        self._users: dict[str, JsonObject] = {}

    def admin_token(self) -> str:
        """A token of the administrator, whom no policy concerns."""
        return self._token({"username": ADMIN, "groups": ["system:masters"]})

    def pod_token(self, pod: Mapping[str, Any]) -> str:
        """A token of a pod's service account, bound to the pod: it is of no use when the pod is gone."""
        account = (pod.get("spec") or {}).get("serviceAccountName", "default")
        metadata = pod["metadata"]
        return self._token(
            {
                "username": f"system:serviceaccount:{self._namespace}:{account}",
                "groups": ["system:serviceaccounts", f"system:serviceaccounts:{self._namespace}"],
                "extra": {
                    _POD_NAME: [metadata["name"]],
                    "authentication.kubernetes.io/pod-uid": [metadata["uid"]],
                },
            }
        )

    def user(self, authorization: str) -> JsonObject:
        """What a request's Authorization header says about its caller; Refused 401."""
        scheme, _, token = authorization.partition(" ")
        user = self._users.get(token) if scheme.lower() == "bearer" else None
        if user is None or not self._lives(user):
            raise unauthorized()
        return user

    def _lives(self, user: Mapping[str, Any]) -> bool:
        extra = user.get("extra")
        if extra is None:
            return True
        pod = self._store.get(PODS, extra[_POD_NAME][0])
        return pod is not None and [pod["metadata"]["uid"]] == extra["authentication.kubernetes.io/pod-uid"]

    def _token(self, user: JsonObject) -> str:
        token = secrets.token_urlsafe(24)
        self._users[token] = user
        return token
