"""Each text of a CV is in what is printed, or a warning names it: with any names of fields, in any nesting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cv.accept import Accepted, accept_cv
from cv.names import MAIN, field_names
from cv.normalize import MAX_IGNORED, texts_in
from cv.resume import Basics, Path, Resume, field_path

# The names that fields have here and elsewhere, and some that they have nowhere.
KNOWN = {name for part in MAIN for name in field_names(part)}
NAMES = st.sampled_from(sorted(KNOWN | {"firstname", "lastname", "linkedin", "githuburl", "period", "dates", "salary"}))
SECTIONS = sorted({*field_names(Resume), "unknown", "firstname", "email", "summary", "city"} - {"customsections"})
TEXT = st.just("text") | st.just("2020") | st.just("two words")
INNER = st.recursive(
    TEXT,
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=6,
)
CVS = st.dictionaries(st.sampled_from(SECTIONS), INNER, max_size=3)


def marked(value: Any, numbers: Iterator[int]) -> Any:
    """The value with a text of its own in each place."""
    if isinstance(value, dict):
        return {name: marked(item, numbers) for name, item in value.items()}
    if isinstance(value, list):
        return [marked(item, numbers) for item in value]
    return f"{value} mark{next(numbers)}x"


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def lost(data: dict[str, Any], result: Accepted) -> list[str]:
    """The paths of the texts that are neither in the CV nor under the path of a warning."""
    printed = result.resume.model_dump_json()
    told = tuple(warning.field for warning in result.warnings)
    paths = [path for path in texts_in(data) if at(data, path).split()[-1] not in printed]
    return [field_path(path) for path in paths if not field_path(path).startswith(told)]


@settings(derandomize=True, deadline=None)
@given(CVS)
def test_each_text_is_printed_or_named(data: dict[str, Any]) -> None:
    data = {"basics": {"name": "Jane"}, **marked(data, count())}
    if "name" not in (data["basics"] if isinstance(data["basics"], dict) else {}):
        return
    result = accept_cv(data)
    assert len(result.warnings) <= 3 * MAX_IGNORED
    assert lost(data, result) == []


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(field_names(Basics))), INNER, max_size=4))
def test_each_text_of_the_person_is_printed_or_named(basics: dict[str, Any]) -> None:
    data = {"basics": {**marked(basics, count()), "name": "Jane"}}
    assert lost(data, accept_cv(data)) == []
