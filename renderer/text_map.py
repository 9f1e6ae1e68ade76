"""What a document's glyphs say, so that its text comes out as it went in, whatever reads it.

A shaped glyph (a conjunct, a form of a letter, an emoji of several characters) has no character of its own. Skia puts
the text of such a cluster beside its glyphs (ActualText) and leaves 0, a form for display or a character for private
use in the font's map. Readers that know no ActualText take the map, and PDF/A-2a wants it whole (ISO 19005-2,
6.2.11.7.2). PDFium knows it, but turns it around where a text runs from right to left, drops characters beyond U+FFFC
from it, and tears a cluster apart whose glyphs are shown one by one. So what the maps tell is told by them alone, and
the other clusters become one string each (joining.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from renderer.clusters import Cluster, FontKey, Part, inferred, text_string
from renderer.fonts import Font
from renderer.joining import joined

# What counts of a stream with clusters: a font, a cluster, a text that runs from right to left.
_TOKEN = re.compile(
    rb"^/(?P<font>\S+) (?P<size>\S+) Tf\n"
    rb"|^/Span<</ActualText (?P<text><[0-9A-Fa-f]*>|\((?:[^()\\]|\\.)*\)) >> BDC\n(?P<body>.*?)^EMC\n"
    rb"|^(?P<reversed>/ReversedChars BMC\n)|^EMC\n",
    re.DOTALL | re.MULTILINE,
)
_SHOWN = re.compile(
    rb"^/(?P<font>\S+) (?P<size>\S+) Tf\n|^(?P<place>[^\n]* Tm)\n"
    rb"|^(?:(?P<x>\S+) (?P<y>\S+) Td )?<(?P<codes>[0-9A-F]*)> Tj\n",
    re.MULTILINE,
)


@dataclass(slots=True)
class _Stream:
    """A content stream, its fonts by name, and its clusters, each with where its mark begins and ends."""

    content: bytes
    names: Mapping[bytes, FontKey]
    clusters: list[tuple[int, int, Cluster]] = field(default_factory=list)


class TextMap:
    """The texts of one document: read() every content stream, settle(), then take each one rewritten()."""

    def __init__(self) -> None:
        self._fonts: dict[FontKey, Font] = {}
        self._streams: dict[bytes, _Stream] = {}

    def read(self, content: bytes, resources: Any) -> None:
        """Note the clusters of a content stream."""
        names: dict[bytes, FontKey] = {}
        for name, dictionary in resources.get("/Font", {}).items():
            names[name[1:].encode()] = key = dictionary.objgen
            if key not in self._fonts:
                self._fonts[key] = Font(dictionary)
        if b"/ActualText" in content:
            self._streams[content] = self._found(_Stream(content, names))

    def settle(self) -> None:
        """Let each glyph say its text: write what the clusters tell into the maps of the fonts."""
        clusters = [cluster for stream in self._streams.values() for _, _, cluster in stream.clusters]
        for (key, code), text in inferred(clusters, {key: font.texts for key, font in self._fonts.items()}).items():
            self._fonts[key].say(code, text)
        for font in self._fonts.values():
            font.write()

    def rewritten(self, content: bytes) -> bytes:
        """A content stream without the texts that the maps tell, and with its other clusters in one string each."""
        stream = self._streams.get(content)
        if stream is None:
            return content
        out: list[bytes] = []
        done = 0
        clusters = {start: (end, cluster) for start, end, cluster in stream.clusters}
        for start, end, cluster in stream.clusters:
            if start < done:
                continue
            if cluster.told_by([self._fonts[key].texts.get(code, "") for key, code in cluster.glyphs]):
                out += [content[done:start], cluster.body]
                done = end
            elif not cluster.reversed and (new := joined(content, start, clusters, self._fonts)):
                out += [content[done:start], new.written]
                done = new.end
        return b"".join([*out, content[done:]])

    def _found(self, stream: _Stream) -> _Stream:
        font: FontKey | None = None
        size = 0.0
        reverse = False
        for token in _TOKEN.finditer(stream.content):
            if token["font"]:
                font, size = stream.names[token["font"]], float(token["size"])
            elif token["text"]:
                parts = tuple(self._parts(token["body"], stream.names, font, size))
                if parts:
                    font, size = parts[-1].font, parts[-1].size
                cluster = Cluster(text_string(token["text"]), parts, reverse, token["body"])
                stream.clusters.append((token.start(), token.end(), cluster))
            else:
                reverse = token["reversed"] is not None
        return stream

    def _parts(self, body: bytes, names: Mapping[bytes, FontKey], font: FontKey | None, size: float) -> Iterator[Part]:
        move: tuple[float, float] | None = None
        for shown in _SHOWN.finditer(body):
            if shown["font"]:
                font, size = names[shown["font"]], float(shown["size"])
            elif shown["place"]:
                move = (0.0, 0.0)
            elif font is not None:
                if shown["x"]:
                    move = float(shown["x"]), float(shown["y"])
                codes = self._fonts[font].codes(shown["codes"])
                yield Part(shown.start(), move, codes, shown["codes"], font, size)
                move = None
