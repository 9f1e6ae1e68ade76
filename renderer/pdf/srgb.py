"""The colour space of every document: an ICC profile of sRGB, made here so that its bytes are known and free.

A display profile of version 2.1 (ICC.1:1998-09, which PDF/A-2 takes) of about 1 kB. IEC 61966-2-1 gives the
primaries and the curve; the matrix is adapted to D50 as ICC has it.
"""

from __future__ import annotations

import struct
from typing import Final

IDENTIFIER: Final = "sRGB IEC61966-2.1"
_COPYRIGHT: Final = "No copyright, use freely"
# The date of IEC 61966-2-1: a profile has to bear one, and this one never changes.
_CREATED: Final = (1999, 10, 18, 0, 0, 0)
_POINTS: Final = 256

_WHITE_D50: Final = (0.96420, 1.00000, 0.82491)
_PRIMARIES: Final = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}


def _linear(encoded: float) -> float:
    """The transfer function of sRGB, both sides from 0 to 1."""
    return encoded / 12.92 if encoded <= 0.04045 else float(((encoded + 0.055) / 1.055) ** 2.4)


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *map(_fixed, values))


def _curve() -> bytes:
    points = [round(_linear(i / (_POINTS - 1)) * 65535) for i in range(_POINTS)]
    return b"curv" + bytes(4) + struct.pack(f">I{_POINTS}H", _POINTS, *points)


def _description(text: str) -> bytes:
    # The Unicode and the ScriptCode parts of textDescriptionType stay empty: 8 bytes, then 3 and 67.
    written = text.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(written)) + written + bytes(8 + 3 + 67)


def profile() -> bytes:
    """The profile; the same bytes every time."""
    curve = _curve()
    tags = {
        b"desc": _description(IDENTIFIER),
        b"cprt": b"text" + bytes(4) + _COPYRIGHT.encode("ascii") + b"\0",
        b"wtpt": _xyz(_WHITE_D50),
        **{name: _xyz(values) for name, values in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offsets: dict[bytes, int] = {}
    body = b""
    start = 128 + 4 + 12 * len(tags)
    for data in dict.fromkeys(tags.values()):
        offsets[data] = start + len(body)
        body += data + bytes(-len(data) % 4)
    table = struct.pack(">I", len(tags)) + b"".join(
        name + struct.pack(">2I", offsets[data], len(data)) for name, data in tags.items()
    )
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4sI8sI3i4s44s",
        start + len(body),
        b"",  # any colour management module
        0x02100000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *_CREATED,
        b"acsp",
        b"",
        0,
        b"",
        0,
        b"",
        0,  # perceptual
        *map(_fixed, _WHITE_D50),
        b"",
        b"",
    )
    return header + table + body
