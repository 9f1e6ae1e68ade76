"""What can happen to the controller, as rules among which Hypothesis chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from controller.state.limits import Limits
from tests.simulation.server import Outcome
from tests.simulation.world import World

# A few of each are enough, and meet each other more often.
_USERS = ("ann", "bob", "cy")
_JOBS_AT_MOST = 24

_limits = st.builds(
    Limits,
    min_warm=st.integers(0, 2),
    max_pods=st.integers(2, 4),
    slots_per_pod=st.integers(1, 3),
    jobs_per_pod=st.sampled_from((3, 5, 100)),
    idle_seconds=st.sampled_from((3.0, 20.0)),
    start_deadline_seconds=st.just(8.0),
    pull_deadline_seconds=st.just(12.0),
    max_attempts=st.integers(1, 3),
    deadline_grace_seconds=st.just(2.0),
    launch_batch=st.integers(1, 4),
    launch_backoff_max_seconds=st.just(16.0),
)
_ahead = st.sampled_from((0.0, 0.0, -3600.0, -15.0, 15.0, 3600.0))
_jumps = st.sampled_from((-2.0, 2.0, -2.0, 2.0, -30.0, 30.0, -3600.0, 3600.0))
_how = st.tuples(st.booleans(), st.booleans())
_which = st.integers(0, 5)
_outcomes = st.sampled_from((*Outcome, Outcome.LOST, Outcome.OK))
_ends = st.sampled_from([Outcome.LOST, Outcome.LOST, *(o for o in Outcome if o is not Outcome.APPLIED)])


class ControllerMachine(RuleBasedStateMachine):
    """The laws are checked in each step; at the end everything must come to rest."""

    steps: ClassVar[Counter[str]] = Counter()
    """How many steps there have been, by rule, in all runs of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None
        self._jobs = 0

    @initialize(limits=_limits, controller_ahead=_ahead, nodes_ahead=_ahead, seconds=st.sampled_from((0, 2, 4)))
    def begin(self, limits: Limits, controller_ahead: float, nodes_ahead: float, seconds: int) -> None:
        self.world = World(limits, controller_ahead=controller_ahead, nodes_ahead=nodes_ahead)
        self.world.flow()
        self.world.healthy_seconds(seconds)

    @rule(
        count=st.sampled_from((1, 2, 4, 6)),
        user=st.sampled_from(_USERS),
        priority=st.sampled_from((0, 0, 10)),
        life=st.sampled_from(((600, 5), (600, 5), (12, 5), (3, 1), (600, 60))),
    )
    def create(self, count: int, user: str, priority: int, life: tuple[int, int]) -> None:
        """Requests come in."""
        world = self._step("create")
        ttl, timeout = life
        for _ in range(min(count, _JOBS_AT_MOST - len(world.truth.jobs))):
            self._jobs += 1
            world.truth.create_job(f"job-{self._jobs}", user=user, priority=priority, ttl=ttl, timeout=timeout)
        world.run()

    @rule(seconds=st.integers(1, 3))
    def all_goes_well(self, seconds: int) -> None:
        """A short time without faults."""
        self._step("all_goes_well").healthy_seconds(seconds)

    @rule(what=st.sampled_from(("requests", "requests", "job events", "pod events", "all")))
    def flow(self, what: str) -> None:
        """What is on its way arrives, in order, while the renderers and the time stand still."""
        world = self._step("flow", what)
        match what:
            case "requests":
                world.answer_all()
            case "job events":
                world.deliver_all_jobs()
            case "pod events":
                world.deliver_all_pods()
            case "all":
                world.flow()
        world.run()

    @rule(which=_which, outcome=_outcomes)
    def serve(self, which: int, outcome: Outcome) -> None:
        """Something becomes of a request."""
        world = self._step("serve", outcome.name.lower())
        world.serve(which, outcome)
        world.run()

    @rule(outcome=_ends)
    def serve_all(self, outcome: Outcome) -> None:
        """The same becomes of all requests, and of those that follow."""
        world = self._step("serve_all", outcome.name.lower())
        for _ in range(3):
            for _ in range(len(world.server.requests)):
                world.serve(0, outcome)
            world.run()

    @rule(job=st.none() | _which, pod=st.none() | _which)
    def deliver(self, job: int | None, pod: int | None) -> None:
        """Events arrive, in order or not."""
        world = self._step("deliver")
        if job is not None:
            world.deliver_job(job)
        if pod is not None:
            world.deliver_pod(pod)
        world.run()

    @rule(how=st.sampled_from(("repeat", "lose", "relist")))
    def disturb_watches(self, how: str) -> None:
        """Events come twice, or never, or the watch begins anew (410)."""
        world = self._step("disturb_watches", how)
        {"repeat": world.repeat_events, "lose": world.lose_events, "relist": world.truth.relist}[how]()
        world.run()

    @rule(
        which=_which,
        what=st.sampled_from(
            (
                "start",
                "schedule",
                "trouble",
                "run",
                "blink",
                "die",
                "die beside a sidecar",
                "remove",
                "evict",
                "delete",
            ),
        ),
    )
    def pod(self, which: int, what: str) -> None:
        """Something happens to a pod."""
        world = self._step("pod", what)
        kubelet = world.kubelet
        happen: dict[str, Callable[[str], None]] = {
            "start": kubelet.start,
            "schedule": kubelet.schedule,
            "trouble": kubelet.trouble,
            "run": kubelet.run,
            "blink": kubelet.blink,
            "die": kubelet.die,
            "die beside a sidecar": lambda name: kubelet.die(name, beside_sidecar=True),
            "remove": kubelet.remove,
            "evict": lambda name: kubelet.remove(name, by_force=True),
            "delete": kubelet.stop,
        }
        if pods := list(world.truth.pods):
            happen[what](pods[which % len(pods)])

    @rule()
    def all_blink(self) -> None:
        """The probes of all pods fail, and the controller sees it: a node that is overloaded."""
        world = self._step("all_blink")
        for pod in list(world.truth.pods):
            world.kubelet.blink(pod)
        world.deliver_all_pods()
        world.run()

    @rule(which=_which, what=st.sampled_from(("take", "take", "done", "error")))
    def renderer(self, which: int, what: str) -> None:
        """A renderer sees its jobs, or ends one."""
        world = self._step("renderer", what)
        if pods := list(world.kubelet.renderers):
            pod = pods[which % len(pods)]
            if what == "take":
                world.kubelet.take(pod)
            else:
                world.kubelet.finish(pod, well=what == "done")

    @rule(which=_which, what=st.sampled_from(("delete", "touch", "again")))
    def meddle(self, which: int, what: str) -> None:
        """Somebody deletes a job, changes something about it, or makes another of the same name."""
        world = self._step("meddle", what)
        if jobs := list(world.truth.jobs):
            name = jobs[which % len(jobs)]
            if what == "touch":
                world.truth.touch_job(name)
                return
            world.truth.delete_job(name)
            if what == "again":
                world.truth.create_job(name, user="ann", priority=0, ttl=600, timeout=5)

    @rule(seconds=st.sampled_from((0.2, 1.0, 1.0, 3.0, 11.0)))
    def time_passes(self, seconds: float) -> None:
        """Nothing happens for some time."""
        world = self._step("time_passes")
        world.pass_time(seconds)
        world.run()

    @rule(what=st.sampled_from(("stall", "stall", "restart", "jump")), how=_how, seconds=_jumps)
    def misfortune(self, what: str, how: tuple[bool, bool], seconds: float) -> None:
        """The controller's process hangs or goes on, or is killed and begins anew; the API server's clock is set."""
        world = self._step("misfortune", what)
        requests_arrive, new_template = how
        match what:
            case "stall":
                world.stalled = not world.stalled
            case "restart":
                world.restart(requests_arrive=requests_arrive, new_template=new_template)
            case "jump":
                world.server.jump(seconds)
        world.run()

    @rule()
    def reconcile(self) -> None:
        """A reconcile pass begins."""
        self._step("reconcile").reconcile()

    def teardown(self) -> None:
        if self.world is not None:
            with self.world:
                if self.world.laws.violation is None:
                    self.world.settle()

    def _step(self, rule: str, kind: str = "") -> World:
        self.steps[f"{rule}: {kind}" if kind else rule] += 1
        assert self.world is not None
        return self.world
