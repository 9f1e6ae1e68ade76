"""What is drawn but means nothing (backgrounds, rules, the header and footer of a page) marked as an artifact.

PDF/UA wants every drawing either tagged or an artifact (ISO 14289-1, 7.1). Chromium tags what stands for an element
and leaves the rest without a mark; that is what is marked here. Skia writes one operator a line and no line break
inside a string, so whole lines are looked at and nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_BEGIN = re.compile(rb"^.*B[DM]C$", re.MULTILINE)
_DRAWS = re.compile(rb"(?:^|[ \])>])(?:[fFBbsS]\*?|sh|Do|T[jJ]|['\"]|EI)$", re.MULTILINE)
_DO = re.compile(rb"^/(\S+) Do\n", re.MULTILINE)
_BT = re.compile(rb"^BT$", re.MULTILINE)
_ET = re.compile(rb"^ET$", re.MULTILINE)


def mark_artifacts(content: bytes, tagged_forms: Collection[bytes] = ()) -> bytes:
    """A content stream in which all that is drawn outside marked content is an artifact.

    `tagged_forms` are the names of XObjects that hold tagged content themselves: they are drawn between artifacts.
    A stream whose marks do not pair up comes back as it is.
    """
    if not content.endswith(b"\n"):
        content += b"\n"
    out: list[bytes] = []
    depth = 0
    pagination = True  # What a page draws before its first element are its margin boxes.
    parts = content.split(b"EMC\n")
    for i, part in enumerate(parts):
        begins = part.count(b"BDC\n") + part.count(b"BMC\n")
        if depth == 0:
            first = _BEGIN.search(part) if begins else None
            gap = part[: first.start()] if first else part
            out.append(_marked(gap, tagged_forms, pagination))
            out.append(part[len(gap) :])
            pagination = False
        else:
            out.append(part)
        depth += begins
        if i < len(parts) - 1:
            out.append(b"EMC\n")
            depth -= 1
            if depth < 0:
                return content
    return content if depth else b"".join(out)


def _marked(gap: bytes, tagged_forms: Collection[bytes], pagination: bool) -> bytes:
    """The lines outside marked content, with one artifact around them, or one on each side of a tagged form."""
    if not _DRAWS.search(gap):
        return gap
    out: list[bytes] = []
    start = 0
    if tagged_forms:
        for do in _DO.finditer(gap):
            if do.group(1) in tagged_forms:
                out += [_artifact(gap[start : do.start()], pagination), do.group()]
                start = do.end()
    out.append(_artifact(gap[start:], pagination))
    return b"".join(out)


def _artifact(lines: bytes, pagination: bool) -> bytes:
    texts = len(_BT.findall(lines))
    # A mark has to begin and end on the same side of a text object's border.
    if not _DRAWS.search(lines) or texts != len(_ET.findall(lines)):
        return lines
    kind = b"Pagination" if texts and pagination else b"Layout"
    return b"/Artifact <</Type /" + kind + b">> BDC\n" + lines + b"EMC\n"
