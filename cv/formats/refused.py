"""Formats that are known and not read, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_INSTEAD = (
    "Convert it to JSON Resume first (https://jsonresume.org lists converters), "
    "or enter it in Reactive Resume and send its JSON export"
)
_EUROPASS = frozenset({"SkillsPassport", "LearnerInfo", "Candidate", "CandidatePerson", "europassCV"})
_LINKEDIN = frozenset(
    {"localizedFirstName", "localizedLastName", "localizedHeadline", "publicIdentifier", "vanityName"}
    | {"positionView", "positionGroups", "profilePositionGroups", "threeCurrentPositions", "educationView"}
)


def refusal(data: Mapping[str, Any]) -> str | None:
    """Why data of a format that is known is not read; None for other data."""
    if "basics" in data:
        return None
    if not _EUROPASS.isdisjoint(data) or "europass" in str(data.get("$schema", "")).casefold():
        return f"is a Europass CV, which is not read. {_INSTEAD}"
    if not _LINKEDIN.isdisjoint(data) or isinstance(data.get("positions"), dict):
        return f"is a LinkedIn profile, which is not read. {_INSTEAD}"
    return None
