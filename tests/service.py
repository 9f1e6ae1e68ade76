"""An installation under test: `python -m local`, or a release on the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cluster.paths import foreign_kubeconfig
from cluster.release import Release
from local import release
from tests.contract.stored_jobs import StoredJobs
from tests.local.serve import serve


@dataclass(frozen=True, slots=True)
class Service:
    """Its API, and the jobs behind it."""

    url: str
    """The base URL of the API."""
    jobs: StoredJobs
    kubeconfig: Path
    """The administrator's."""


@contextmanager
def on_this_machine(folder: Path, *arguments: str) -> Iterator[Service]:
    """`python -m local` with further arguments; `folder`, which is empty, holds what it writes."""
    with serve(folder, *arguments) as served:
        yield Service(served.url, StoredJobs(served.kubeconfig, release.NAMESPACE), served.kubeconfig)


def on_cluster(installed: Release) -> Service:
    """A release that is installed."""
    kubeconfig = Path(foreign_kubeconfig(installed.paths) or installed.paths.kubeconfig)
    return Service(installed.url("api"), StoredJobs(kubeconfig, installed.namespace), kubeconfig)
