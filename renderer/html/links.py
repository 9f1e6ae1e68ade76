"""Which addresses of a CV become links, and how they are written out.

A link is followed by whoever reads the PDF, so only https:, mailto: and tel: get one;
everything else stays text.
"""

from __future__ import annotations

import re
from urllib.parse import quote

_HOST = r"[^\s/?#@:\\\"'<>`{}|^%]+\.[^\s/?#@:\\\"'<>`{}|^%.]+\.?"
# No user:password@, which can make one host look like another.
_HTTPS = re.compile(rf"https://{_HOST}(:[0-9]{{1,5}})?([/?#][^\s\\\"'<>`{{}}|^]*)?", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"?&#%]+@[^\s@<>()\[\]\\,;:\"?&#%/]+\.[^\s@<>()\[\]\\,;:\"?&#%/.]+")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./\u2010-\u2013-]{4,30}", re.ASCII)


def web_link(url: str) -> str | None:
    """The href for a web address (https:), or for a mailto: or tel: URL; None when it must stay text."""
    scheme, _, rest = url.partition(":")
    match scheme.lower():
        case "https":
            return url if _HTTPS.fullmatch(url) else None
        case "mailto":
            return mail_link(rest)
        case "tel":
            return phone_link(rest)
    return None


def mail_link(address: str) -> str | None:
    """The href for an e-mail address, which can carry no subject, copy or body; None when it is none."""
    return f"mailto:{quote(address, safe='@+')}" if _MAIL.fullmatch(address) else None


def phone_link(number: str) -> str | None:
    """The href for a telephone number; None when it holds anything but a number."""
    # (0) is what is dialled at home instead of the country's code.
    bare = number.replace("(0)", "") if number.startswith("+") else number
    if not _PHONE.fullmatch(bare):
        return None
    return f"tel:{'+' if bare.startswith('+') else ''}{re.sub(r'[^0-9]', '', bare)}"


def shown_url(url: str) -> str:
    """An address as people write it: without https://, www. and a slash at the end."""
    return re.sub(r"^(https?://(www\.)?|mailto:|tel:)", "", url, flags=re.IGNORECASE).rstrip("/") or url
