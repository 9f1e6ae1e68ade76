"""Notices of done jobs that a client has deleted, for the renderers: their documents are to go as well.

The renderer that has printed a job receives its deletion by its watch. When it has ended meanwhile, no renderer has the
job cached, and the API has no access to the storage. So the API writes a notice into one ConfigMap of the namespace,
and every renderer follows that one object: those that run, and those that start later.

What may fail: a notice cannot be written, or the API is killed between the deletion and the notice. Then the document
stays until the sweep of the storage, as far as `retention` has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from crds.job import Job
from kube import paths
from kube.client import KubeClient
from kube.errors import KubeError
from kube.informer import Handler, Informer

CONFIG_MAP: Final = "pdf-export-deletions"
"""The chart makes it."""
KEPT_SECONDS: Final = 600.0
"""How long a notice stays there: a renderer that starts after an outage still finds it."""
_MOST: Final = 500
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Deletion:
    """One notice."""

    job_id: str
    submitted_ms: int
    """When the job was submitted, in milliseconds since the epoch: of jobs of one name, this one is meant."""
    noticed: int
    """When the notice was written, in seconds since the epoch."""

    @classmethod
    def of(cls, job: Job, *, now: float) -> Self:
        """The notice of a job that is deleted now."""
        return cls(job.name, round(job.submitted * 1000), int(now))

    @property
    def value(self) -> str:
        """Its entry in the ConfigMap, whose key is the jobId."""
        return f"{self.submitted_ms} {self.noticed}"


def deletions(config_map: Mapping[str, object]) -> Iterator[Deletion]:
    """The notices in the ConfigMap, as the API server returns it; entries of another form are left out."""
    data = config_map.get("data")
    for job_id, value in data.items() if isinstance(data, dict) else ():
        parts = str(value).split(" ")
        if len(parts) == 2 and all(part.isdecimal() for part in parts):
            yield Deletion(job_id, int(parts[0]), int(parts[1]))


async def give_notice(kube: KubeClient, namespace: str, deletion: Deletion) -> None:
    """Write a notice, and remove those that are too old. KubeError."""
    path = paths.config_map(namespace, CONFIG_MAP)
    for tries_left in reversed(range(_TRIES)):
        current = await kube.request("GET", path)
        kept = [each for each in deletions(current) if each.noticed > deletion.noticed - KEPT_SECONDS]
        newest = sorted([*kept, deletion], key=lambda each: each.noticed)[-_MOST:]
        try:
            await kube.request("PUT", path, body={**current, "data": {each.job_id: each.value for each in newest}})
        except KubeError as e:
            # Another replica was faster.
            if e.status != 409 or not tries_left:
                raise
        else:
            return


def informer(kube: KubeClient, namespace: str, handler: Handler) -> Informer:
    """An informer of the ConfigMap with the notices, ready to run."""
    query = {"fieldSelector": f"metadata.name={CONFIG_MAP}"}
    return Informer(kube, paths.config_maps(namespace), handler, query=query)
