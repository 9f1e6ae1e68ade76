"""Hypothesis judges what a test says, not how long it takes: a busy machine breaks no promise."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", deadline=None)
settings.load_profile("unit")
