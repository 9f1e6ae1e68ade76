"""Put a run's tables and plots into docs/performance.md: `python -m bench.publish [out/bench.json]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.bars import check
from bench.plots import draw
from bench.report import markdown
from cluster.paths import CHECKOUT
from cluster.progress import Failed

_PAGE = CHECKOUT / "docs" / "performance.md"
BEGIN = "<!-- figures: python -m bench.publish -->"
END = "<!-- end of figures -->"


def main() -> int:
    """Rewrite what stands between the marks, and the plots beside it."""
    parser = argparse.ArgumentParser(prog="python -m bench.publish", description=__doc__)
    parser.add_argument("run", type=Path, nargs="?", default=CHECKOUT / "out" / "bench.json")
    options = parser.parse_args()
    try:
        result = json.loads(options.run.read_text())
        plots = draw(result["median"], result["series"], _PAGE.parent)
        images = "\n\n".join(f"![{path.stem.partition('-')[2]}]({path.name})" for path in plots)
        tables = markdown(result, check(result["median"]))
        _PAGE.write_text(replaced(_PAGE.read_text(), f"{images}\n\n{tables}"))
    except (Failed, OSError) as e:
        print(f"publish: {e}", file=sys.stderr)
        return 1
    print(f"{_PAGE} and {len(plots)} plots")
    return 0


def replaced(page: str, figures: str) -> str:
    """The page with these figures between its marks; Failed when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Failed(f"the page has no lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures.strip()}\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
