"""Follows every change of the jobs in a namespace, as long as the API server can be reached."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from cluster.paths import CHECKOUT
from cluster.progress import Failed
from cluster.release import Release
from tests.chaos.account import History

_PAUSE_SECONDS = 0.5


class Recorder:
    """Lists and watches in a thread of its own; `histories` by jobId holds what was seen."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._path = f"/apis/pdfexport.dev/v1/namespaces/{release.namespace}/pdfexportjobs"
        self.histories: dict[str, History] = {}
        self._stopping = threading.Event()
        self._watch: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

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
        listed = json.loads(self._release.kubectl("get", "--raw", self._path))
        names = {item["metadata"]["name"] for item in listed["items"]}
        for name, history in self.histories.items():
            history.deleted = history.deleted or name not in names
        for item in listed["items"]:
            self._see(item)
        return str(listed["metadata"]["resourceVersion"])

    def _follow(self, version: str) -> None:
        query = f"?watch=1&allowWatchBookmarks=1&resourceVersion={version}"
        argv = [sys.executable, "-m", "cluster", "kubectl", "get", "--raw", self._path + query]
        self._watch = subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._watch.stdout is not None
        with self._watch:
            for line in self._watch.stdout:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    self._watch.kill()
                elif event["type"] == "DELETED":
                    self.histories[event["object"]["metadata"]["name"]].deleted = True
                elif event["type"] != "BOOKMARK":
                    self._see(event["object"])

    def _see(self, item: dict[str, Any]) -> None:
        history = self.histories.setdefault(item["metadata"]["name"], History())
        history.see(int(item["metadata"]["resourceVersion"]), item.get("status", {}), time.monotonic())
