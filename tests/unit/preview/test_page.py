"""What the preview's page says: problems with their place, documents, verdicts; and that it is text, never markup."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crds.errors import ErrorCode, JobError
from cv.options import OptionsInvalid
from cv.resume import ResumeInvalid
from cv.templates import MetadataInvalid
from cv.warnings import Warning, WarningCode
from preview import conformance, fonts, html
from preview.conformance import Failure, Verdict, parse_report
from preview.controls import Choice, Control
from preview.cvs import Unreadable
from preview.problems import Problem, SourceLine, excerpt, problem_of
from preview.render import RenderResult
from renderer.chromium.browser import BrowserStuck
from renderer.html.fill import TemplateBroken
from renderer.pdf.finish import Document

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
DOCUMENT = Document(b"%PDF-" + bytes(12_340), 2, "ab" * 32)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


FRAGMENTS = {
    "page": html.page(EVIL),
    "problem": html.problem(
        RenderResult(
            problem=Problem(EVIL, EVIL, EVIL, 1, (SourceLine(1, EVIL, True),), ({"field": EVIL, "message": EVIL},))
        )
    ),
    "report": html.report(
        RenderResult(DOCUMENT, (Warning(WarningCode.PHOTO_IGNORED, EVIL, EVIL),), None, {"print": 12.0}),
        missing_fonts=[EVIL],
    ),
    "stage": html.stage(RenderResult(DOCUMENT), [(793, 1123)]),
    "verdict": html.verdict([Verdict(EVIL, False, (Failure(EVIL, EVIL, EVIL, 1),))], note=EVIL),
    "form": html.form(
        [
            Control(EVIL, EVIL, kind, EVIL, EVIL, (Choice(EVIL, EVIL, True),), taken=False)
            for kind in ("few", "many", "text", "colour", "sections")
        ],
        cvs=[EVIL],
        cv=EVIL,
    ),
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_whatever_is_shown_is_text(name: str) -> None:
    found = Tags(FRAGMENTS[name])

    assert not found.attributes & {"onerror", "style"}
    assert ("script" in found.tags) == (name == "page")
    assert ("img" in found.tags) == (name == "stage")


def test_the_page_runs_nothing_that_is_not_in_its_own_files() -> None:
    page = html.page("modern")

    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert "<style" not in page
    assert "unsafe" not in html.CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in html.CONTENT_SECURITY_POLICY


def test_a_broken_template_is_shown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "style.css").write_text("a {}\nb { background: url(x) }\nc {}\n", encoding="utf-8")
    error = caused(JobError(ErrorCode.TEMPLATE_ERROR, "?"), TemplateBroken("own/style.css", 2, "url( is not allowed"))

    problem = problem_of(error, tmp_path)

    assert (problem.line, problem.reason) == (2, "url( is not allowed")
    assert problem.file == str(tmp_path / "own" / "style.css")
    assert [line.text for line in problem.source if line.guilty] == ["b { background: url(x) }"]
    shown = html.problem(RenderResult(problem=problem))
    assert '<span class="guilty"><i>2</i>b { background: url(x) }</span>' in shown
    assert str(problem) == f"{problem.file}:2: The template is broken: url( is not allowed"


def test_broken_metadata_is_shown_with_its_own_line(tmp_path: Path) -> None:
    inner = MetadataInvalid(tmp_path / "own" / "template.json", 7, "Expecting value")
    broken = caused(TemplateBroken("own/template.json", 1, "…"), inner)

    problem = problem_of(caused(JobError(ErrorCode.TEMPLATE_ERROR, "?"), broken), tmp_path)

    assert (problem.line, problem.reason) == (7, "Expecting value")


DETAILS = [
    {"field": "cvData.basics.name", "message": "is required"},
    {"field": "cvData.work[2].url", "message": "must be a string"},
]


@pytest.mark.parametrize("cause", [ResumeInvalid(DETAILS), OptionsInvalid(DETAILS)])
def test_data_that_does_not_fit_is_shown_field_by_field(cause: Exception, tmp_path: Path) -> None:
    problem = problem_of(caused(JobError(ErrorCode.INVALID_DATA, "?"), cause), tmp_path)

    assert list(problem.fields) == DETAILS
    shown = html.problem(RenderResult(problem=problem))
    assert all(one["field"] in shown and one["message"] in shown for one in DETAILS)


def test_a_sample_that_does_not_fit_is_shown_with_its_file(tmp_path: Path) -> None:
    broken = caused(TemplateBroken("own/sample.json", 1, "…"), ResumeInvalid(DETAILS))

    problem = problem_of(broken, tmp_path)

    assert problem.file.endswith("own/sample.json")
    assert list(problem.fields) == DETAILS


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (JobError(ErrorCode.INVALID_DATA, "cvData.basics.image: cannot be decoded"), "cannot be decoded"),
        (JobError(ErrorCode.PAGE_CRASHED, "Chromium crashed twice"), "Chromium crashed"),
        (BrowserStuck(), "Chromium cannot be started"),
        (TimeoutError(), "too long"),
        (Unreadable(Path("/x/cv.json"), 0, "there is no such file"), "/x/cv.json: The CV cannot be read"),
        (RuntimeError("out of luck"), "RuntimeError: out of luck"),
    ],
)
def test_every_failure_has_words(error: Exception, said: str, tmp_path: Path) -> None:
    assert said in str(problem_of(error, tmp_path)).replace(":0:", ":")


@pytest.mark.parametrize(("line", "numbers"), [(1, [1, 2, 3, 4]), (5, [2, 3, 4, 5, 6]), (0, []), (7, [])])
def test_an_excerpt_is_what_stands_around_a_line(line: int, numbers: list[int]) -> None:
    found = excerpt("\n".join("abcdef"), line)

    assert [one.number for one in found] == numbers
    assert [one.number for one in found if one.guilty] == ([line] if numbers else [])


def test_a_document_is_shown_by_its_pages_or_whole() -> None:
    result = RenderResult(DOCUMENT)

    assert html.stage(result, [(793, 1123)] * 5).count("<img") == 5
    assert f'src="/documents/{DOCUMENT.sha256}.pdf"' in html.stage(result, None)
    assert html.stage(RenderResult(problem=Problem("x")), None).strip() == ""


def test_a_report_tells_pages_size_times_and_warnings() -> None:
    warning = Warning(WarningCode.PHOTO_IGNORED, "cvData.basics.image", "is an address")
    result = RenderResult(DOCUMENT, (warning,), None, {"load": 400.0, "fill": 2.25, "print": 30.0, "finish": 7.0})

    shown = html.report(result, missing_fonts=["Vollkorn"])

    for text in ("<dd>2</dd>", "12.3 kB", "<dd>39 ms</dd>", "400 ms", "2.2 ms", "is an address", "<b>Vollkorn</b>"):
        assert text in shown
    assert str(result) == "2 pages, 12.3 kB, 439 ms, 1 warning"
    assert "None: everything is printed" in html.report(RenderResult(DOCUMENT), missing_fonts=[])


def test_a_step_is_drawn_beside_the_longest() -> None:
    assert [(step.label, step.share) for step in html.steps({"load": 0.0, "fill": 5.0, "print": 20.0})] == [
        ("Fill", 25.0),
        ("Print", 100.0),
    ]


def test_families_are_read_from_what_fontconfig_lists() -> None:
    installed = fonts.parse_families("Lato,Lato Black\nNoto Sans\nLato\n\n")

    assert installed == {"Lato", "Lato Black", "Noto Sans"}
    assert fonts.missing(["Lato", "Vollkorn"], installed) == ["Vollkorn"]
    assert fonts.missing(["Lato"], None) == []


REPORT = (
    '{"file": "x.pdf", "ua1": {"passed": true, "failures": []}, "a2a": {"passed": false, "failures": '
    '[{"clause": "6.2.11.4.1", "test": 1, "message": "fonts shall be embedded", "context": "page[0]", "count": 3}]}}'
)


def test_a_report_of_verapdf_is_read() -> None:
    verdicts = parse_report(REPORT)

    assert [(one.standard, one.passed) for one in verdicts] == [("PDF/UA-1", True), ("PDF/A-2a", False)]
    assert verdicts[1].failures == (Failure("6.2.11.4.1", "fonts shall be embedded", "page[0]", 3),)
    shown = html.verdict(verdicts)
    assert "<b>PDF/UA-1</b> conforms" in shown
    assert "<b>PDF/A-2a</b> does not conform" in shown
    assert "fonts shall be embedded" in shown


@pytest.mark.parametrize("text", ["", "Exception in thread main", "[]", '{"ua1": {"passed": true}}', "{}"])
def test_what_is_no_report_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_report(text)


def java(folder: Path, script: str) -> None:
    (folder / "java").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "java").chmod(0o755)


async def test_verapdf_is_asked_about_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(tmp_path, f"test \"$1 $2\" = '-jar check.jar' && grep -q '%PDF-' \"$3\" && echo '{REPORT}'")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    verdicts = await conformance.check(Path("check.jar"), DOCUMENT.pdf)

    assert [one.passed for one in verdicts] == [True, False]


async def test_why_verapdf_says_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(tmp_path, "echo 'Error: Unable to access jarfile' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(conformance.NotChecked, match="Unable to access jarfile"):
        await conformance.check(Path("check.jar"), b"")

    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(conformance.NotChecked, match="needs Java"):
        await conformance.check(Path("check.jar"), b"")


async def test_verapdf_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(tmp_path, "exec sleep 600")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(conformance, "_SECONDS", 0.2)

    async with asyncio.timeout(10):
        with pytest.raises(conformance.NotChecked, match="did not answer"):
            await conformance.check(Path("check.jar"), b"")
