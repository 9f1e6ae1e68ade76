"""The laws hold whatever happens, and each of them is seen to bite."""

from __future__ import annotations

import pytest

from tests.simulation.laws import Law
from tests.simulation.mutations import MUTATIONS, Mutation
from tests.simulation.report import table
from tests.simulation.search import STEPS_PER_BATCH, Found, search

# A broken controller must be noticed within so many steps. What is made of a seed changes with the project's code:
# Hypothesis tries its constants too. Some break a law once in 100,000 steps or so, and a search that has not come upon
# it by then begins anew, with the next seed.
_NOTICED_WITHIN = 1_000_000
_SEARCH_STEPS = 100_000


def test_no_law_is_violated(first_seed: int, wanted_steps: int) -> None:
    batches: list[Found] = []
    while (made := sum(found.total for found in batches)) < wanted_steps:
        steps = min(STEPS_PER_BATCH, max(wanted_steps - made, 1000))
        batches.append(search(first_seed + len(batches), steps=steps))
        assert batches[-1].violation is None, table(batches[-1:])
    print("\n" + table(batches))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what.replace(" ", "-"))
def test_a_broken_controller_is_noticed(mutation: Mutation, monkeypatch: pytest.MonkeyPatch, first_seed: int) -> None:
    mutation.apply(monkeypatch)
    made, batch_seed = 0, first_seed
    while (found := search(batch_seed, steps=_SEARCH_STEPS, shrink=False)).violation is None:
        made, batch_seed = made + found.total, batch_seed + 1
        assert made < _NOTICED_WITHIN, f"nothing noticed in {made} steps"
    print(f"{mutation.what}: {found.violation.law.name} after {made + found.total} steps")
    assert found.violation.law in mutation.laws, str(found.violation)


def test_every_law_is_seen_to_bite() -> None:
    assert {law for mutation in MUTATIONS for law in mutation.laws} == set(Law)
