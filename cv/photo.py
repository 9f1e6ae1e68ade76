"""What a CV's photo may be: a PNG, JPEG or WebP inside the data itself, since printing fetches nothing.

Only headers are read here; whether the whole can be decoded turns out where it is printed.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct

# A printed photo is some 27 mm wide: 4096 pixels are ample, and a picture that is small as a file
# but huge once decoded cannot take the renderer's memory.
MAX_PIXELS_A_SIDE = 4096

_DATA_URL = re.compile(r"data:image/(png|jpeg|jpg|webp);base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers; C4, C8 and CC lie between them and mean something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset([0x01, *range(0xD0, 0xD9)])


def check_photo(url: str) -> str | None:
    """Why a data: URL is no photo that can be printed, or None when it is one."""
    match = _DATA_URL.fullmatch(url)
    if match is None:
        return "must be a data: URL of a PNG, JPEG or WebP picture in base64"
    try:
        size = _size(base64.b64decode(match.group(2), validate=True))
    except binascii.Error:
        size = None
    if size is None:
        return "must hold a PNG, JPEG or WebP picture"
    if not all(0 < side <= MAX_PIXELS_A_SIDE for side in size):
        return f"must be a picture of at most {MAX_PIXELS_A_SIDE} × {MAX_PIXELS_A_SIDE} pixels"
    return None


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the file's own header has them."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
            return width, height
        if data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp_size(data)
    except (struct.error, IndexError):
        pass
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """From the first chunk (RFC 9649): lossy, lossless, or the canvas of the extended format."""
    match data[12:16]:
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", data, 26)
            # The two upper bits ask for scaling.
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if data[20] == 0x2F:
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(data) >= 30:
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None
