"""A renderer that cannot be created or cannot start: operators read why, in the words of whoever refused it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.e2e.client import condition, event_messages, eventually, ready_pods
from tests.e2e.conftest import Run


@contextmanager
def no_room_for_pods(kubectl: Callable[..., str]) -> Iterator[None]:
    """A quota that admits no further pod to the namespace; at the end a renderer is ready again."""
    kubectl("create", "quota", "no-pods", "--hard=pods=0")
    try:
        kubectl("wait", "quota/no-pods", "--for=jsonpath={.status.hard.pods}=0", "--timeout=30s")
        yield
    finally:
        kubectl("delete", "quota", "no-pods")
        eventually("a renderer is ready", lambda: ready_pods(kubectl, "renderer"), seconds=120)


def test_the_condition_says_why_a_renderer_could_not_be_created(kubectl: Run, release: str) -> None:
    controller = f"{release}-pdf-export-controller"

    def message() -> str:
        return str(condition(kubectl, controller, "RenderersAvailable").get("message", ""))

    with no_room_for_pods(kubectl):
        kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer", "--wait=false")
        eventually("the condition names the quota", lambda: "exceeded quota: no-pods" in message(), seconds=60)
        eventually(
            "an Event names the quota",
            lambda: "exceeded quota: no-pods" in event_messages(kubectl, controller, "RendererNotReady"),
        )
