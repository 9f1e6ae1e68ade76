"""The chart's dashboard without a Grafana: its queries asked of a Prometheus, and a picture of what they answer.

Where the panels are, what they ask, their titles, units and legends are the dashboard's. The drawing is not Grafana's.
"""

from __future__ import annotations

import html
import json
import math
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
_TITLE_HEIGHT = 32
# Between the lines of a scale there are steps of 1, 2 or 5 times a power of ten.
_TICKS = 4
_COLORS = ("#3b7dd8", "#d9822b", "#2e9c5a", "#b5479a", "#c9a227", "#c23b3b", "#5c6bc0", "#4aa3a3", "#7a5c3e", "#8a8f98")
_STYLE = """
body { margin: 0; font: 12px sans-serif; background: #f4f5f7; color: #24292f; position: relative; }
h1 { font-size: 15px; margin: 0; padding: 10px 8px 0; }
h1 span { font-weight: 400; color: #57606a; }
.none { color: #57606a; }
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
    title = f"<h1>{_dashboard()['title']} <span>{_clock(end - start)} min of a release in a test</span></h1>"
    sections = "".join(_section(drawn, start, end) for drawn in panels)
    rows = max(drawn.panel["gridPos"]["y"] + drawn.panel["gridPos"]["h"] for drawn in panels)
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 24 * _WIDTH + _GAP, "height": _TITLE_HEIGHT + rows * _HEIGHT + _GAP})
        page.set_content(f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>{title}{sections}")
        page.screenshot(path=path)


def _dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text())
    return found


def _panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _dashboard()["panels"]
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
    box = (
        f"left:{grid['x'] * _WIDTH + _GAP}px;top:{_TITLE_HEIGHT + grid['y'] * _HEIGHT + _GAP}px;"
        f"width:{grid['w'] * _WIDTH - _GAP}px;height:{grid['h'] * _HEIGHT - _GAP}px"
    )
    inner = _stat(drawn) if drawn.panel["type"] == "stat" else _chart(drawn, start, end)
    return f'<section style="{box}"><h2>{html.escape(drawn.panel["title"])}</h2>{inner}</section>'


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
    width, height = float(grid["w"] * _WIDTH - _GAP - 18), float(grid["h"] * _HEIGHT - _GAP - 82)
    left, bottom = 58, 16
    lines = _stacked(drawn)
    ticks = _ticks(max((value for line in lines for _, value in line.points), default=0.0), drawn)

    def x(at: float) -> float:
        return left + (at - start) / (end - start) * (width - left)

    def y(value: float) -> float:
        return height - bottom - value / ticks[-1] * (height - bottom - 8)

    shapes = [
        f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end" font-size="10">{_tick_text(tick, drawn.unit)}'
        f'</text><line x1="{left}" x2="{width}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#e6e8eb"/>'
        for tick in ticks
    ]
    shapes += [
        f'<text x="{x(start + share * (end - start)):.0f}" y="{height - 3}" font-size="10" text-anchor="{anchor}">'
        f"{_clock(share * (end - start))}</text>"
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    ]
    # The sums last: each covers those above it.
    for index, line in reversed(list(enumerate(lines))):
        for part in _unbroken(line.points, (end - start) / _POINTS):
            drawn_part = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in part)
            if _is_stacked(drawn):
                base = f"{x(part[-1][0]):.1f},{y(0):.1f} {x(part[0][0]):.1f},{y(0):.1f}"
                shapes.append(f'<polygon fill="#fff" points="{drawn_part} {base}"/>')
                shapes.append(f'<polygon fill="{_color(index)}" fill-opacity="0.3" points="{drawn_part} {base}"/>')
            shapes.append(f'<polyline fill="none" stroke="{_color(index)}" stroke-width="1.5" points="{drawn_part}"/>')
    legend = "".join(
        f'<span><i style="background:{_color(index)}"></i>{html.escape(line.name)}</span>'
        for index, line in enumerate(drawn.lines)
    )
    legend = legend or '<span class="none">no data</span>'
    return f'<svg width="{width}" height="{height}">{"".join(shapes)}</svg><div class="legend">{legend}</div>'


def _ticks(top: float, drawn: Drawn) -> list[float]:
    """The values of the lines of a scale, from 0 to the first that is not below `top`."""
    top = drawn.panel["fieldConfig"]["defaults"].get("max", top) or 1.0
    scale = float(2**20) if drawn.unit == "bytes" else 1.0
    rough = top / scale / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = scale * power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return [step * number for number in range(math.ceil(top / step * 0.999) + 1)]


def _tick_text(tick: float, unit: str) -> str:
    return f"{tick:.0%}" if unit == "percentunit" else _text(tick, unit)


def _clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _is_stacked(drawn: Drawn) -> bool:
    return "stacking" in drawn.panel["fieldConfig"]["defaults"].get("custom", {})


def _stacked(drawn: Drawn) -> list[Line]:
    """The lines, each on top of those before it where the panel stacks them."""
    if not _is_stacked(drawn):
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
