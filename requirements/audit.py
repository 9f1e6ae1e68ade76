"""Known vulnerabilities of what is pinned: Python packages by pip-audit, npm packages by `npm audit`, Go modules by
govulncheck with the Go team's database, which is a Go module itself.

A source of advisories that cannot be reached is told as "not audited" and fails nothing: what is pinned is no worse for
it. Findings fail unless audit-ignore.toml names them; an entry there that nothing has fails too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IGNORED = Path(__file__).with_name("audit-ignore.toml")
# dev.txt has all of control.txt and renderer.txt, in the same versions: tests/unit/requirements/test_supply.py.
PYTHON = (ROOT / "requirements" / "dev.txt", ROOT / "requirements" / "bench.txt")
NPM = ROOT / "emulator"
GO = ROOT / "cluster" / "k8s"
# The database's state of a day: the same pins give the same result, until a newer one is named here.
VULNDB = "golang.org/x/vulndb@v0.0.0-20261105234957-e22db6528018"
GOVULNCHECK = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
_SECONDS = 600


@dataclass(frozen=True, order=True)
class Finding:
    """A known vulnerability of something pinned. fixed: the versions without it, if there are any."""

    package: str
    version: str
    id: str
    fixed: str = ""

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {self.id}, " + (
            f"fixed in {self.fixed}" if self.fixed else "no fix yet"
        )


@dataclass
class Audit:
    """What one source says. looked_at: how many packages it knows; not_audited: why it says less than all."""

    name: str
    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)
    not_audited: str = ""
    notes: list[str] = field(default_factory=list)


def pip_result(report: Mapping[str, Any]) -> Audit:
    """What pip-audit's JSON says."""
    known = [each for each in report["dependencies"] if "vulns" in each]
    skipped = [each for each in report["dependencies"] if "vulns" not in each]
    findings = [
        Finding(each["name"], each["version"], vulnerability["id"], ", ".join(vulnerability["fix_versions"]))
        for each in known
        for vulnerability in each["vulns"]
    ]
    reason = f"the source has no advisories for {_few(each['name'] for each in skipped)}" if skipped else ""
    return Audit("Python", len(known), findings, reason)


def npm_result(report: Mapping[str, Any]) -> Audit:
    """What `npm audit --json` says."""
    if "vulnerabilities" not in report:
        return Audit("npm", not_audited=str(report.get("message") or report.get("error") or "no answer"))
    findings = [
        Finding(name, each["range"], advisory["url"].rpartition("/")[2], "a newer one" if each["fixAvailable"] else "")
        for name, each in report["vulnerabilities"].items()
        for advisory in each["via"]
        if isinstance(advisory, dict)
    ]
    return Audit("npm", report["metadata"]["dependencies"]["total"], findings)


def go_result(text: str) -> Audit:
    """What govulncheck's stream of JSON objects says: of packages that are built in, and not of the Go that builds."""
    audit = Audit("Go")
    findings: set[Finding] = set()
    toolchain: set[str] = set()
    for message in _objects(text):
        audit.looked_at += len(message.get("SBOM", {}).get("modules", []))
        place = message.get("finding", {}).get("trace", [{}])[0]
        if "package" not in place:
            continue
        found = message["finding"]
        if place["module"] == "stdlib":
            toolchain.add(found.get("fixed_version", "no version yet"))
        else:
            findings.add(Finding(place["module"], place["version"], found["osv"], found.get("fixed_version", "")))
    audit.findings = sorted(findings)
    if toolchain:
        audit.notes.append(f"this machine's Go has known vulnerabilities; fixed in Go {', '.join(sorted(toolchain))}")
    return audit


def python(files: Sequence[Path]) -> Audit:
    """Audit lists of requirements."""
    audits = [_python(file) for file in files]
    return Audit(
        "Python",
        sum(audit.looked_at for audit in audits),
        sorted({finding for audit in audits for finding in audit.findings}),
        "; ".join(dict.fromkeys(audit.not_audited for audit in audits if audit.not_audited)),
    )


def _python(file: Path) -> Audit:
    pins = file.read_text()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as first:
        first.write(pins.partition("\n")[0].split()[0] + "\n")
        first.flush()
        # A mirror that has no advisories knows none of the packages: asked for one, it need not be asked for all.
        probe = _pip_audit(Path(first.name), "--no-deps")
    if not probe.looked_at:
        return probe
    return _pip_audit(file, "--require-hashes" if "--hash" in pins else "--no-deps")


def _pip_audit(file: Path, mode: str) -> Audit:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = _run([*command, "--disable-pip", mode, "--requirement", str(file)])
    try:
        return pip_result(json.loads(done.stdout))
    except ValueError:
        return Audit("Python", not_audited=_last_line(done.stderr))


def npm(folder: Path) -> Audit:
    """Audit a folder with a package-lock.json."""
    if not shutil.which("npm"):
        return Audit("npm", not_audited="npm is not installed")
    done = _run(["npm", "audit", "--json", "--package-lock-only"], cwd=folder)
    try:
        return npm_result(json.loads(done.stdout))
    except ValueError:
        return Audit("npm", not_audited=_last_line(done.stderr))


def go(folder: Path) -> Audit:
    """Audit a Go module: the packages of others that its programs are built from."""
    if not shutil.which("go"):
        return Audit("Go", not_audited="Go is not installed")
    module = _run(["go", "mod", "download", "-json", VULNDB])
    if module.returncode:
        return Audit("Go", not_audited=f"{VULNDB} cannot be fetched")
    advisories = Path(json.loads(module.stdout)["Dir"]) / "data" / "osv"
    with tempfile.TemporaryDirectory() as database:
        index = f"{VULNDB.partition('@')[0]}/cmd/indexdb@{VULNDB.partition('@')[2]}"
        made = _run(["go", "run", index, "-vulns", str(advisories), "-out", database])
        if made.returncode:
            return Audit("Go", not_audited=_last_line(made.stderr))
        source = ("-db", Path(database).as_uri(), "-C", str(folder))
        done = _run(["go", "run", GOVULNCHECK, *source, "-scan", "package", "-format", "json", "./..."])
        return Audit("Go", not_audited=_last_line(done.stderr)) if done.returncode else go_result(done.stdout)


def changed_modules(folder: Path) -> list[str]:
    """Modules on this machine that are not what go.sum says."""
    if not shutil.which("go"):
        return []
    done = _run(["go", "mod", "verify"], cwd=folder)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def judged(audits: Iterable[Audit], ignored: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What to say of all that was found, and what of it makes the audit fail."""
    said: list[str] = []
    failures: list[str] = []
    used: set[str] = set()
    complete = True
    for audit in audits:
        said.append(f"{audit.name}: {audit.looked_at} packages audited, {len(audit.findings)} known vulnerabilities")
        said += [f"{audit.name}: {note}" for note in audit.notes]
        if audit.not_audited:
            complete = False
            said.append(f"{audit.name}: not audited: {audit.not_audited}")
        for finding in audit.findings:
            if finding.id in ignored:
                used.add(finding.id)
                said.append(f"{audit.name}: {finding}; let be: {ignored[finding.id]}")
            else:
                failures.append(f"{audit.name}: {finding}")
    if complete:
        failures += [
            f"{IGNORED.name}: {each} is let be, and nothing has it: take it out" for each in ignored if each not in used
        ]
    return said, failures


def read_ignored(file: Path) -> dict[str, str]:
    """Identifiers of what is let be, with the reason and the day it was looked at."""
    entries = tomllib.loads(file.read_text())["ignored"]
    return {entry["id"]: f"{entry['reason']} ({entry['seen'].isoformat()})" for entry in entries}


def main() -> int:
    """Audit all; 1 when something known is not let be."""
    said, failures = judged((python(PYTHON), npm(NPM), go(GO)), read_ignored(IGNORED))
    failures += changed_modules(GO)
    print("\n".join(said))
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


def _run(command: Sequence[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"{command[0]} took more than {_SECONDS} s")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found, at = decoder.raw_decode(text, at)
        yield found


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason was given"])[-1][:300]


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:5]) + (", …" if len(listed) > 5 else "")


if __name__ == "__main__":
    sys.exit(main())
