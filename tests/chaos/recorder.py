"""Follows every change of the jobs or of the renderers in a namespace, as long as the API server can be reached."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

from bench.testbed import is_ready
from cluster.paths import CHECKOUT
from cluster.progress import Failed
from cluster.release import Release
from tests.chaos.account import History

_PAUSE_SECONDS = 0.5


class Follower(ABC):
    """Lists and watches in a thread of its own; `path` is the list's, `selector` of labels."""

    def __init__(self, release: Release, path: str, selector: str = "") -> None:
        self._release = release
        self._path = path
        self._selector = f"labelSelector={selector}" if selector else ""
        self._stopping = threading.Event()
        self._watch: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._watch:
            self._watch.kill()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            # The API server may be away: that is what this is for.
            with suppress(Failed, ValueError, KeyError):
                self._follow(self._list())
            self._stopping.wait(_PAUSE_SECONDS)

    def _list(self) -> str:
        listed = json.loads(self._release.kubectl("get", "--raw", f"{self._path}?{self._selector}"))
        self._forget_others({item["metadata"]["name"] for item in listed["items"]})
        for item in listed["items"]:
            self._see(item)
        return str(listed["metadata"]["resourceVersion"])

    def _follow(self, version: str) -> None:
        query = f"?watch=1&allowWatchBookmarks=1&resourceVersion={version}&{self._selector}"
        argv = [sys.executable, "-m", "cluster", "kubectl", "get", "--raw", self._path + query]
        self._watch = subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._watch.stdout is not None
        with self._watch:
            for line in self._watch.stdout:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    self._watch.kill()
                elif event["type"] == "DELETED":
                    self._forget(event["object"]["metadata"]["name"])
                elif event["type"] != "BOOKMARK":
                    self._see(event["object"])

    @abstractmethod
    def _see(self, item: dict[str, Any]) -> None:
        """An object, as a list or an event has it."""

    @abstractmethod
    def _forget(self, name: str) -> None:
        """An object is deleted."""

    @abstractmethod
    def _forget_others(self, names: set[str]) -> None:
        """All objects but these are deleted."""


class ReadyRenderers(Follower):
    """How many renderers are ready and not about to end: now, and the fewest since that was set."""

    def __init__(self, release: Release) -> None:
        selector = f"app.kubernetes.io/instance={release.name},app.kubernetes.io/component=renderer"
        super().__init__(release, f"/api/v1/namespaces/{release.namespace}/pods", selector)
        self._ready: set[str] = set()
        self.fewest = 0

    @property
    def ready(self) -> int:
        """How many are ready."""
        return len(self._ready)

    def _see(self, item: dict[str, Any]) -> None:
        name = item["metadata"]["name"]
        self._set(self._ready | {name} if is_ready(item) else self._ready - {name})

    def _forget(self, name: str) -> None:
        self._set(self._ready - {name})

    def _forget_others(self, names: set[str]) -> None:
        self._set(self._ready & names)

    def _set(self, ready: set[str]) -> None:
        self._ready = ready
        self.fewest = min(self.fewest, len(ready))


class Recorder(Follower):
    """`histories` by jobId holds what was seen of the jobs."""

    def __init__(self, release: Release) -> None:
        super().__init__(release, f"/apis/pdfexport.dev/v1/namespaces/{release.namespace}/pdfexportjobs")
        self.histories: dict[str, History] = {}

    def _forget(self, name: str) -> None:
        self.histories[name].deleted = True

    def _forget_others(self, names: set[str]) -> None:
        for name, history in self.histories.items():
            history.deleted = history.deleted or name not in names

    def _see(self, item: dict[str, Any]) -> None:
        name, uid = item["metadata"]["name"], item["metadata"]["uid"]
        history = self.histories.get(name)
        if history is None or history.uid != uid:
            # Of another uid: the API has withdrawn one whose owner was gone, and made it again.
            history = self.histories[name] = History(uid)
        history.see(int(item["metadata"]["resourceVersion"]), item.get("status", {}), time.monotonic())
