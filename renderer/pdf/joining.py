"""Clusters of several strings, made one: the same glyphs in the same positions, in one text object.

PDFium puts the text objects of a line in order by where they begin. A mark that reaches over the next letter then comes
after that letter, and the text of its cluster twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from renderer.pdf.clusters import FLAT, FontKey, GlyphCluster, Part
from renderer.pdf.fonts import Font
from renderer.pdf.operands import move, number

# Of the font size: half of the gap that Poppler takes for a space.
_GAP: Final = 0.05
_NOTHING: Final = "\u2060"
_FOLLOWING = re.compile(rb"(?:/[^\n]*B[DM]C\n|EMC\n)*(?P<x>\S+) (?P<y>\S+) Td <")
_PLAIN = re.compile(rb"(?P<x>\S+) (?P<y>\S+) Td <(?P<codes>[0-9A-F]*)> Tj\n")

_STRING = re.compile(rb"(?P<moved>\S+ \S+ Td )?<(?P<codes>[0-9A-F]*)> Tj\n")
# A string that is shown where the last one ended.
_GOES_ON = re.compile(rb"(?:/[^\n]*(?:BDC|BMC|Tf)\n|EMC\n)*<")


@dataclass(frozen=True, slots=True)
class Joined:
    """A cluster with its text, what to write within its mark, and the end of what that stands for."""

    text: str
    body: bytes
    end: int

    def written(self) -> bytes:
        """What to write from the start of the cluster to `end`."""
        marked = self.text.encode("utf-16-be").hex().upper().encode()
        return b"/Span<</ActualText <FEFF" + marked + b"> >> BDC\n" + self.body + b"EMC\n"


def joined(
    content: bytes, start: int, clusters: Mapping[int, tuple[int, GlyphCluster]], fonts: Mapping[FontKey, Font]
) -> Joined | None:
    """The cluster that starts there, shown as one string; None when it is one, or cannot be.

    A raised mark has to be shown by itself. What follows it then belongs to the cluster, so that the mark comes between
    nothing: strings and clusters up to one that does not end with a raised mark.
    """
    end, cluster = clusters[start]
    if len(cluster.parts) < 2:
        return None
    first = cluster.parts[0]
    font = fonts[first.font]
    before = 0.0 if first.move else _shown_before(content, start, font, first.size)
    if before is None:
        return None
    parts, text = list(cluster.parts), cluster.sign.text
    positions = _positions(parts, before)
    while positions is not None and _is_raised(positions[-1], first):
        if end in clusters:
            end, next_cluster = clusters[end]
            if not next_cluster.parts or next_cluster.parts[0].start:
                return None
            parts += next_cluster.parts
            text += next_cluster.sign.text
        elif plain := _PLAIN.match(content, end):
            end = plain.end()
            codes = font.codes(plain["codes"])
            moved = float(plain["x"]), float(plain["y"])
            parts.append(Part(0, moved, codes, plain["codes"], first.font, first.size))
            text += "".join(font.texts.get(code, "") for code in codes)
        else:
            return None
        positions = _positions(parts, before)
    if positions is None:
        return None
    head = cluster.body[: first.start] + (
        move(first.move) if first.move and cluster.body[first.start :][:1] != b"<" else b""
    )
    tail = _advance(parts[-1], font) if _GOES_ON.match(content, end) else b""
    parts = _said(parts, positions, text, font)
    cluster_end = _end(content, end, parts[-1], positions[-1][0], font)
    return Joined(text, head + _shown(parts, positions, before, cluster_end, font) + tail, end)


def _shown_before(content: bytes, start: int, font: Font, size: float) -> float | None:
    """How far the strings before a cluster go on from the last move, in units of text space; None if not told."""
    width = 0.0
    end = start
    while end:
        begin = content.rfind(b"\n", 0, end - 1) + 1
        line = content[begin:end]
        end = begin
        if shown := _STRING.fullmatch(line):
            width += font.advances[shown["codes"]]
            if shown["moved"]:
                return width * size / 1000
        elif line.endswith(b" Tm\n"):
            return width * size / 1000
        elif not line.endswith((b"EMC\n", b"BDC\n")):
            return None
    return None


def _positions(parts: list[Part], before: float) -> list[tuple[float, float]] | None:
    """Where each string begins, from the first; None when they are not of one font and size, or it is not told."""
    first = parts[0]
    x, y = -before, 0.0
    positions = [(0.0, 0.0)]
    for part in parts[1:]:
        if part.move is None or part.font != first.font or part.size != first.size:
            return None
        x, y = x + part.move[0], y + part.move[1]
        positions.append((x, y))
    return positions


def _is_raised(position: tuple[float, float], first: Part) -> bool:
    return abs(position[1]) > FLAT * first.size


def _said(parts: list[Part], positions: list[tuple[float, float]], text: str, font: Font) -> list[Part]:
    """The parts in glyphs that say the text one after the other, for readers that know no ActualText.

    Each glyph on the line says one character, the last one the rest, and a raised one nothing.
    """
    raised = [_is_raised(position, parts[0]) for position in positions]
    on_line = sum(len(part.codes) for part, off in zip(parts, raised, strict=True) if not off)
    if on_line > len(text):
        return parts
    shares = iter([*text[: on_line - 1], text[on_line - 1 :]])
    said = []
    for part, off in zip(parts, raised, strict=True):
        new = [font.saying(code, _NOTHING if off else next(shares)) for code in part.codes]
        codes = tuple(code for code in new if code is not None)
        if len(codes) < len(new):
            return parts
        said.append(part._replace(codes=codes, string=b"".join(b"%04X" % code for code in codes)))
    return said


def _end(content: bytes, end: int, last: Part, x: float, font: Font) -> float:
    """Where a cluster ends on the line whose last string begins at x: where its text object goes on, if it does."""
    following = _FOLLOWING.match(content, end)
    if following and float(following["y"]) == 0:
        return x + float(following["x"])
    return x + font.advances[last.string] * last.size / 1000


def _shown(parts: list[Part], positions: list[tuple[float, float]], before: float, end: float, font: Font) -> bytes:
    """All strings: those on the line by one operator, then the raised ones, then the move to where the last began.

    Poppler takes the end of what is shown last for that of the cluster, and the gap after it for a space. Where that is
    not the end, a blank glyph is shown there.
    """
    first = parts[0]
    line: list[bytes] = []
    raised: list[bytes] = []
    x_after = shown_end = 0.0
    at = (-before, 0.0)
    for part, position in zip(parts, positions, strict=True):
        string = b"<" + part.string + b">"
        if _is_raised(position, first):
            raised.append(move((position[0] - at[0], position[1] - at[1])) + string + b" Tj\n")
            at = position
            shown_end = position[0] + font.advances[part.string] * first.size / 1000
        else:
            back = (x_after - position[0]) * 1000 / first.size
            line += [string] if abs(back) < 0.001 else [number(back), string]
            x_after = position[0] + font.advances[part.string] * first.size / 1000
    gap = end - (shown_end if raised else x_after)
    if abs(gap) > _GAP * first.size and (blank := font.blank(_NOTHING)) is not None:
        if raised:
            raised.append(move((end - at[0], -at[1])) + b"<%04X> Tj\n" % blank)
            at = (end, 0.0)
        else:
            line.append(number(-gap * 1000 / first.size) + b"<%04X>" % blank)
    last = positions[-1]
    rest = (last[0] - at[0], last[1] - at[1])
    return b"[" + b"".join(line) + b"] TJ\n" + b"".join(raised) + (move(rest) + b"\n" if rest != (0, 0) else b"")


def _advance(part: Part, font: Font) -> bytes:
    """To the end of a string from its start: what follows has no move of its own."""
    return b"[" + number(-font.advances[part.string]) + b"] TJ\n"
