"""Clusters from right to left that readers get wrong as Skia draws them: brackets, and letters with vowel signs.

A sign above or below its letter is shown by itself, before the letter and off the line. PDFium takes that for another
line where a letter beside it is narrow, and Poppler for a word. So a blank glyph on the line says the sign, and the
sign itself, which says nothing, is shown where the line ends.

A bracket is drawn by the glyph of its counterpart. PDFium turns what the glyph says into its counterpart, but not in a
text that runs from left to right; Poppler and MuPDF take it as it is. So it says itself, between marks of direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from renderer.pdf.clusters import FLAT, FontKey, GlyphCluster, Part, is_counterpart
from renderer.pdf.fonts import Font
from renderer.pdf.operands import Position, move, moved

Replacement = tuple[int, int, bytes]
"""Where in a content stream it begins and ends, and what to write there."""

LEFT_TO_RIGHT: Final = "\u200e"
RIGHT_TO_LEFT: Final = "\u200f"

_MATRIX = re.compile(rb"^((?:\S+ ){5}(?P<y>\S+)) Tm\n", re.MULTILINE)
_MOVE = re.compile(rb"^(\S+) (\S+) Td ", re.MULTILINE)
_END: Final = b"ET\n"


def replacements(
    content: bytes,
    clusters: Sequence[tuple[int, int, GlyphCluster]],
    names: Mapping[bytes, FontKey],
    fonts: Mapping[FontKey, Font],
) -> Iterator[Replacement]:
    """What to write for the clusters of a content stream, each with its start and end; in no order."""
    for start, end, cluster in clusters:
        if cluster.sign.reversed and cluster.parts:
            font = fonts[cluster.parts[0].font]
            if len(cluster.parts) > 1:
                yield from _letter(content, start, end, cluster, font, names)
            elif body := _bracket(cluster, font):
                yield start, end, body


def _bracket(cluster: GlyphCluster, font: Font) -> bytes | None:
    part, text = cluster.parts[0], cluster.sign.text
    if len(part.codes) != 1 or not is_counterpart(text, font.texts.get(part.codes[0], "")):
        return None
    code = font.saying(part.codes[0], RIGHT_TO_LEFT + text + LEFT_TO_RIGHT)
    return None if code is None else cluster.body.replace(b"<%b> Tj" % part.string, b"<%04X> Tj" % code)


def _letter(
    content: bytes, start: int, end: int, cluster: GlyphCluster, font: Font, names: Mapping[bytes, FontKey]
) -> Iterator[Replacement]:
    """A letter with signs off the line; nothing for a cluster that is otherwise."""
    parts, text = cluster.parts, cluster.sign.text[::-1]
    matrix = _MATRIX.search(content, content.rfind(b"BT\n", 0, start), end)
    if matrix is None or any((part.font, part.size) != (parts[0].font, parts[0].size) for part in parts):
        return
    moves = _MOVE.findall(content, matrix.end(), start) if matrix.end() < start else []
    origin = sum(float(x) for x, _ in moves), sum(float(y) for _, y in moves)
    positions = list(_positions(parts, origin))
    on_line = [abs(y - origin[1]) <= FLAT * parts[0].size for _, y in positions]
    letters = [code for part, flat in zip(parts, on_line, strict=False) if flat for code in part.codes]
    if len(positions) < len(parts) or all(on_line) or not 0 < len(letters) <= len(text):
        return
    # Readers turn characters around, so the last one of the text is said first.
    extra = len(text) - len(letters)
    said = [
        *(font.blank(character) for character in text[:extra]),
        *(font.saying(code, character) for code, character in zip(letters, text[extra:], strict=True)),
    ]
    signs = [
        (position, [font.saying(code, RIGHT_TO_LEFT) for code in part.codes])
        for part, position, flat in zip(parts, positions, on_line, strict=True)
        if not flat
    ]
    if None in said or any(None in codes for _, codes in signs):
        return
    body, at = [cluster.body[: parts[0].start]], origin
    count = extra
    for part, position, flat in zip(parts, positions, on_line, strict=True):
        if flat:
            for codes in filter(None, (said[:extra], said[count : count + len(part.codes)])):
                body.append(_move(at, position) + _shown(codes))
                at = position
            count, extra = count + len(part.codes), 0
    yield start, end, b"".join(body) + (_move(at, positions[-1]) + b"\n" if at != positions[-1] else b"")
    name = next(name for name, key in names.items() if key == parts[0].font)
    head = b"BT\n/Span<</ActualText <FEFF> >> BDC\n/%b %b Tf\n" % (name, repr(parts[0].size).encode())
    line_end = _line_end(content, end, matrix["y"])
    for position, codes in signs:
        yield line_end, line_end, head + moved(matrix[1], position) + b" Tm\n" + _shown(codes) + b"EMC\nET\n"


def _positions(parts: Sequence[Part], origin: Position) -> Iterator[Position]:
    """Where each part begins, from the origin of its text object; they end before one that has no move."""
    x, y = origin
    for part in parts:
        if part.move is None:
            return
        x, y = x + part.move[0], y + part.move[1]
        yield x, y


def _line_end(content: bytes, start: int, y: bytes) -> int:
    """The end of the last text object of a line; what is between text objects may change the colour."""
    end = content.index(_END, start) + len(_END)
    while content.startswith(b"BT\n", end):
        following = content.index(_END, end) + len(_END)
        matrix = _MATRIX.search(content, end, following)
        if matrix is None or matrix["y"] != y:
            break
        end = following
    return end


def _move(start: Position, end: Position) -> bytes:
    return move((end[0] - start[0], end[1] - start[1]))


def _shown(codes: Sequence[int | None]) -> bytes:
    return b"<" + b"".join(b"%04X" % code for code in codes if code is not None) + b"> Tj\n"
