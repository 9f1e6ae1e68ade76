"""The Markdown in a text that is meant as such: CommonMark, read by pyromark.

People who write no Markdown write C**, snake_case, 5 * 3, #1, 1. Platz, <3 and AT&T. So where nobody said that a text
is Markdown, what CommonMark would take for markup, and hardly anybody means, is escaped before the parser reads it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import pairwise

import pyromark

from renderer.html.links import web_link
from renderer.html.richtext.sanitised import INLINE

_OPTIONS = pyromark.Options.ENABLE_STRIKETHROUGH
_MAX_INDENT = 8

_BULLET = re.compile(r"(\s*)(?:([-*+])\s+|([•▪‣◦●○■□➢➤►▸▶∙\uf0b7\uf0a7\uf0d8\uf076\uf0fc])\s*|([·–—])\s+)(?=\S)")
_NUMBER = re.compile(r"(\s*)([0-9]{1,3})([.)])\s+(?=\S)")
_HEADING = re.compile(r"\s*#{1,6} +(?=[^\W\d_])")
_RULE = re.compile(r"\s*(?:(?:[-*_]\s*){3,}|={3,})\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)\w*\s*")
# What begins a block where it stands first in a line.
_LEADS = re.compile(r"([>+#=-])|([0-9]{1,9})([.)])(?=\s|$)")

# The first group of characters spares the engine the alternatives everywhere else.
_SPAN = re.compile(
    r"(?=[*_~`\[<\\!:h])(?:"
    # Words between marks that nobody takes for anything else: most marks stand so.
    r"(?P<marked>(?<![\w*_~])(?P<mark>\*{1,2}|_|~~)(?=[^\W_])[^*_~`\[<\\]*(?<=[^\W_])(?P=mark)(?![\w*_~]))"
    # The first letters of a word: **R**éseaux.
    r"|(?P<begun>(?<![\w*_~])\*\*[^\W\d_]+\*\*(?=[^\W\d_]))"
    r"|(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^`]+(?<!`)(?P=ticks)(?!`))"
    r"|(?P<path>(?<=\b[A-Za-z]):\\\S*)"
    r"|(?P<escape>\\[*_`~\[\]#+.!<>&-])"
    r"|(?P<address>https?://[^\s<>\"'*`\[\]()]+)"
    r"|(?P<image>!\[(?P<alt>[^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\))"
    r"|(?P<link>\[(?P<label>(?:[^\[\]]|\\[\[\]])+)\]"
    r"\(\s*<?(?P<href>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\))"
    r"|(?P<autolink><(?:https?://[^\s<>]+|mailto:[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>)"
    r"|(?P<tag></?(?P<name>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>)"
    r"|(?P<marks>\*+|_+|~+)"
    r"|[\\`\[<])"
)
_SPECIAL = re.compile(r"[*_~`\[<\\]")
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_BREAK = re.compile(r"</?br\s*/?>\n?", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_VOID = frozenset({"wbr", "img"})
_PICTURE = re.compile(r"<img\s[^<>]*\bsrc=", re.IGNORECASE)
_BEGUN, _ENDED = re.compile(r"__([a-z]+)__"), re.compile(r"__([a-z]+)__$")
_DUNDER = frozenset(
    {*("init", "main", "name", "new", "call", "str", "repr", "dict", "file", "all", "slots", "del", "doc", "class")}
    | {"iter", "next", "len", "eq", "hash", "enter", "exit", "getattr", "setattr", "getitem", "setitem", "version"}
)
# Written without spaces between words, so that an emphasis may begin and end within what looks like one.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def markdown_html(source: str) -> str:
    """What CommonMark and ~~strikethrough~~ make of a text; HTML in it is not sanitised."""
    return pyromark.html(source, options=_OPTIONS)


def paired_tags(text: str) -> frozenset[str]:
    """The names of elements, in small letters, that a text both opens and closes, and of those that need no end."""
    if "<" not in text:
        return frozenset()
    tags = {tag.lower() for tag in set(_TAG.findall(text))}
    names = {tag.removeprefix("/") for tag in tags}
    if "img" in names and not _PICTURE.search(text):
        # The name of an element, in a text about HTML.
        names.remove("img")
    return frozenset(name for name in names if name in _VOID or {name, f"/{name}"} <= tags)


def meant(text: str, tags: frozenset[str]) -> str:
    """The text with everything escaped that is no Markdown that is meant; `tags` are its paired tags."""
    return "\n".join(_Lines(text, tags & (INLINE | _VOID)).written())


def meant_inline(text: str, tags: frozenset[str]) -> str:
    """The same for a text without blocks, such as a name."""
    allowed = tags & (INLINE | _VOID)
    return "\n".join(_escaped_lead(_spans(line.strip(), allowed)) for line in _BREAK.sub("\n", text).split("\n"))


class _Lines:
    """A text, line by line: lists are indented anew, other blocks are escaped."""

    def __init__(self, text: str, tags: frozenset[str]) -> None:
        self._lines = _BREAK.sub("\n", text).split("\n")
        # Most lines begin with a letter, and are no more than text.
        self._special = [line for line in self._lines if line and not line[0].isalpha()]
        self._tags = tags
        self._numbered = _numbered(self._lines)
        self._fences = sum(1 for line in self._special if _FENCE.fullmatch(line)) > 1
        self._is_long = len(self._lines) > 1
        # The columns at which the lists that are open begin.
        self._indents: list[int] = []

    def written(self) -> Iterator[str]:
        for number, line in enumerate(self._lines):
            bullet = _BULLET.match(line)
            if (
                not line.strip()
                or (self._is_long and _RULE.fullmatch(line))
                or (self._fences and _FENCE.fullmatch(line))
            ):
                yield ""
            elif bullet and self._is_bullet(bullet, line):
                yield from self._item(len(bullet[1]), "-", line[bullet.end() :])
            elif number in self._numbered and (found := _NUMBER.match(line)):
                yield from self._item(len(found[1]), f"{found[2]}{found[3]}", line[found.end() :])
            else:
                yield from self._other(line)

    @cached_property
    def _bullets(self) -> Counter[str]:
        return Counter(found[0].strip() for line in self._special if (found := _BULLET.match(line)))

    def _is_bullet(self, found: re.Match[str], line: str) -> bool:
        """Whether a mark at the start of a line makes a list item of it, and is no sign of a number or a dash."""
        mark = found[0].strip()
        if mark in "+-" and line[found.end()].isdigit():
            return mark == "-" and self._bullets[mark] > 1
        return bool(found[4] is None or self._bullets[mark] > 1)

    def _item(self, indent: int, marker: str, text: str) -> Iterator[str]:
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents:
            # Only a list that begins with 1 may follow a paragraph at once.
            yield ""
        if not self._indents or (indent > self._indents[-1] + 1 and len(self._indents) < _MAX_INDENT):
            self._indents.append(indent)
        yield "    " * (len(self._indents) - 1) + f"{marker} {_escaped_lead(_spans(text, self._tags))}"

    def _other(self, line: str) -> Iterator[str]:
        text = line.strip()
        if self._indents and line[0] == " " and len(line) - len(line.lstrip()) > self._indents[-1]:
            yield "    " * len(self._indents) + _escaped_lead(_spans(text, self._tags))
            return
        if self._indents:
            # What is not indented follows the list.
            self._indents.clear()
            yield ""
        heading = _HEADING.match(line) if self._is_long else None
        if heading:
            yield heading[0].strip() + " " + _spans(line[heading.end() :].rstrip(" #"), self._tags)
            yield ""
        else:
            yield _escaped_lead(_spans(text, self._tags))


def _numbered(lines: list[str]) -> frozenset[int]:
    """The lines that begin with a number and are a list: two or more with numbers that rise by one, or all with 1."""
    of_indent: dict[int, list[tuple[int, int]]] = {}
    for place, line in enumerate(lines):
        if line and not line[0].isalpha() and (found := _NUMBER.match(line)):
            of_indent.setdefault(len(found[1]), []).append((place, int(found[2])))
    kept: set[int] = set()
    for found_at in of_indent.values():
        for (place, number), (next_place, next_number) in pairwise(found_at):
            if next_number == number + 1 or number == next_number == 1:
                kept.update((place, next_place))
    return frozenset(kept)


def _escaped_lead(text: str) -> str:
    """A line whose first character begins no block."""
    found = _LEADS.match(text)
    if not found:
        return text
    if found[1]:
        return "\\" + text
    return f"{found[2]}\\{text[found.end(2) :]}"


def _spans(text: str, tags: frozenset[str]) -> str:
    """A line with everything escaped in it that is no inline markup that is meant."""
    if not _SPECIAL.search(text):
        return text

    def written(found: re.Match[str]) -> str:
        kind = found.lastgroup
        # What long texts are full of, before the rest.
        if kind == "marks":
            return found[0] if _is_mark(text, found) else "\\" + "\\".join(found[0])
        if kind is None:
            return "&lt;" if found[0] == "<" else "\\" + found[0]
        match kind:
            case "marked" | "begun":
                return found[0]
            case "code" | "escape" | "autolink":
                return found[0] if found["ticks"] != "``" or "''" not in text else _escaped(found[0])
            case "address":
                return re.sub(r"([_~])(?=.)", r"\\\1", found[0])
            case "image":
                return _spans(found["alt"], tags)
            case "link":
                return _link(found, tags)
            case "tag":
                return found[0] if found["name"].lower() in tags else "&lt;" + _spans(found[0][1:], tags)
        return _escaped(found[0])

    return _SPAN.sub(written, text)


def _link(found: re.Match[str], tags: frozenset[str]) -> str:
    href = found["href"]
    label = _spans(found["label"], tags)
    if web_link(href) is None:
        return f"\\[{label}](" + _spans(found[0][len(found["label"]) + 3 :], tags)
    return f"[{label}](<{href}>)"


def _is_mark(text: str, found: re.Match[str]) -> bool:
    """Whether *, _ or ~~ may begin or end something here: it stands at the outside of a word, not alone or inside."""
    start, end = found.span()
    marks = found[0]
    if marks[0] == "~" and marks != "~~":
        return False
    if marks == "__" and _is_dunder(text, found):
        return False
    # Without a copy of the text, which may be one long line of marks.
    return _is_outside(text[start - 1] if start else "", text[end : end + 1])


@lru_cache(maxsize=4096)
def _is_outside(before: str, after: str) -> bool:
    """Whether what stands between two characters stands at the outside of a word."""
    if after and not after.isspace() and after not in ")]},;:!?%/" and not _in_word(before):
        return True
    return bool(before) and not before.isspace() and before not in "([{/" and not _in_word(after)


def _in_word(character: str) -> bool:
    """Whether a character stands in a word that has spaces around it."""
    return (character.isalnum() or character == "_") and (character.isascii() or not _SPACELESS.match(character))


def _is_dunder(text: str, found: re.Match[str]) -> bool:
    """Whether __ belongs to a name of Python: __init__."""
    after = _BEGUN.match(text, found.start())
    before = _ENDED.search(text, max(0, found.start() - 20), found.end())
    name = after or before
    return bool(name and name[1] in _DUNDER)


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\g<0>", text)
