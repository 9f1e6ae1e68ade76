"""Alerts and dashboard name metrics and labels that exist; each alert has a runbook, and a test of promtool's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate import rows

ROOT = Path(__file__).resolve().parents[3]
MONITORING = ROOT / "charts" / "pdf-export" / "files" / "monitoring"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text())
TESTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "monitoring" / "alerts_test.yaml").read_text())["tests"]
RUNBOOKS = ROOT / "docs" / "runbooks"

METRICS = {row.name: row for folder in ("runtime", "api", "controller", "renderer") for row in rows(folder)}
# Prometheus adds them when it scrapes a pod.
OF_THE_TARGET = {"namespace", "pod"}
_SELECTED = re.compile(r"\b(pdf_export_[a-z_]+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")


def expressions() -> Iterator[tuple[str, str]]:
    """Where each expression is, and the expression."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_expressions_name_metrics_and_labels_that_exist(where: str, expression: str) -> None:
    found = _SELECTED.findall(expression)
    assert found, where
    for name, selectors in found:
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        row = METRICS.get(base if base in METRICS and METRICS[base].type == "histogram" else name)
        assert row is not None, f"{where}: {name} is in no program"
        own = {"le"} if name.endswith("_bucket") else set()
        assert set(_LABEL.findall(selectors)) <= {*row.labels, *own, *OF_THE_TARGET}, f"{where}: {name}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_each_alert_has_a_runbook_and_a_test_that_fires_it(rule: dict[str, Any]) -> None:
    name = rule["alert"]

    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["runbook_url"].endswith(f"/docs/runbooks/{name}.md")
    page = (RUNBOOKS / f"{name}.md").read_text()
    assert page.startswith(f"# {name}\n")
    assert all(f"\n## {part}\n" in page for part in ("Meaning", "Diagnosis", "What to do"))
    assert name in (RUNBOOKS / "index.md").read_text()

    cases = [case for test in TESTS for case in test["alert_rule_test"] if case["alertname"] == name]
    assert any(case["exp_alerts"] for case in cases)
    assert any(not case["exp_alerts"] for case in cases)


def test_every_selector_can_be_narrowed_to_a_namespace() -> None:
    for rule in RULES:
        for name, selectors in _SELECTED.findall(rule["expr"]):
            assert 'namespace=~".+"' in selectors, f"{rule['alert']}: {name}"
