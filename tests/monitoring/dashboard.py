"""The chart's dashboard without a Grafana: its queries asked of a Prometheus, and a picture of what they answer.

Where the panels are, what they ask, their titles, units and legends are the dashboard's. The drawing is not Grafana's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster.paths import CHART
from tests.browser.site import open_browser
from tests.monitoring.prometheus import Prometheus, Series

Point = tuple[float, float]
_FILE = CHART / "files" / "monitoring" / "dashboard.json"
# What Grafana puts in place of its variables, for a dashboard that shows some minutes of a release scraped each second.
RATE_INTERVAL = "30s"
_POINTS = 200
# Of the picture, in CSS pixels: a unit of the dashboard's grid, which has 24 columns, and the space around a panel.
_WIDTH, _HEIGHT, _GAP = 56, 34, 8
_COLORS = ("#3b7dd8", "#d9822b", "#2e9c5a", "#b5479a", "#c9a227", "#c23b3b", "#5c6bc0", "#4aa3a3", "#7a5c3e", "#8a8f98")
_STYLE = """
body { margin: 0; font: 12px sans-serif; background: #f4f5f7; color: #24292f; position: relative; }
section { position: absolute; box-sizing: border-box; background: #fff; border: 1px solid #d8dbe0; padding: 6px 8px;
  overflow: hidden; border-radius: 3px; }
h2 { font-size: 12px; margin: 0 0 4px; font-weight: 600; }
.value { font-size: 26px; margin-top: 14px; text-align: center; }
.value.small { font-size: 13px; margin-top: 2px; text-align: left; line-height: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: 0 10px; max-height: 44px; overflow: hidden; font-size: 11px; }
.legend i { display: inline-block; width: 10px; height: 3px; margin-right: 4px; vertical-align: middle; }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a panel: its legend, and (seconds since the epoch, value); a stat has one point."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel of the dashboard, as the JSON has it, and what its queries have answered."""

    panel: Mapping[str, Any]
    lines: Sequence[Line]

    @property
    def unit(self) -> str:
        """Grafana's name of the unit."""
        return str(self.panel["fieldConfig"]["defaults"]["unit"])


def queries(namespace: str, seconds: float) -> Iterator[tuple[str, str]]:
    """The title of a panel and each of its queries, for one namespace and so many last seconds."""
    for panel in _panels():
        for target in panel["targets"]:
            yield panel["title"], _filled(target["expr"], namespace, seconds)


def read(prometheus: Prometheus, namespace: str, *, start: float, end: float) -> list[Drawn]:
    """All panels with their data between two times, in seconds since the epoch."""
    ask: dict[str, Callable[[str], list[Series]]] = {
        "stat": prometheus.query,
        "timeseries": lambda query: prometheus.query_range(query, start=start, end=end, step=(end - start) / _POINTS),
    }
    return [
        Drawn(
            panel,
            [
                Line(_legend(target["legendFormat"] or panel["title"], series["metric"]), _points(series))
                for target in panel["targets"]
                for series in ask[panel["type"]](_filled(target["expr"], namespace, end - start))
            ],
        )
        for panel in _panels()
    ]


def save_picture(panels: Sequence[Drawn], path: Path, *, start: float, end: float) -> None:
    """Draw the panels into a PNG."""
    sections = "".join(_section(drawn, start, end) for drawn in panels)
    rows = max(drawn.panel["gridPos"]["y"] + drawn.panel["gridPos"]["h"] for drawn in panels)
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 24 * _WIDTH + _GAP, "height": rows * _HEIGHT + _GAP})
        page.set_content(f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>{sections}")
        page.screenshot(path=path)


def _panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_FILE.read_text())["panels"]
    return found


def _filled(expression: str, namespace: str, seconds: float) -> str:
    values = {"namespace": namespace, "__range": f"{seconds:.0f}s", "__rate_interval": RATE_INTERVAL}
    return re.sub(r"\$(\w+)", lambda match: values[match[1]], expression)


def _legend(text: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), text)


def _points(series: Series) -> list[Point]:
    values = series.get("values") or [series["value"]]
    # NaN: a quantile of no observation, for example.
    return [(float(at), float(value)) for at, value in values if value != "NaN"]


def _section(drawn: Drawn, start: float, end: float) -> str:
    grid = drawn.panel["gridPos"]
    place = (
        f"left:{grid['x'] * _WIDTH + _GAP}px;top:{grid['y'] * _HEIGHT + _GAP}px;"
        f"width:{grid['w'] * _WIDTH - _GAP}px;height:{grid['h'] * _HEIGHT - _GAP}px"
    )
    inner = _stat(drawn) if drawn.panel["type"] == "stat" else _chart(drawn, start, end)
    return f'<section style="{place}"><h2>{html.escape(drawn.panel["title"])}</h2>{inner}</section>'


def _stat(drawn: Drawn) -> str:
    if len(drawn.lines) > 1:
        listed = "<br>".join(f"{html.escape(line.name)}: {_last(drawn, line)}" for line in drawn.lines)
        return f'<div class="value small">{listed}</div>'
    return f'<div class="value">{_last(drawn, drawn.lines[0]) if drawn.lines else "no data"}</div>'


def _last(drawn: Drawn, line: Line) -> str:
    if not line.points:
        return "no data"
    value = line.points[-1][1]
    for mapping in drawn.panel["fieldConfig"]["defaults"].get("mappings", ()):
        if option := mapping["options"].get(f"{value:g}"):
            return html.escape(option["text"])
    return _text(value, drawn.unit)


def _chart(drawn: Drawn, start: float, end: float) -> str:
    grid = drawn.panel["gridPos"]
    width, height = grid["w"] * _WIDTH - _GAP - 18, grid["h"] * _HEIGHT - _GAP - 82
    left, bottom = 58, 16
    lines = _stacked(drawn)
    top = max((value for line in lines for _, value in line.points), default=0.0) * 1.05 or 1.0

    def place(point: Point) -> str:
        x = left + (point[0] - start) / (end - start) * (width - left)
        return f"{x:.1f},{height - bottom - point[1] / top * (height - bottom - 4):.1f}"

    shapes = [
        f'<text x="{left - 6}" y="{height - bottom - share * (height - bottom - 4) + 4:.1f}" text-anchor="end" '
        f'font-size="10">{_text(top * share, drawn.unit)}</text><line x1="{left}" x2="{width}" stroke="#e6e8eb" '
        f'y1="{height - bottom - share * (height - bottom - 4):.1f}" '
        f'y2="{height - bottom - share * (height - bottom - 4):.1f}"/>'
        for share in (0, 0.5, 1)
    ]
    shapes += [
        f'<text x="{left + share * (width - left):.0f}" y="{height - 3}" font-size="10" text-anchor="{anchor}">'
        f"{share * (end - start) / 60:.1f} min</text>"
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    ]
    shapes += [
        f'<polyline fill="none" stroke="{_color(index)}" stroke-width="1.5" points="{" ".join(map(place, part))}"/>'
        for index, line in enumerate(lines)
        for part in _unbroken(line.points, (end - start) / _POINTS)
    ]
    legend = "".join(
        f'<span><i style="background:{_color(index)}"></i>{html.escape(line.name)}</span>'
        for index, line in enumerate(drawn.lines)
    )
    return f'<svg width="{width}" height="{height}">{"".join(shapes)}</svg><div class="legend">{legend}</div>'


def _stacked(drawn: Drawn) -> list[Line]:
    """The lines, each on top of those before it where the panel stacks them."""
    if "stacking" not in drawn.panel["fieldConfig"]["defaults"].get("custom", {}):
        return list(drawn.lines)
    below: dict[float, float] = {}
    stacked = []
    for line in drawn.lines:
        for at, value in line.points:
            below[at] = below.get(at, 0.0) + value
        stacked.append(Line(line.name, [(at, below[at]) for at, _ in line.points]))
    return stacked


def _unbroken(points: Sequence[Point], step: float) -> Iterator[list[Point]]:
    """The parts of a line between gaps, where there was no sample."""
    part: list[Point] = []
    for point in points:
        if part and point[0] - part[-1][0] > 1.5 * step:
            yield part
            part = []
        part.append(point)
    if part:
        yield part


def _color(index: int) -> str:
    return _COLORS[index % len(_COLORS)]


def _text(value: float, unit: str) -> str:
    match unit:
        case "percentunit":
            return f"{value:.1%}"
        case "s":
            return f"{value:.3g} s" if value >= 1 or not value else f"{value * 1000:.3g} ms"
        case "bytes":
            return f"{value / 2**20:.0f} MiB"
        case "reqps":
            return f"{value:.2g}/s"
        case _:
            return f"{value:.3g}"
