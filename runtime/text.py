"""Words for people in messages and logs."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number with its noun in the right form: 1 page, 2 pages."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
