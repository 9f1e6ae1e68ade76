"""Makes a file name that a client chose safe for a download folder on any system, and names a download by it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_LENGTH = 200
# File systems take names of 255 bytes, and .pdf is added.
MAX_BYTES = 251

# Path separators, and what Windows refuses in a name.
_REPLACED = re.compile(r'[\\/:*?"<>|]+')
# Marks that reorder text: a name must not show another extension than it has.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
# Control, surrogate, unassigned (noncharacters among them), private use, line and paragraph separators.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
_SPACES = re.compile(r"\s+")
_PDF = re.compile(r"\.pdf$", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe_file_name(wanted: str | None, *, person: str | None = None) -> str:
    """A name without .pdf, 1 to 200 characters in NFC, at most 251 bytes in UTF-8, that no file system takes for
    anything but a name.

    Letters of every script stay. Without a usable wanted name it is <person>_CV, or cv.
    """
    return _clean(wanted or "") or _clean(f"{_clean(person)}_CV" if person and _clean(person) else "") or "cv"


def content_disposition(name: str) -> str:
    """The value of Content-Disposition (RFC 6266) for a download of this safe name with .pdf.

    `filename` is for clients that do not read `filename*` (RFC 8187): what it cannot carry becomes _. Browsers disagree
    about % in it (RFC 6266, D), so that is replaced, too; filename* has it.
    """
    file = f"{name}.pdf"
    decomposed = unicodedata.normalize("NFKD", file)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = re.sub(r'[^ -~]|[%"\\]', "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file, safe='')}"


def _clean(text: str) -> str:
    # Invisible characters go first, so that none of them hides a dot, a separator or a reserved name.
    text = _SPACES.sub(" ", text)
    text = "".join(c for c in text if c not in _BIDI and unicodedata.category(c) not in _DROPPED_CATEGORIES)
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    text = _REPLACED.sub("_", text)
    if _RESERVED.match(text):
        text = f"_{text}"
    while (shorter := _trimmed(text)) != text:
        text = shorter
    return f"_{text}" if _RESERVED.match(text) else text


def _trimmed(text: str) -> str:
    text = text.lstrip(". ")[:MAX_LENGTH].encode()[:MAX_BYTES].decode(errors="ignore")
    return _PDF.sub("", text.rstrip(". \u200c\u200d"))
