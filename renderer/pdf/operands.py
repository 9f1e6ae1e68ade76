"""Operands of content streams, as PDF writes them: numbers, moves and text matrices (ISO 32000-1, 7.3.3 and 9.4.2)."""

from __future__ import annotations

Position = tuple[float, float]
"""x and y, in units of text space."""


def number(value: float, digits: int = 5) -> bytes:
    """A number to a hundred-thousandth, or to fewer digits after its point; without zeros that mean nothing."""
    if not round(value, digits):
        return b"0"
    written = f"{value:.{digits}f}".rstrip("0").rstrip(".").encode()
    return written.replace(b"0.", b".", 1) if -1 < value < 1 else written


def move(by: Position) -> bytes:
    """The operator that moves to the next string, and a space."""
    return number(by[0]) + b" " + number(by[1]) + b" Td "


def moved(matrix: bytes, by: Position) -> bytes:
    """The six numbers of a text matrix after a move."""
    a, b, c, d, e, f = map(float, matrix.split())
    x, y = by
    return b" ".join(map(number, (a, b, c, d, x * a + y * c + e, x * b + y * d + f)))
