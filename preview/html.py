"""The page's HTML. All that is shown in it is escaped by Jinja; scripts and styles come from files of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from preview.conformance import Verdict
from preview.controls import Control
from preview.render import RenderResult

FOLDER = Path(__file__).parent / "page"

# Nothing but what the preview itself serves; no inline script or style, so that what slipped through would not run.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

# Templates are read once, when a pod starts: no job waits for that.
_ONCE = "load"
_STEPS = {"load": "Load, once", "fill": "Fill", "print": "Print", "finish": "Finish"}

_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step's time, in milliseconds, and beside the longest's, 0 to 100."""

    label: str
    milliseconds: float
    share: float


def page(template_id: str) -> str:
    """The page, empty: its script asks for what is in it."""
    return _environment.get_template("page.html.j2").render(template_id=template_id)


def stage(result: RenderResult, sizes: Sequence[tuple[int, int]] | None) -> str:
    """The pages of a document, of `sizes` in CSS pixels; without sizes the PDF itself. A problem has no stage."""
    return _environment.get_template("stage.html.j2").render(document=result.document, sizes=sizes)


def report(result: RenderResult, *, missing_fonts: Sequence[str]) -> str:
    """What there is to know of a rendering."""
    return _environment.get_template("report.html.j2").render(
        document=result.document,
        warnings=result.warnings,
        steps=steps(result.milliseconds),
        total=sum(spent for name, spent in result.milliseconds.items() if name != _ONCE),
        missing_fonts=missing_fonts,
    )


def problem(result: RenderResult) -> str:
    """Why there is no document; empty when there is one."""
    return _environment.get_template("problem.html.j2").render(problem=result.problem) if result.problem else ""


def form(controls: Sequence[Control], *, cvs: Sequence[str], cv: str) -> str:
    """The form: which CV, and the template's options."""
    return _environment.get_template("form.html.j2").render(controls=controls, cvs=cvs, cv=cv)


def verdict(verdicts: Sequence[Verdict], *, note: str = "") -> str:
    """What veraPDF says, or why it says nothing."""
    return _environment.get_template("verdict.html.j2").render(verdicts=verdicts, note=note)


def steps(milliseconds: Mapping[str, float]) -> list[Step]:
    """The steps that took any time to speak of, in their order."""
    longest = max(milliseconds.values(), default=0) or 1.0
    return [Step(_STEPS[name], spent, 100 * spent / longest) for name, spent in milliseconds.items() if spent >= 0.1]


def _size(count: Any) -> str:
    return f"{count / 1000:,.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.2f} MB"


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


_environment.filters.update(size=_size, time=_time)
