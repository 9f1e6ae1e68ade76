"""What a document costs beside its printing, and what a template's first use costs in a renderer that just started.

Runs the renderer's own code on this machine's Chromium, without a cluster; every row is a median of many runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from cluster.paths import CHECKOUT
from cluster.progress import Failed
from cv.accept import accept_cv
from cv.options import Options
from cv.resume import validate_cv
from local import chromium
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.fit import fitted
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage
from renderer.pdf.finish import Metadata, finish

_DATA = CHECKOUT / "tests" / "data"
_TEMPLATES = [CHECKOUT / "templates"]


def main() -> int:
    """Print both tables; the figures also go to out/bench-documents.json."""
    parser = argparse.ArgumentParser(prog="python -m bench.documents", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="runs that a median is taken of (default 20)")
    options = parser.parse_args()
    try:
        figures = asyncio.run(measure(options.runs))
    except Failed as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    report(figures)
    return 0


async def measure(runs: int) -> dict[str, dict[str, float]]:
    """Milliseconds by template and step, for the two-page CV."""
    coverage = Coverage.of_system()
    templates = Templates(_TEMPLATES, coverage=coverage)
    cv = json.loads((_DATA / "cv-two-pages.json").read_text())
    resume = validate_cv(cv)
    figures: dict[str, dict[str, float]] = {}
    for template in templates.ids:
        prints = await _prints(templates, template, runs)
        printed = prints.printed
        metadata = Metadata(title="CV", author=resume.basics.name, subject="", keywords=(), language="en")
        figures[template] = {
            "validate": _median(partial(accept_cv, cv), runs),
            "coverage": _median(partial(coverage.replace, resume), runs),
            "fill": _median(partial(templates.fill, template, resume, Options()), runs),
            "print": statistics.median(prints.single),
            "prints": len(prints.single) / len(prints.whole),
            "fit": statistics.median(prints.beside),
            "finish": _median(partial(finish, printed, metadata), runs),
            "pages": finish(printed, metadata).pages,
            "first use": prints.first,
            "later uses": statistics.median(prints.whole),
        }
    return figures


@dataclass(slots=True)
class _Prints:
    """Of a renderer that has just started: ms of the template's first document, of the later ones, and their parts."""

    printed: bytes = b""
    first: float = 0.0
    whole: list[float] = field(default_factory=list)
    """Of each later document: all its prints, and what chooses among them."""
    single: list[float] = field(default_factory=list)
    """Of each print of Chromium."""
    beside: list[float] = field(default_factory=list)
    """Of each later document: what fitting it takes beside its prints."""


async def _prints(templates: Templates, template: str, runs: int) -> _Prints:
    """Documents fitted as those of jobs are, so that each print which that takes is seen."""
    resume = validate_cv(json.loads((_DATA / "cv-two-pages.json").read_text()))
    printer = Printer(chromium.require())
    await printer.start()
    prints = _Prints()
    taken: list[float] = []

    async def timed(html: str) -> bytes:
        began = time.perf_counter()
        printed = await printer.print(html)
        taken.append((time.perf_counter() - began) * 1000)
        return printed

    try:
        await Documents(templates, printer).warm_up(templates.ids)
        for run in range(runs + 1):
            taken.clear()
            filled = templates.fill(template, resume, Options())
            began = time.perf_counter()
            fit = await fitted(filled, timed)
            whole = (time.perf_counter() - began) * 1000
            if run == 0:
                prints.first = whole
                continue
            prints.printed = fit.printed
            prints.whole.append(whole)
            prints.single += taken
            prints.beside.append(whole - sum(taken))
    finally:
        await printer.stop()
    return prints


def _median(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def report(figures: dict[str, dict[str, float]]) -> None:
    """Print a table and write it down."""
    columns = ("pages", "validate", "coverage", "fill", "print", "prints", "fit", "finish", "first use", "later uses")
    print(f"\n{'ms, two-page CV':18}" + "".join(f"{name:>12}" for name in columns) + f"{'beside':>12}")
    for template, row in figures.items():
        beside = row["validate"] + row["fit"] + row["finish"]
        print(f"{template:18}" + "".join(f"{row[name]:12.2f}" for name in columns) + f"{beside:12.2f}")
    print("\ncoverage is a part of fill: the search for characters that no font has")
    print("print is one print of Chromium, prints how many a document takes, fit what chooses among them")
    print("beside = validate + fit + finish: what a document costs that is not its template or its printing")
    worst = max(figures, key=lambda name: figures[name]["first use"] - figures[name]["later uses"])
    extra = figures[worst]["first use"] - figures[worst]["later uses"]
    print(f"the first use costs at most {extra:.0f} ms over the later ones ({worst})")
    out = CHECKOUT / "out" / "bench-documents.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    sys.exit(main())
