"""`python -m docs.generate`: what is made from the code, docs/errors.md, docs/warnings.md, docs/metrics.md,
clients/openapi.json, and in the chart the table of its values and its copy of the resource's definition.

The metrics are read from the sources of api/, controller/, renderer/ and runtime/: each call that makes a metric with a
literal name is a row. What to do with a metric is in _USES, since the code has no place for it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.openapi.document import document
from api.settings import FIREBASE, Settings
from charts.release import CHART
from crds.job import CRD_FILE
from docs import errors_page, warnings_page
from docs.values_table import with_table

DOCS = Path(__file__).resolve().parent
CHART_CRD = CHART / "files" / CRD_FILE.name
CHART_README = CHART / "README.md"
PREFIX = "pdf_export_"

_FOLDERS = {
    "runtime": "Each program",
    "api": "API, `:9090/metrics`",
    "controller": "Controller, `:9090/metrics`",
    "renderer": "Renderers, `:8080/metrics`",
}
_TYPES = {
    "Counter": "counter",
    "CounterMetricFamily": "counter",
    "Gauge": "gauge",
    "GaugeMetricFamily": "gauge",
    "_gauge": "gauge",
    "Histogram": "histogram",
}
_USES = {
    "pdf_export_api_create_seconds": "A rise means that the API server is slow.",
    "pdf_export_api_requests_total": "The share of status 5xx and 429 is the error rate that clients see.",
    "pdf_export_api_request_seconds": "The latency that clients see. `?wait` requests are long on purpose.",
    "pdf_export_jobs": "Compare with `jobs.queueLimit`. Every replica reports all jobs: take the maximum, not the sum.",
    "pdf_export_api_cache_jobs": "Memory grows with it. Replicas that differ for long have a broken watch.",
    "pdf_export_api_cache_in_sync": "Alert when it is 0 for a minute: polls then go to the API server.",
    "pdf_export_api_waiting_requests": "Each of them holds one connection.",
    "pdf_export_api_watch_restarts_total": "Some are normal when the API server restarts; a steady rate is not.",
    "pdf_export_api_refused_total": "Clients received 503: raise `pool.max` or `jobs.queueLimit`.",
    "pdf_export_controller_actions_total": 'Alert on a steady rate of outcome="failed"; the log has the status.',
    "pdf_export_controller_jobs_failed_total": "Timeout and RendererLost: look at nodes and memory limits.",
    "pdf_export_controller_renderer_start_failures_total": "The condition RenderersAvailable and its Event say why.",
    "pdf_export_controller_queue_seconds": "Raise `pool.minWarm` or `pool.max` when jobs wait for too long.",
    "pdf_export_controller_decide_seconds": "The load of the controller; scaling.md says when to shard.",
    "pdf_export_controller_jobs": 'Jobs wait when state="waiting" is above 0.',
    "pdf_export_controller_pods": (
        'state="ready" below `pool.minWarm` for long: renderers do not start. '
        'No state="ready", template="current" after an upgrade: the new renderers do not.'
    ),
    "pdf_export_controller_slots": 'state="used" divided by the sum is the use of the pool; `pool.max` bounds it.',
    "pdf_export_controller_oldest_waiting_seconds": "Alert when it nears what clients wait for, 90 s.",
    "pdf_export_controller_jobs_finished_total": (
        "The service's success rate: Done divided by all but Cancelled and what the CV or template is to blame for."
    ),
    "pdf_export_controller_job_seconds": "The service's latency: the share of jobs below a bucket's bound.",
    "pdf_export_build_info": "Which versions run, for example while an upgrade is under way.",
    "pdf_export_controller_jobs_fetched_total": "A steady rate means that the watch loses events.",
    "pdf_export_controller_leader": "Alert when the sum is 0 for a minute: nobody assigns jobs.",
    "pdf_export_controller_service_seconds": "The pool's size follows from it.",
    "pdf_export_controller_start_seconds": "When it grows, look at image pulls and at the nodes' CPU.",
    "pdf_export_controller_launches_held_back": "Alert when it is 1 for five minutes: no new renderer starts.",
    "pdf_export_controller_storage_available": "Alert when it is 0: the condition StorageAvailable has the cause.",
    "pdf_export_renderer_jobs_total": "The share of each error code (errors.md).",
    "pdf_export_renderer_step_seconds": "Which step is slow: print and fill are CPU, upload is storage.",
    "pdf_export_renderer_job_seconds": "The time that a user waits, except the last poll.",
    "pdf_export_renderer_jobs_running": "Its sum beside `pool.max` times `pool.slotsPerPod` is the use of the pool.",
    "pdf_export_renderer_documents_removed_total": "No increase with a `retention`: look for failed sweeps in the log.",
    "pdf_export_renderer_templates_broken": "Alert when it is above 0: the log names file and line.",
    "pdf_export_renderer_chromium_sandboxed": "0: the node lacks the seccomp profile, or forbids user namespaces.",
}
_INTRODUCTION = """\
# Metrics

Made from the code by `make docs`; do not edit it here. Each program also exports the `process_` metrics of
prometheus_client. A histogram has the usual series `_bucket`, `_sum` and `_count`.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric, by its name in the exposition."""

    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str


def rows(folder: str) -> list[Row]:
    """The metrics that a folder's sources make, by name."""
    found = {row.name: row for path in (DOCS.parent / folder).rglob("*.py") for row in _of(ast.parse(path.read_text()))}
    return [found[name] for name in sorted(found)]


def _of(tree: ast.Module) -> Iterator[Row]:
    literals = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _TYPES:
            continue
        match node.args:
            case [ast.Constant(value=str(name)), ast.Constant(value=str(meaning)), *rest] if name.startswith(PREFIX):
                kind = _TYPES[node.func.id]
                given = rest[:1] or [
                    keyword.value for keyword in node.keywords if keyword.arg in ("labels", "labelnames")
                ]
                yield Row(
                    name.removesuffix("_total") + ("_total" if kind == "counter" else ""),
                    kind,
                    tuple(label for each in given for label in _labels(each, literals)),
                    meaning,
                )


def _labels(node: ast.expr, literals: dict[str, ast.expr]) -> tuple[str, ...]:
    node = literals.get(node.id, node) if isinstance(node, ast.Name) else node
    if not isinstance(node, ast.List | ast.Tuple):
        return ()
    return tuple(str(each.value) for each in node.elts if isinstance(each, ast.Constant))


def metrics_page() -> str:
    """docs/metrics.md. KeyError for a metric without a use."""
    parts = [_INTRODUCTION]
    for folder, title in _FOLDERS.items():
        parts += [f"\n## {title}\n\n| name | type | labels | meaning | use |\n| --- | --- | --- | --- | --- |\n"]
        for row in rows(folder):
            labels = ", ".join(f"`{label}`" for label in row.labels) or "–"
            parts.append(f"| `{row.name}` | {row.type} | {labels} | {row.meaning} | {_USES[row.name]} |\n")
    return "".join(parts)


def openapi_json() -> str:
    """clients/openapi.json: the contract with all that settings can add to it, and any templates. The types of the
    clients are made from it."""
    whole = document(
        templates={}, max_body_bytes=Settings.model_fields["max_body_bytes"].default, auth_mode=FIREBASE, limited=True
    )
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def chart_readme() -> str:
    """The chart's README, with the table of the values that it has now."""
    return with_table(CHART_README.read_text(), (CHART / "values.yaml").read_text())


def main() -> None:
    (DOCS / "errors.md").write_text(errors_page.page())
    (DOCS / "warnings.md").write_text(warnings_page.page())
    (DOCS / "metrics.md").write_text(metrics_page())
    (DOCS.parent / "clients" / "openapi.json").write_text(openapi_json())
    # No symbolic link: Git on Windows and Flux make a plain file of it, with the link's target as its text.
    CHART_CRD.write_bytes(CRD_FILE.read_bytes())
    CHART_README.write_text(chart_readme())


if __name__ == "__main__":
    main()
