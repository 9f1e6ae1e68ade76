"""Which addresses of a CV become links, and how they are written out.

A link is followed by whoever reads the PDF, so only http:, https:, mailto: and tel: get one, and a domain without
a scheme; everything else stays text. The visible text is never changed by becoming a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import quote

MAX_HREF = 2_000

_LABEL = r"[^\s/?#@:\\\"'<>`{}|^%.,;()\[\]]+"
_HOST = rf"{_LABEL}(?:\.{_LABEL})+\.?"
_REST = r"(?::[0-9]{1,5})?(?:[/?#][^\s\\\"<>`{}|^]*)?"
# No user:password@, which can make one host look like another.
_WEB = re.compile(rf"https?://{_HOST}{_REST}", re.IGNORECASE)
_BARE = re.compile(rf"(?:{_LABEL}\.)+(?:[^\W\d_]{{2,24}}|xn--[a-z0-9-]{{2,59}}){_REST}", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"?&#%]+@[^\s@<>()\[\]\\,;:\"?&#%/]+\.[^\s@<>()\[\]\\,;:\"?&#%/.]+")
_MAIL_IN_TEXT = re.compile(r"([^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+)")
# All that may belong to a number, so that none is taken for a part of another one.
_PHONE_IN_TEXT = re.compile(
    r"(?<![\w+])((?>(?:\(\+?[0-9]{1,5}\)|\+?[0-9])"
    r"(?:[0-9 .\u00a0\u2010-\u2013\u202f-]|\([0-9]{1,5}\)|(?<=[0-9)])/(?=[0-9])){4,28}[0-9]))(?!\w)"
)
# A slash may part an area's code from a number (030/901820), or two numbers, which cannot be told apart.
_WITH_SLASH = re.compile(r"(?:\+[0-9]{1,3} ?)?\(?[0-9]{2,5}\)?/[^/]{5,}")
# A date or two years, which have the figures of a number: 2019-05-01, 12.03.1990, 2010 - 2012.
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}([-.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-.])[0-9]{1,2}\2(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2} ?[-\u2010-\u2013] ?(?:19|20)[0-9]{2}"
)
_PHONE = re.compile(r"\+?[0-9][0-9 ()./\u00a0\u2010-\u2013\u202f-]{2,30}", re.ASCII)

# Where an address begins in a text.
_START = re.compile(
    r"(?<![A-Za-z0-9_@./:=&%#$~-])(?:"
    r"(?P<web>(?i:https?)://[^\s<>]+)"
    r"|mailto:(?P<mailto>[^\s<>]+)"
    r"|tel:(?P<tel>\+?[0-9][0-9().-]{2,30})"
    r"|(?P<mail>[A-Za-z0-9][\w.+-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})"
    r"|(?P<bare>(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[a-z]{2,24}(?::[0-9]{1,5})?(?:[/?#][^\s<>]*)?)"
    r")",
)
_DOT = re.compile(r"\.(?<=[A-Za-z0-9]\.)[a-z]{2}")
# What ends a sentence or a bracket and not an address.
_TAIL = ".,;:!?'\"*_~”’»›…。，、；：！？）」』】"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_AROUND = re.compile("[“”«»‹›（），。；：！？、「」『』【】]|[,;](?=https?://)")
# How domains end that are hardly anything else. Endings of files (.py, .rs, .sh, .md) and words (.is, .it, .me) need
# a path or three parts.
_TOP = re.compile(
    "com|org|net|edu|gov|int|info|biz|dev|app|io|ai|co|tech|design|blog|site|online|page|art|xyz|eu|"
    "de|uk|fr|nl|ch|es|pt|br|se|dk|fi|cz|sk|hu|ru|ua|jp|cn|kr|au|nz|ca|mx|ar|cl|tr|gr|za|ie|lu|lt|lv|ee|bg|hr"
)
_SOFTWARE = frozenset({"asp.net", "ado.net", "vb.net", "socket.io", "draw.io"})
_FILES = frozenset({"py", "rs", "sh", "md", "js", "ts", "so", "pl", "cc", "hs", "ml"})


@lru_cache(maxsize=256)
def web_link(url: str) -> str | None:
    """The href for a web address, with or without its scheme, or for a mailto: or tel: URL; None: it stays text."""
    if len(url) > MAX_HREF:
        return None
    scheme, _, rest = url.partition(":")
    match scheme.lower():
        case "https" | "http":
            return url if _WEB.fullmatch(url) else None
        case "mailto":
            return mail_link(rest)
        case "tel":
            return phone_link(rest)
    return f"https://{url}" if _BARE.fullmatch(url) else mail_link(url)


def mail_link(address: str) -> str | None:
    """The href for an e-mail address, which can carry no subject, copy or body; None when it is none."""
    return f"mailto:{quote(address, safe='@+')}" if _MAIL.fullmatch(address) else None


def phone_link(number: str) -> str | None:
    """The href for a telephone number; None when it holds anything but a number."""
    # (+45) is written for +45; (0) is what is dialled at home instead of the country's code.
    bare = re.sub(r"^\((\+[0-9]{1,4})\)", r"\1", number.strip())
    bare = bare.replace("(0)", "") if bare.startswith("+") else bare
    if not _PHONE.fullmatch(bare.removeprefix("(")):
        return None
    digits = re.sub(r"[^0-9]", "", bare)
    return f"tel:{'+' if bare.startswith('+') else ''}{digits}" if 3 <= len(digits) <= 17 else None


def mails(text: str) -> Iterator[tuple[str, str | None]]:
    """A text that is an e-mail address or holds some, in pieces, each with its href or None."""
    return _pieces(text, mail_link, _MAIL_IN_TEXT)


def phones(text: str) -> Iterator[tuple[str, str | None]]:
    """The same of telephone numbers: Mobile (+49 30 901820). A date is none."""
    for piece, href in _pieces(text, phone_link, _PHONE_IN_TEXT):
        is_number = not _DATE.fullmatch(piece) and (piece == text or "/" not in piece or _WITH_SLASH.fullmatch(piece))
        yield piece, href if is_number else None


def _pieces(text: str, link: Callable[[str], str | None], within: re.Pattern[str]) -> Iterator[tuple[str, str | None]]:
    for piece in [text] if link(text) else within.split(text):
        if piece:
            yield piece, link(piece)


def shown_url(url: str) -> str:
    """An address as people write it: without https://, www. and a slash at the end."""
    return re.sub(r"^(https?://(www\.)?|mailto:|tel:)", "", url, flags=re.IGNORECASE).rstrip("/") or url


def may_hold_address(text: str) -> bool:
    """Whether a text can hold an address at all: a cheap test."""
    return "@" in text or "://" in text or "tel:" in text or _DOT.search(text) is not None


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Where addresses stand in a text, as start, end and href, in order; the time is linear in the text's length."""
    place = 0
    while found := _START.search(text, place):
        place = found.end()
        written = _trimmed(found[0])
        href = _href(found.lastgroup, written)
        if href is not None:
            place = found.start() + len(written)
            yield found.start(), place, href


def _trimmed(written: str) -> str:
    """An address without the punctuation of the sentence that it stands in."""
    around = _AROUND.search(written)
    end = around.start() if around else len(written)
    # A longer one is no link, and its brackets would be counted in quadratic time.
    while 0 < end <= MAX_HREF:
        last = written[end - 1]
        opening = _BRACKETS.get(last)
        if last not in _TAIL and (opening is None or written.count(opening, 0, end) >= written.count(last, 0, end)):
            break
        end -= 1
    return written[:end]


def _href(kind: str | None, written: str) -> str | None:
    return web_link(written) if kind != "bare" or _is_domain(*re.split(r"(?=[/?#:])", written, maxsplit=1)) else None


def _is_domain(host: str, path: str = "") -> bool:
    """Whether a host and what follows it in a text is meant as an address: no name of software, no file."""
    labels = host.split(".")
    top = labels[-1]
    known = _TOP.fullmatch(top) is not None
    if labels[0] == "www":
        return True
    if path:
        return known or (len(top) == 2 and top not in _FILES)
    if host != host.lower() or host in _SOFTWARE:
        return False
    return known or (len(labels) > 2 and len(top) == 2 and len(labels[-2]) > 1)
