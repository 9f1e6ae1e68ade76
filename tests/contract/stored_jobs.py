"""The jobs as the API server stores them, read and made past the API under test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from crds.client import PdfExportJobClient
from crds.job import API_VERSION, KIND
from kube.client import KubeClient
from kube.errors import KubeError
from tests.contract.client import CV
from tests.e2e.client import eventually

T = TypeVar("T")


class StoredJobs:
    """The jobs of one namespace, as an administrator reaches them."""

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        self._kubeconfig = kubeconfig
        self._namespace = namespace

    def create(self, name: str, **spec: Any) -> None:
        """Make a job past the API."""
        body = {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"name": name},
            "spec": {"resumeId": 1, "templateId": "modern", "cvData": CV, **spec},
        }

        def created() -> bool:
            try:
                self._call(lambda jobs: jobs.create(body))
            except KubeError as e:
                if e.undiscovered:
                    return False
                raise
            return True

        eventually("an API server that may have just started takes jobs", created)

    def get(self, name: str) -> dict[str, Any]:
        """One job."""
        return self._call(lambda jobs: jobs.get(name))

    def spec(self, name: str) -> dict[str, Any]:
        """What was asked for in one job."""
        spec: dict[str, Any] = self.get(name)["spec"]
        return spec

    def list(self) -> dict[str, dict[str, Any]]:
        """All jobs by name."""
        return {job["metadata"]["name"]: job for job in self._call(lambda jobs: jobs.list(""))}

    def _call(self, work: Callable[[PdfExportJobClient], Awaitable[T]]) -> T:
        return with_kube(self._kubeconfig, lambda kube: work(PdfExportJobClient(kube, self._namespace)))


def with_kube(kubeconfig: Path, work: Callable[[KubeClient], Awaitable[T]]) -> T:
    """Work with the API server of a kubeconfig. KubeError as the work raises it."""

    async def called() -> T:
        kube = await KubeClient.connect(kubeconfig)
        try:
            return await work(kube)
        finally:
            await kube.close()

    # Not in this thread: Playwright's event loop may run in it.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(called())).result()
