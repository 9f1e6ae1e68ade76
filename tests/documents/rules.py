"""The rules of a good document. Each yields what breaks it, in words that say where.

They are pure: `Subject` holds all that is known of one document. RULES is the list, in the order of reports.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.documents.facts import Facts
from tests.documents.layout import Element, Layout, Run
from tests.documents.samples import Sample

# In points, as all lengths.
_SIZES = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
# From a dot to the texts that it stands between.
_NEAR = 15.0
_HEADING = re.compile(r"H[1-6]")
_BLOCKS = {"P", "LBody", "H1", "H2", "H3", "H4", "H5", "H6"}
# The frame cuts the name above later pages after 60 characters, some more where a word ends.
_NAME_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """One finished document, and what it was made from."""

    sample: Sample
    page_format: str
    language: str
    page_label: str
    """What numbers a page, with {page} and {pages}."""

    rtl: bool
    layout: Layout
    facts: Facts


def size(subject: Subject) -> Iterator[str]:
    """Every page has the paper's size."""
    width, height = _SIZES[subject.page_format]
    for number, (w, h) in enumerate(subject.layout.pages, 1):
        if abs(w - width) > 0.05 or abs(h - height) > 0.05:
            yield f"page {number} is {w:g} × {h:g} pt"


def pages(subject: Subject) -> Iterator[str]:
    """The document is as long as its sample promises, and no page is blank."""
    count = len(subject.layout.pages)
    least, most = subject.sample.pages
    if not least <= count <= most:
        yield f"{count} pages, not {least} to {most}"
    filled = {run.page for run in subject.layout.tree.runs()}
    yield from (f"page {number + 1} is blank" for number in range(count) if number not in filled)


def metadata(subject: Subject) -> Iterator[str]:
    """Title, author and language are told, in both places that readers look at."""
    name = " ".join(unicodedata.normalize("NFC", subject.sample.resume.basics.name).split())
    facts = subject.facts
    if name not in facts.title or facts.xmp_title != facts.title:
        yield f"title {facts.title!r}, in XMP {facts.xmp_title!r}"
    if facts.author != name or facts.xmp_author != name:
        yield f"author {facts.author!r}, in XMP {facts.xmp_author!r}"
    if facts.language != subject.language:
        yield f"language {facts.language!r}, not {subject.language!r}"
    if not facts.shows_title or not facts.tagged:
        yield "its title is not displayed, or it is not tagged"


def furniture(subject: Subject) -> Iterator[str]:
    """From the second page on, name and page X of Y stand on each; on the first, neither does."""
    name = subject.sample.resume.basics.name[:_NAME_SHOWN]
    count = len(subject.layout.pages)
    for number, runs in enumerate(subject.layout.furniture, 1):
        shown = "".join(run.text for run in runs)
        label = subject.page_label.format(page=number, pages=count)
        for what in (name, label):
            if _holds(shown, what, in_order=not subject.rtl) != (number > 1):
                yield f"page {number} {'lacks' if number > 1 else 'has'} {what!r}"


def headings(subject: Subject) -> Iterator[str]:
    """No heading is parted from what it is the heading of."""
    for path in _paths(subject.layout.tree, ()):
        heading = path[-1]
        own = list(heading.runs())
        follower = _follower(path, own)
        if own and follower and follower.page != own[-1].page:
            yield f"{heading.role} {heading.text!r} is the last of page {own[-1].page + 1}"


def markers(subject: Subject) -> Iterator[str]:
    """No list marker stands without its text."""
    for item in subject.layout.tree.elements():
        if item.role != "LI":
            continue
        marks = [run for kid in item.elements() if kid.role == "Lbl" for run in kid.runs()]
        bodies = [run for kid in item.elements() if kid.role == "LBody" for run in kid.runs() if run not in marks]
        if marks and not (bodies and bodies[0].beside(marks[0])):
            yield f"a marker stands alone on page {marks[0].page + 1}, before {item.text[:40]!r}"


def lone_lines(subject: Subject) -> Iterator[str]:
    """A paragraph or list item that goes over two pages has two lines at least on each."""
    for block in subject.layout.tree.elements():
        if block.role not in _BLOCKS or any(kid.role in _BLOCKS for kid in block.elements() if kid is not block):
            continue
        lines = _lines_by_page(list(block.runs()))
        if len(lines) > 1:
            first, last = min(lines), max(lines)
            for page in {first, last}:
                if lines[page] < 2:
                    yield f"one line alone on page {page + 1} of {block.text[:40]!r}"


def hidden(subject: Subject) -> Iterator[str]:
    """Nothing is in the text that is not to be seen: Chromium leaves letters behind that stick out of their page."""
    for run in subject.layout.clipped:
        yield f"{run.text!r} is clipped away on page {run.page + 1}"


def uncut(subject: Subject) -> Iterator[str]:
    """A page cuts nothing off of its text: marks stand higher above letters than their line has room."""
    for run in subject.layout.cut:
        yield f"{run.text!r} is cut on page {run.page + 1}"


def separators(subject: Subject) -> Iterator[str]:
    """A dot between texts has one on each side in its line."""
    runs = [run for run in subject.layout.tree.runs() if run.text.strip()]
    for dot in runs:
        if dot.text.strip() != "·":
            continue
        line = [run for run in runs if run.beside(dot) and run is not dot]
        before = any(-1 < dot.left - run.right < _NEAR for run in line)
        after = any(-1 < run.left - dot.right < _NEAR for run in line)
        if not (before and after):
            yield f"a dot {'ends' if before else 'begins'} a line on page {dot.page + 1}"


def inside(subject: Subject) -> Iterator[str]:
    """Nothing is cut off by the page's edge."""
    for run in subject.layout.tree.runs():
        width, height = subject.layout.pages[run.page]
        if run.left < -1 or run.bottom < -1 or run.right > width + 1 or run.top > height + 1:
            yield f"{run.text[:40]!r} goes over the edge of page {run.page + 1}"


def overlaps(subject: Subject) -> Iterator[str]:
    """No text is printed over another."""
    by_page: dict[int, list[tuple[Run, Element]]] = {}
    for block in subject.layout.tree.elements():
        for run in block.kids:
            if isinstance(run, Run) and run.text.strip():
                by_page.setdefault(run.page, []).append((run, block))
    for page, runs in by_page.items():
        runs.sort(key=lambda pair: pair[0].top, reverse=True)
        for place, (run, block) in enumerate(runs):
            for other, its_block in runs[place + 1 :]:
                if other.top <= run.bottom:
                    break
                if its_block is not block and _overlap(run, other) > 0.4:
                    yield f"page {page + 1}: {run.text[:30]!r} and {other.text[:30]!r} are printed over each other"


def links(subject: Subject) -> Iterator[str]:
    """Links lead to http:, https:, mailto: and tel: only."""
    for link in subject.facts.links:
        if not link.lower().startswith(("http://", "https://", "mailto:", "tel:")):
            yield f"a link to {link[:60]}"


def fonts(subject: Subject) -> Iterator[str]:
    """Every font is in the file."""
    yield from (f"{name} is not embedded" for name in subject.facts.fonts_not_embedded)


RULES: tuple[Callable[[Subject], Iterator[str]], ...] = (
    *(size, pages, metadata, furniture, headings, markers, lone_lines, hidden, uncut, separators, inside, overlaps),
    *(links, fonts),
)


def _paths(element: Element, above: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """The way from the root to each heading."""
    if _level(element):
        yield (*above, element)
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _paths(kid, (*above, element))


def _follower(path: tuple[Element, ...], own: list[Run]) -> Run | None:
    """The first line under a heading that belongs to it; None when nothing does.

    What belongs to it is in the nearest element around it that holds any, and ends at the next heading of its
    level. An element with a heading above it holds other things too: its own entry has ended before.
    """
    heading = path[-1]
    for around in reversed(path[:-1]):
        if any(0 < _level(one) < _level(heading) for one in around.elements()):
            return None
        passed = False
        for run, of in _flow(around, None):
            if of is heading:
                passed = True
            elif passed and of is not None and _level(of) <= _level(heading):
                break
            # A date beside it does not keep it company, as an entry's own heading does.
            elif passed and (of is not None or not any(run.beside(line) for line in own)):
                return run
    return None


def _flow(element: Element, heading: Element | None) -> Iterator[tuple[Run, Element | None]]:
    """All text in reading order, each run with the heading that it is a part of."""
    heading = element if _level(element) else heading
    for kid in element.kids:
        if isinstance(kid, Run):
            yield kid, heading
        else:
            yield from _flow(kid, heading)


def _level(element: Element) -> int:
    """1 to 6 for a heading, 0 for all else."""
    return int(element.role[1]) if _HEADING.fullmatch(element.role) else 0


def _lines_by_page(runs: list[Run]) -> dict[int, int]:
    """How many lines of text there are on each page."""
    lines: list[Run] = []
    for run in runs:
        if run.text.strip() and not any(run.beside(line) for line in lines):
            lines.append(run)
    return dict(Counter(line.page for line in lines))


def _overlap(one: Run, other: Run) -> float:
    """The part of the smaller box that lies in the other, 0 to 1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.top, other.top) - max(one.bottom, other.bottom)
    smaller = min((run.right - run.left) * (run.top - run.bottom) for run in (one, other))
    # Kerning draws a full stop under the letter before it, by less than a point.
    return width * height / smaller if width > 1 and height > 0 and smaller > 0 else 0.0


def _holds(shown: str, wanted: str, *, in_order: bool) -> bool:
    """Whether a text is shown; spaces do not count, nor does the order of letters in what runs both ways."""
    have, want = _letters(shown), _letters(wanted)
    return want in have if in_order else not Counter(want) - Counter(have)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
