"""What a document's glyphs say, so that its text comes out as it went in, whatever reads it.

A shaped glyph (a conjunct, a form of a letter, an emoji of several characters) has no character of its own. Skia puts
the text of such a cluster beside its glyphs (ActualText) and leaves 0, a form for display or a character for private
use in the font's map. Readers that know no ActualText take the map, and PDF/A-2a wants it whole (ISO 19005-2,
6.2.11.7.2). PDFium knows it, but turns it around where a text runs from right to left, drops characters beyond U+FFFC
from it, and tears a cluster apart whose glyphs are shown one by one. So what the maps tell is told by them alone, and
the other clusters become one string each (joining.py), and so does all else that stands in a line (strings.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from pikepdf import Pdf

from renderer.pdf import turned_clusters
from renderer.pdf.clusters import (
    FontKey,
    Glyph,
    GlyphCluster,
    Part,
    Sign,
    inferred,
    is_counterpart,
    is_mirrored,
    is_right_to_left,
    other_signs,
    tells,
    text_string,
)
from renderer.pdf.fonts import Font
from renderer.pdf.joining import Joined, joined
from renderer.pdf.strings import in_strings

# A cluster; mostly of one string, which is then told apart.
_SPAN = re.compile(
    rb"/Span<</ActualText (?P<text><[0-9A-Fa-f]*>|\((?:[^()\\]|\\.)*\)) >> BDC\n"
    rb"(?P<body>(?:(?P<x>\S+) (?P<y>\S+) Td )?<(?P<codes>[0-9A-F]*)> Tj\n(?=EMC\n)|.*?\n(?=EMC\n))EMC\n",
    re.DOTALL,
)
# A text object with one string, which may be of another element and in another colour.
_ALONE = re.compile(
    rb"ET\n(?:(?:EMC|/[^\n]*BDC|[^\n]* rg)\n)*"
    rb"BT\n/(?P<font>\S+) \S+ Tf\n[^\n]* Tm\n(?:\S+ \S+ Td )?<(?P<codes>[0-9A-F]+)> Tj\n(?=ET\n)"
)
_FONT_LINE = re.compile(rb"^/\S+ \S+ Tf\n", re.MULTILINE)
_FONT_OR_STRING = re.compile(rb"^/(\S+) \S+ Tf\n|<([0-9A-F]+)> Tj\n", re.MULTILINE)
_FONT = re.compile(rb"/(?P<font>\S+) (?P<size>\S+) Tf\n")
_SHOWN = re.compile(
    rb"^/(?P<font>\S+) (?P<size>\S+) Tf\n|^(?P<position>[^\n]* Tm)\n"
    rb"|^(?:(?P<x>\S+) (?P<y>\S+) Td )?<(?P<codes>[0-9A-F]*)> Tj\n",
    re.MULTILINE,
)


@dataclass(slots=True)
class _Stream:
    """A content stream, its fonts by name, and its clusters with their positions."""

    content: bytes
    names: Mapping[bytes, FontKey]
    clusters: list[tuple[int, int, GlyphCluster]] = field(default_factory=list)


class TextMap:
    """The texts of one document: read() every content stream, settle(), then take each one rewritten()."""

    def __init__(self) -> None:
        self.fonts: dict[FontKey, Font] = {}
        """Those of the streams that were read."""
        self._streams: dict[bytes, _Stream] = {}
        self._signs: dict[Sign, bool] = {}  # In the order in which they come; whether the maps tell them.

    def read(self, content: bytes, resources: Any) -> None:
        """Note the clusters of a content stream."""
        names: dict[bytes, FontKey] = {}
        for name, dictionary in resources.get("/Font", {}).items():
            names[name[1:].encode()] = key = dictionary.objgen
            if key not in self.fonts:
                self.fonts[key] = Font(dictionary)
        self._streams[content] = self._found(_Stream(content, names))

    def settle(self) -> None:
        """Let each glyph say its text: write what the clusters tell into the maps of the fonts."""
        told = {font for sign in self._signs for font, _ in sign.glyphs}
        maps = {font: self.fonts[font].texts for font in told}
        free = other_signs(self._signs, maps)
        if free:
            free -= self._shown_alone()
        for (font, code), text in inferred(self._signs, maps, free).items():
            self.fonts[font].say(code, text)
        for sign in self._signs:
            self._signs[sign] = tells([maps[font].get(code, "") for font, code in sign.glyphs], sign)
        for one in self.fonts.values():
            one.write()

    def rewritten(self, content: bytes) -> bytes:
        """A content stream in strings, without the texts that the maps tell, and each other cluster in one string."""
        stream = self._streams[content]
        out: list[bytes] = []
        done = 0
        clusters = {start: (end, cluster) for start, end, cluster in stream.clusters}
        for start, end, cluster in self._written(stream):
            if start < done:
                continue
            if isinstance(cluster, bytes):
                out += [content[done:start], cluster]
                done = end
            elif self._signs[cluster.sign]:
                out += [content[done:start], cluster.body]
                done = end
            elif not cluster.sign.reversed and (new := self._in_one_string(stream, start, clusters)):
                out += [content[done:start], new.written()]
                done = new.end
        fonts = {name: self.fonts[font] for name, font in stream.names.items()}
        return in_strings(b"".join([*out, content[done:]]), fonts)

    def _written(self, stream: _Stream) -> Sequence[tuple[int, int, GlyphCluster | bytes]]:
        """The clusters of a stream in their order, and before one what to write for it when that is decided."""
        if not any(cluster.sign.reversed for _, _, cluster in stream.clusters):
            return stream.clusters
        turned = turned_clusters.replacements(stream.content, stream.clusters, stream.names, self.fonts)
        return sorted([*turned, *stream.clusters], key=itemgetter(0))

    def write_codes(self, pdf: Pdf) -> None:
        """Write the codes that streams were given when they were rewritten and marked."""
        for font in self.fonts.values():
            font.write_codes(pdf)

    def _shown_alone(self) -> set[Glyph]:
        """The glyphs that are shown outside clusters: they say what their maps say."""
        shown: set[Glyph] = set()
        for stream in self._streams.values():
            done = 0
            between = []
            for start, end, cluster in stream.clusters:
                # The font that is set in a cluster holds after it.
                between += [stream.content[done:start], *_FONT_LINE.findall(cluster.body)]
                done = end
            key: FontKey | None = None
            strings: dict[FontKey, set[bytes]] = {}
            for name, string in _FONT_OR_STRING.findall(b"".join([*between, stream.content[done:]])):
                if name:
                    key = stream.names[name]
                elif key:
                    strings.setdefault(key, set()).add(string)
            shown.update(
                (key, code) for key, each in strings.items() for one in each for code in self.fonts[key].codes(one)
            )
        return shown

    def _in_one_string(
        self, stream: _Stream, start: int, clusters: Mapping[int, tuple[int, GlyphCluster]]
    ) -> Joined | None:
        """What to write for the cluster that starts there; None where it stays as it is."""
        end, cluster = clusters[start]
        new = joined(stream.content, start, clusters, self.fonts)
        if new is None and len(cluster.parts) == 1:
            new = Joined(cluster.sign.text, cluster.body, end)
        if new and self._is_before_space(stream, new.end):
            new = replace(new, text=new.text + " ")
        return new

    def _is_before_space(self, stream: _Stream, end: int) -> bool:
        """Whether a text object ends there, and the next is a space that another font or another element has.

        PDFium leaves that out, and puts it back by where the last glyph before it ends. Of a mark, which takes no room
        in its cluster, it takes the font's width for that. So the cluster's text has the space.
        """
        alone = _ALONE.match(stream.content, end)
        if alone is None:
            return False
        font = self.fonts[stream.names[alone["font"]]]
        return all(font.texts.get(code) == " " for code in font.codes(alone["codes"]))

    def _found(self, stream: _Stream) -> _Stream:
        content = stream.content
        font: FontKey | None = None
        size = 0.0
        reverse = False
        done = 0
        for span in _SPAN.finditer(content):
            start = span.start()
            if (operator := content.rfind(b" Tf\n", done, start)) >= 0:
                line = content.rfind(b"\n", 0, operator) + 1
                if set_font := _FONT.match(content, line):
                    font, size = stream.names[set_font["font"]], float(set_font["size"])
            # All between BT and ET runs in one direction.
            if (text_object := content.rfind(b"\nBT\n", done, start)) >= 0:
                reverse = content.find(b"/ReversedChars", text_object, start) >= 0
            body = span["body"]
            if span["codes"] and font:
                move = (float(span["x"]), float(span["y"])) if span["x"] else None
                parts = [Part(0, move, self.fonts[font].codes(span["codes"]), span["codes"], font, size)]
            else:
                parts = list(self._parts(body, stream.names, font, size))
                if parts:
                    font, size = parts[-1].font, parts[-1].size
            glyphs = tuple([(part.font, code) for part in parts for code in part.codes])
            text = text_string(span["text"])
            # A glyph that is alone is not marked as reversed, and readers turn its text around all the same.
            turned = reverse or is_right_to_left(text)
            if not turned and len(glyphs) == 1 and is_mirrored(text):
                turned = is_counterpart(text, self.fonts[glyphs[0][0]].texts.get(glyphs[0][1], ""))
            sign = Sign(text, glyphs, turned)
            self._signs[sign] = False
            done = span.end()
            stream.clusters.append((start, done, GlyphCluster(sign, tuple(parts), body)))
        return stream

    def _parts(self, body: bytes, names: Mapping[bytes, FontKey], font: FontKey | None, size: float) -> Iterator[Part]:
        move: tuple[float, float] | None = None
        for shown in _SHOWN.finditer(body):
            if shown["font"]:
                font, size = names[shown["font"]], float(shown["size"])
            elif shown["position"]:
                move = (0.0, 0.0)
            elif font is not None:
                if shown["x"]:
                    move = float(shown["x"]), float(shown["y"])
                codes = self.fonts[font].codes(shown["codes"])
                yield Part(shown.start(), move, codes, shown["codes"], font, size)
                move = None
