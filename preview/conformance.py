"""Whether a PDF conforms to PDF/UA-1 and PDF/A-2a, as veraPDF judges it (tests/verapdf)."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECONDS = 120
_STANDARDS = {"ua1": "PDF/UA-1", "a2a": "PDF/A-2a"}

HOW_TO_GET = (
    "Conformance is checked with veraPDF, which is not here. In a checkout, mvn -q -f tests/verapdf package builds "
    "it; elsewhere give its jar with --verapdf or in PDFEXPORT_VERAPDF. It needs Java."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that is broken: its clause in the standard, what it asks, where first, and how often."""

    clause: str
    message: str
    context: str
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What veraPDF says of one standard."""

    standard: str
    passed: bool
    failures: tuple[Failure, ...]


class NotChecked(Exception):
    """veraPDF could not be asked; the message says why."""


async def check(jar: Path, pdf: bytes) -> list[Verdict]:
    """The verdicts on a PDF, after a second or two. Raises NotChecked."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "document.pdf")
        await asyncio.to_thread(file.write_bytes, pdf)
        try:
            process = await asyncio.create_subprocess_exec(
                *("java", "-jar", str(jar), str(file)),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as e:
            raise NotChecked("veraPDF needs Java, and there is no java on the PATH.") from e
        try:
            async with asyncio.timeout(_SECONDS):
                out, err = await process.communicate()
        except TimeoutError as e:
            raise NotChecked(f"veraPDF did not answer in {_SECONDS} s.") from e
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    try:
        return parse_report(out.decode("utf-8"))
    except ValueError as e:
        said = err.decode("utf-8", "replace").strip().splitlines()
        raise NotChecked(f"veraPDF gave no report: {said[-1] if said else 'it said nothing'}") from e


def parse_report(line: str) -> list[Verdict]:
    """The verdicts in a line of the checker's report; ValueError when it is none."""
    report = json.loads(line)
    try:
        return [_verdict(name, report[key]) for key, name in _STANDARDS.items()]
    except (KeyError, TypeError) as e:
        raise ValueError("not a report") from e


def _verdict(standard: str, report: dict[str, Any]) -> Verdict:
    failures = (
        Failure(str(one["clause"]), str(one["message"]), str(one.get("context") or ""), int(one.get("count", 1)))
        for one in report["failures"]
    )
    return Verdict(standard, bool(report["passed"]), tuple(failures))
