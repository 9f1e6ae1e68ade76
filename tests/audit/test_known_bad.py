"""The audit finds what is known; where a source of advisories does not answer, it says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from requirements import audit

GO_MOD = "module example.com/bad\n\ngo 1.26.0\n\nrequire golang.org/x/net v0.60.0\n"
GO_SUM = """\
golang.org/x/net v0.60.0 h1:79p50tfZlm0J9YfoDsSi639qSXNGVwEzOPLCxM2FsYU=
golang.org/x/net v0.60.0/go.mod h1:2DA/G1UfVbCpQPeWTmMPGY7Cs2PkBkwu743bVX5PIVg=
"""
PROGRAM = 'package main\n\nimport _ "golang.org/x/net/html"\n\nfunc main() {}\n'


def answered(found: audit.Audit) -> audit.Audit:
    """What a source said; the test ends here when it did not answer."""
    if found.not_audited:
        pytest.skip(f"{found.name} is not audited here: {found.not_audited}")
    return found


def test_a_python_version_that_is_known_to_be_bad(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("jinja2==2.11.2\n")
    assert "2.11.3" in {finding.fixed.split(",")[0] for finding in answered(audit.python([file])).findings}


def test_an_npm_version_that_is_known_to_be_bad(tmp_path: Path) -> None:
    package = {"name": "bad", "version": "1.0.0", "dependencies": {"lodash": "4.17.15"}}
    lock = {"lockfileVersion": 3, "packages": {"": package, "node_modules/lodash": {"version": "4.17.15"}}}
    (tmp_path / "package.json").write_text(json.dumps(package))
    (tmp_path / "package-lock.json").write_text(json.dumps({**package, **lock}))
    assert "lodash" in {finding.package for finding in answered(audit.npm(tmp_path)).findings}


def test_a_go_module_that_is_known_to_be_bad(tmp_path: Path) -> None:
    for name, content in (("go.mod", GO_MOD), ("go.sum", GO_SUM), ("main.go", PROGRAM)):
        (tmp_path / name).write_text(content)
    found = answered(audit.go(tmp_path)).findings
    assert audit.Finding("golang.org/x/net", "v0.60.0", "GO-2026-6860", "v0.62.0") in found
    assert audit.judged([audit.Audit("Go", 1, found)], {})[1]
