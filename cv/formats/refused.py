"""Formats that are known and not read, with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_INSTEAD = (
    "Convert it to JSON Resume first (https://jsonresume.org lists converters), "
    "or enter it in Reactive Resume and send its JSON export"
)
_EUROPASS = frozenset(
    {*("Europass", "SkillsPassport", "LearnerInfo", "CandidatePerson", "europassCV", "educationTrainings")}
)
_LINKEDIN = frozenset(
    {"localizedFirstName", "localizedLastName", "localizedHeadline", "publicIdentifier", "vanityName", "*profile"}
    | {"positionView", "positionGroups", "profilePositionGroups", "threeCurrentPositions", "educationView"}
)
# What LinkedIn has its lists in.
_LISTS = frozenset({"positionHistory", "positionsCount", "values", "elements", "paging", "_total"})
# Where services put a profile, or the parts of it.
_AROUND = ("Candidate", "profile", "person", "data", "included", "response", "result")


def refusal(data: Mapping[str, Any]) -> str | None:
    """Why data of a format that is known is not read; None for other data."""
    if "basics" in data:
        return None
    schema = str(data.get("$schema", "")).casefold()
    if "europass" in schema or any(not _EUROPASS.isdisjoint(one) for one in _within(data)):
        return f"is a Europass CV, which is not read. {_INSTEAD}"
    if any(map(_is_linkedins, _within(data))):
        return f"is a LinkedIn profile, which is not read. {_INSTEAD}"
    return None


def _is_linkedins(data: Mapping[str, Any]) -> bool:
    positions = data.get("positions")
    listed = isinstance(positions, dict) and not _LISTS.isdisjoint(positions)
    return listed or not _LINKEDIN.isdisjoint(data) or any(name.startswith("linkedin.") for name in data)


def _within(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The data, and what stands in an object around it."""
    yield data
    for name in _AROUND:
        if isinstance(inner := data.get(name), dict):
            yield inner
        elif isinstance(inner, list):
            yield from (one for one in inner if isinstance(one, dict))
