"""The headings of a CV that comes from another program, where the template prints headings of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cv.formats import Heading
from cv.options import MAX_TITLE, SECTIONS
from cv.resume import field_path
from cv.warnings import Warning, WarningCode


def with_headings(
    titles: Mapping[str, str], headings: Iterable[Heading], *, taken: bool, english: bool
) -> tuple[dict[str, str], tuple[Warning, ...]]:
    """The titles of a document, those that were asked for first, and a warning for each heading that is left out.

    `taken` is whether the template takes options.sectionTitles. A heading that nobody has renamed is in English: a
    document in another language has its own for it.
    """
    own: dict[str, str] = {}
    warnings: list[Warning] = []
    for heading in headings:
        if heading.section in titles or (heading.usual and not (english and taken and heading.section)):
            continue
        reason = _left_out(heading, taken=taken)
        if reason is None:
            own.setdefault(heading.section, heading.title)
        else:
            warnings.append(Warning(WarningCode.FIELD_IGNORED, field_path(heading.path), reason))
    return {**own, **titles}, tuple(warnings)


def _left_out(heading: Heading, *, taken: bool) -> str | None:
    if heading.section not in SECTIONS:
        return "is not printed: the document has no heading of this kind"
    if not taken:
        return "is not printed: this template has headings of its own"
    if len(heading.title) > MAX_TITLE:
        return f"is not printed: a heading has at most {MAX_TITLE} characters"
    return None
