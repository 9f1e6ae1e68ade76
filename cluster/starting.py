"""Starting one component, and waiting until it works."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from cluster import process
from cluster.components import Component
from cluster.paths import Paths
from cluster.progress import Failed, wait_until


def log_of(paths: Paths, name: str) -> Path:
    """Where a component's output goes."""
    return paths.logs / f"{name}.log"


def launch(paths: Paths, component: Component) -> None:
    """Starts it; does not wait."""
    process.start(
        component.name,
        component.argv,
        state=paths.state,
        log=log_of(paths, component.name),
        env={"PATH": component.path, "HOME": "/root", **component.env},
    )


def wait_healthy(paths: Paths, component: Component, seconds: float) -> None:
    """Waits until it works. Raises Failed with the end of its log when it does not."""
    try:
        wait_until(f"{component.name} to answer", component.healthy, seconds=seconds)
    except Failed as error:
        log = log_of(paths, component.name)
        with suppress(FileNotFoundError):
            tail = "\n  ".join(log.read_text(errors="replace").splitlines()[-8:])
            raise Failed(f"{error}; the end of {log}:\n  {tail}") from None
        raise


def end(paths: Paths, name: str) -> None:
    """Ends a component if it runs."""
    running = process.find_leaders(paths.state)
    if name in running:
        process.stop([running[name]], seconds=5.0)
