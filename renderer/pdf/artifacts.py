"""What is drawn but means nothing (backgrounds, rules, the header and footer of a page) marked as an artifact.

PDF/UA wants every drawing either tagged or an artifact (ISO 14289-1, 7.1). Chromium tags what stands for an element
and leaves the rest without a mark; that is what is marked here. Skia writes one operator a line and no line break
inside a string, so whole lines are looked at and nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

# Operators that draw, each at the end of its line: paths, shadings, objects, texts. By their last letter, which the
# search jumps to.
_DRAWS = re.compile(
    rb"[fFsSbB*hojJ'\"I]\n"
    rb"(?:(?<=\n[fFsSbB]\n)|(?<=\n[fFsSbB]\*\n)|(?<= sh\n)|(?<= Do\n)|(?<=T[jJ]\n)|(?<=['\"]\n)|(?<=\nEI\n))"
)
# A line that begins tagged content of an element.
_TAG = re.compile(rb"/(?!Artifact)[^\n]*/MCID[^\n]*BDC\n")
_DO = re.compile(rb"^/(\S+) Do\n", re.MULTILINE)


def mark_artifacts(content: bytes, tagged_forms: Collection[bytes] = ()) -> bytes:
    """A content stream in which all that is drawn outside tagged content is an artifact.

    `tagged_forms` are the names of XObjects that hold tagged content themselves: they are drawn between artifacts.
    A stream whose marks do not pair up comes back as it is.
    """
    if not content.endswith(b"\n"):
        content += b"\n"
    out: list[bytes] = []
    gap: list[bytes] = []
    marks: list[bool] = []  # Those that are open; whether they tag what is in them (others give its text).
    pagination = True  # What a page draws before its first element are its margin boxes.
    parts = content.split(b"EMC\n")
    last = parts.pop()
    operators = [operator for operator in (b"BDC\n", b"BMC\n") if operator in content]
    nested = b"BMC\n" in operators
    for part in parts:
        if not (marks or gap or nested) and _TAG.match(part) and part.count(b"BDC\n") == 1:
            # Most are one tagged content right after another one.
            out.append(part + b"EMC\n")
            pagination = False
            continue
        start = 0
        for begin, tags in _begins(part, operators):
            if tags and True not in marks:
                gap.append(part[start:begin])
                out.append(_marked(b"".join(gap), tagged_forms, pagination))
                gap, start, pagination = [], begin, False
            marks.append(tags)
        if not marks:
            return content
        (out if True in marks else gap).append(part[start:] + b"EMC\n")
        marks.pop()
    if marks or _begins(last, operators):
        return content
    out.append(_marked(b"".join([*gap, last]), tagged_forms, pagination))
    return b"".join(out)


def _begins(part: bytes, operators: list[bytes]) -> list[tuple[int, bool]]:
    """Where marks begin, in order, and whether they tag: the start of their lines."""
    found: list[tuple[int, bool]] = []
    for operator in operators:
        at = part.find(operator)
        while at >= 0:
            start = part.rfind(b"\n", 0, at) + 1
            found.append((start, part.startswith(b"/Artifact", start) or part.find(b"/MCID", start, at) >= 0))
            at = part.find(operator, at + 1)
    return sorted(found) if len(found) > 1 else found


def _marked(gap: bytes, tagged_forms: Collection[bytes], pagination: bool) -> bytes:
    """The lines outside marked content, with one artifact around them, or one on each side of a tagged form."""
    if not _DRAWS.search(b"\n" + gap):
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
    whole = b"\n" + lines
    texts = whole.count(b"\nBT\n")
    # A mark has to begin and end on the same side of a text object's border.
    if not _DRAWS.search(whole) or texts != whole.count(b"\nET\n"):
        return lines
    kind = b"Pagination" if texts and pagination else b"Layout"
    return b"/Artifact <</Type /" + kind + b">> BDC\n" + lines + b"EMC\n"
