"""A renderer, or Chromium inside it, dies in each step of a job: the job is done once, by another."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FaultInjector


@pytest.mark.brief
def test_a_renderer_killed_before_it_prints(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The template takes its time to be filled: nothing has been printed when the renderer dies."""
    with play("renderer killed before it prints") as scene:
        [pod] = injector.pods("renderer")
        [slow] = scene.post(trouble="slow-fill")
        scene.post_at_once(5)
        scene.given(slow, 1)
        injector.kill_main(pod)
        assert scene.ended(slow)["attempt"] == 2
        scene.until("an Event about the job tells why", lambda: scene.events(slow) == ["RendererLost"])


@pytest.mark.brief
def test_a_renderer_killed_beside_a_sidecar(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Its pod goes on with the sidecar: what it had is done by another, and it is given nothing more."""
    with play("renderer killed beside a sidecar") as scene, injector.sidecars():
        [slow] = scene.post(trouble="slow-fill")
        scene.post_at_once(5)
        dead = scene.rendering(slow)
        assert len(dead["spec"]["containers"]) == 2
        injector.kill_main(dead, "renderer")
        scene.given(slow, 2)
        later = scene.post(5)
        for job in (slow, *later):
            scene.ended(job)
        assert scene.status(slow)["attempt"] == 2
        name = dead["metadata"]["name"]
        assert not {job for job in later if name in scene.history(job).renderers.values()}, (
            "the dead one was given jobs"
        )
        scene.until("its pod is deleted", lambda: name not in injector.pod_names("renderer"))


def test_a_renderer_that_hears_nothing_from_the_api_server(play: Play, injector: FaultInjector) -> None:
    """Guarantee 7. It is ready, as the kubelet finds, and would let one job after the other time out."""
    with play("renderer cut off from the API server") as scene:
        [deaf] = injector.pods("renderer")
        with injector.cut_off(deaf):
            [unheard] = scene.post()
            assert scene.ended(unheard, seconds=60)["attempt"] == 2
            later = scene.post(5)
            for job in later:
                scene.ended(job)
        name = deaf["metadata"]["name"]
        assert scene.history(unheard).renderers[1] == name
        assert not {job for job in later if name in scene.history(job).renderers.values()}
        scene.until("its pod is deleted", lambda: name not in injector.pod_names("renderer"))


def test_a_renderer_whose_connections_die_without_a_word(play: Play, injector: FaultInjector) -> None:
    """Guarantee 7. Its watch has died and it is not told so: it does what it has been given all the same."""
    with play("renderer's connections to the API server dead") as scene:
        [deaf] = injector.pods("renderer")
        with injector.cut_off(deaf, later=False):
            jobs = scene.post(5)
            for job in jobs:
                scene.ended(job, seconds=60)
        name = deaf["metadata"]["name"]
        late = {job for job in jobs if name in scene.history(job).renderers.values()}
        assert late
        assert {scene.status(job)["attempt"] for job in late} == {1}


def test_a_renderer_killed_while_it_prints(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The page is laid out for seconds."""
    with play("renderer killed while it prints") as scene:
        [pod] = injector.pods("renderer")
        before = injector.pages_at_work(pod)
        [slow] = scene.post(trouble="slow-print")
        scene.post_at_once(5)
        scene.until("Chromium works on it", lambda: injector.pages_at_work(pod) > before + 0.5)
        injector.kill_main(pod)
        assert scene.ended(slow)["attempt"] == 2


def test_a_renderer_killed_while_it_uploads(play: Play, injector: FaultInjector) -> None:
    """Guarantees 1 and 3. Storage has taken the request, and not stored the document."""
    with play("renderer killed while it uploads") as scene:
        injector.storage("hold")
        [job] = scene.post()
        injector.uploads_met()
        injector.kill_main(scene.rendering(job))
        injector.storage("none")
        scene.post(5)
        assert scene.ended(job)["attempt"] == 2


@pytest.mark.brief
def test_a_renderer_killed_between_its_upload_and_its_report(play: Play, injector: FaultInjector) -> None:
    """Guarantees 1 and 3. The document is in storage, and no status says so: the next attempt replaces it."""
    with play("renderer killed after the upload, before the report") as scene:
        injector.storage("hold-answer")
        [job] = scene.post()
        injector.uploads_met()
        scene.until("the document is stored", lambda: any(job in path for path in injector.objects()))
        injector.kill_main(scene.rendering(job))
        injector.storage("none")
        scene.post(5)
        assert scene.ended(job)["attempt"] == 2


def test_every_renderer_of_a_job_killed_after_its_upload(play: Play, injector: FaultInjector) -> None:
    """Guarantee 3. The job fails, and the document that the lost renderers have stored is removed by a later one."""
    with play("all three renderers of a job killed after the upload") as scene:
        injector.storage("hold-answer")
        [job] = scene.post(expected=["RendererLost"])
        for attempt in (1, 2, 3):
            injector.uploads_met(attempt)
            scene.given(job, attempt)
            injector.kill_main(scene.rendering(job))
        assert scene.ended(job)["error"]["retryable"]
        scene.until("Events about the job tell of each", lambda: scene.events(job) == ["RendererLost"] * 3)
        injector.storage("none")
        scene.post(3)


@pytest.mark.brief
def test_chromium_killed_while_it_prints(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The renderer starts another Chromium and prints once more: no attempt is lost."""
    with play("Chromium killed while it prints") as scene:
        [pod] = injector.pods("renderer")
        before = injector.pages_at_work(pod)
        [slow] = scene.post(trouble="slow-print")
        scene.until("Chromium works on it", lambda: injector.pages_at_work(pod) > before + 0.5)
        injector.kill_chromium(pod)
        scene.post(5)
        assert scene.ended(slow)["attempt"] == 1


@pytest.mark.brief
def test_a_renderer_asked_to_end(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. It finishes what it has: nothing costs an attempt."""
    with play("renderer asked to end") as scene:
        scene.keep_posting(20, every=0.05)
        injector.kubectl("delete", "pod", scene.some_at_work()["metadata"]["name"], "--wait=false")
        scene.wait_for_posters()
        for job in scene.accepted:
            assert scene.ended(job.job_id)["attempt"] == 1


@pytest.mark.brief
def test_a_renderer_asked_to_end_while_it_starts(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. A pod that starts may have a job: it gets ready, does the job and ends."""
    with play("renderer asked to end while it starts") as scene:
        before = injector.pod_names("renderer")
        injector.kubectl("delete", "pod", *before, "--wait=false")
        scene.until("another pod starts", lambda: bool(injector.pod_names("renderer") - before))
        [job] = scene.post()
        name = scene.rendering(job)["metadata"]["name"]
        scene.until("its container runs", lambda: injector.is_started(name))
        injector.kubectl("delete", "pod", name, "--wait=false")
        assert scene.ended(job)["attempt"] == 1


def test_a_job_cancelled_while_it_uploads(play: Play, injector: FaultInjector) -> None:
    """Guarantee 3. The upload cannot be called back: what it has stored is removed."""
    with play("job cancelled while it uploads") as scene:
        injector.storage("hold")
        [job] = scene.post(expected=["Deleted"])
        injector.uploads_met()
        scene.cancel(job)
        injector.storage("none")
        scene.post(5)
