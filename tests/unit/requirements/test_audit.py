"""The audit's judgement: what its tools say, what fails, what is let be, and that no source is no failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from requirements.audit import IGNORED, Audit, Finding, go_result, judged, npm_result, pip_result, read_ignored

BAD = Finding("jinja2", "2.11.2", "PYSEC-2021-66", "2.11.3")


def test_pip_audit_is_understood() -> None:
    audit = pip_result(
        {
            "dependencies": [
                {
                    "name": "jinja2",
                    "version": "2.11.2",
                    "vulns": [{"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"], "aliases": [], "description": ""}],
                },
                {"name": "kopf", "version": "1.45.0", "vulns": []},
                {"name": "ours", "skip_reason": "Dependency not found on PyPI and could not be audited: ours (1)"},
            ],
            "fixes": [],
        }
    )
    assert audit == Audit("Python", 2, [BAD], "the source has no advisories for ours")


def test_npm_audit_is_understood() -> None:
    advisory = {"url": "https://github.com/advisories/GHSA-p6mc-m468-83gw", "title": "Prototype Pollution"}
    report = {
        "vulnerabilities": {
            "lodash": {"via": [advisory], "range": "<4.17.19", "fixAvailable": True},
            # What depends on it is named with it.
            "async": {"via": ["lodash"], "range": "2.0.0 - 2.6.3", "fixAvailable": True},
        },
        "metadata": {"dependencies": {"total": 650}},
    }
    assert npm_result(report) == Audit(
        "npm", 650, [Finding("lodash", "<4.17.19", "GHSA-p6mc-m468-83gw", "a newer one")]
    )
    refused = {"message": "405 Method Not Allowed - POST …", "statusCode": 405, "error": {"summary": ""}}
    assert npm_result(refused).not_audited == "405 Method Not Allowed - POST …"


def test_govulncheck_is_understood() -> None:
    def finding(identifier: str, fixed: str | None, **place: str) -> dict[str, Any]:
        return {"finding": {"osv": identifier, "trace": [place], **({"fixed_version": fixed} if fixed else {})}}

    net = {"module": "golang.org/x/net", "version": "v0.60.0"}
    messages = [
        {"SBOM": {"modules": [{"path": "golang.org/x/net"}, {"path": "k8s.io/kubernetes"}]}},
        # Required, but nothing of it is built in.
        finding("GO-1", "v0.62.0", module="golang.org/x/crypto", version="v0.1.0"),
        finding("GO-2", "v0.62.0", **net, package="golang.org/x/net/html"),
        finding("GO-2", "v0.62.0", **net, package="golang.org/x/net/html/atom"),
        finding("GO-3", None, module="k8s.io/kubernetes", version="v1.37.2", package="k8s.io/kubernetes/pkg/volume"),
        finding("GO-4", "v1.26.9", module="stdlib", version="v1.26.8", package="net/http"),
    ]
    audit = go_result("\n".join(json.dumps(message, indent=2) for message in messages))
    assert audit.looked_at == 2
    assert audit.findings == [
        Finding("golang.org/x/net", "v0.60.0", "GO-2", "v0.62.0"),
        Finding("k8s.io/kubernetes", "v1.37.2", "GO-3"),
    ]
    assert audit.notes == ["this machine's Go has known vulnerabilities; fixed in Go v1.26.9"]


def test_what_is_known_fails_unless_it_is_let_be() -> None:
    audits = [Audit("Python", 2, [BAD])]
    assert judged(audits, {})[1] == ["Python: jinja2 2.11.2: PYSEC-2021-66, fixed in 2.11.3"]
    said, failures = judged(audits, {BAD.id: "not used (2026-11-26)"})
    assert failures == []
    assert "Python: jinja2 2.11.2: PYSEC-2021-66, fixed in 2.11.3; let be: not used (2026-11-26)" in said


def test_no_source_fails_nothing_and_is_told() -> None:
    said, failures = judged([Audit("npm", not_audited="it does not answer")], {"GHSA-1": "no fix"})
    assert failures == []
    assert "npm: not audited: it does not answer" in said


def test_what_is_let_be_and_nothing_has_fails() -> None:
    failures = judged([Audit("Python", 2)], {"PYSEC-1": "no fix"})[1]
    assert failures == ["audit-ignore.toml: PYSEC-1 is let be, and nothing has it: take it out"]


def test_every_entry_has_a_reason_and_a_day(tmp_path: Path) -> None:
    assert all(len(reason) > 40 for reason in read_ignored(IGNORED).values())
    file = tmp_path / "ignored.toml"
    file.write_text('[[ignored]]\nid = "X"\nseen = 2026-01-02\nreason = "why"\n')
    assert read_ignored(file) == {"X": "why (2026-01-02)"}
