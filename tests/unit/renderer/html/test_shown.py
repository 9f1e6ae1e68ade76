"""Fields that a template does not print are warnings: renderer.html.shown."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cv.options import Options
from cv.resume import Resume, validate_cv
from renderer.html.fill import Templates
from renderer.html.shown import text_fields, unshown

FOLDER = Path(__file__).parents[4] / "templates"
PROJECT = Templates([FOLDER])
CV: dict[str, Any] = {
    "basics": {"name": "Jane Doe", "label": "Engineer", "location": {"city": "Oslo"}},
    "work": [{"name": "Acme", "startDate": "2020"}, {"name": "B", "position": "Lead", "highlights": ["Led"]}],
    "customSections": [{"title": "Talks", "entries": [{"date": "2020"}, {"startDate": "2019"}]}],
}


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    """The project's shared files, and a template of one's own that prints a part of a CV."""
    shutil.copytree(FOLDER / "_shared", tmp_path / "_shared")
    own = tmp_path / "own"
    own.mkdir()
    (own / "template.json").write_text('{"name": "Own", "description": "Own."}', encoding="utf-8")
    (own / "style.css").write_text("", encoding="utf-8")
    (own / "sample.json").write_text('{"basics": {"name": "J"}}', encoding="utf-8")
    body = """{% extends "_shared/document.html.j2" %}{% block body %}<h1>{{ cv.basics.name }}</h1>
    {% for one in cv.work %}<p>{{ one.name }} {{ dates.period(one.startDate, one.endDate) }}</p>{% endfor %}
    {% for one in cv.customSections %}{% for part in one.entries %}
    <p>{{ dates.period(part.startDate, part.endDate) or part.date }}</p>{% endfor %}{% endfor %}{% endblock %}"""
    (own / "template.html.j2").write_text(body, encoding="utf-8")
    return Templates([tmp_path])


def test_what_a_template_does_not_print_is_named_with_its_path(templates: Templates) -> None:
    filled = templates.fill("own", validate_cv(CV), Options())
    assert all(warning.code == "FieldIgnored" for warning in filled.warnings)
    assert {warning.field for warning in filled.warnings} == {
        *("cvData.basics.label", "cvData.basics.location.city", "cvData.customSections[0].title"),
        *("cvData.work[1].position", "cvData.work[1].highlights[0]"),
    }


def test_a_template_that_breaks_on_some_cvs_is_still_used(templates: Templates, tmp_path: Path) -> None:
    body = tmp_path / "own" / "template.html.j2"
    body.write_text("<h1>{{ cv.basics.name }}</h1>{% if cv.work %}{{ 1 / 0 }}{% endif %}", encoding="utf-8")
    filled = Templates([tmp_path]).fill("own", validate_cv({"basics": {"name": "J", "label": "x"}}), Options())
    assert filled.warnings == ()


@pytest.mark.parametrize("template", PROJECT.ids)
def test_the_projects_templates_print_every_field(template: str) -> None:
    def fill(resume: Resume) -> str:
        return PROJECT.fill(template, resume, Options()).html

    assert unshown(fill) == frozenset()
    assert len(text_fields()) > 70
