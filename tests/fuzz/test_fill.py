"""Random CVs through validation and filling, over all templates and options (--fill: how many)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cv.accept import accept_cv
from cv.options import OptionsInvalid, validate_options
from cv.resume import ResumeInvalid
from preview.render import coverage_here
from renderer.html.fill import Templates
from tests.documents.samples import TEMPLATES
from tests.fuzz.outcome import assert_names_fields, assert_safe_document
from tests.fuzz.strategies import cvs, options

BAIT = "http://127.0.0.1:1"


def test_a_cv_is_filled_in_or_refused_by_the_name_of_its_field(fill_settings: settings) -> None:
    templates = Templates([TEMPLATES], coverage=coverage_here())
    came: Counter[str] = Counter()

    def fill(template: str, cv: Any, chosen: Any) -> str:
        try:
            resume = accept_cv(cv).resume
            filled = templates.fill(template, resume, validate_options(chosen))
        except ResumeInvalid as e:
            assert_names_fields(e.details, "cvData")
            return "CV refused"
        except OptionsInvalid as e:
            assert_names_fields(e.details, "options")
            return "options refused"
        assert_safe_document(filled.html)
        return template

    @fill_settings
    @given(st.data())
    def check(data: st.DataObject) -> None:
        template = data.draw(st.sampled_from(templates.ids), label="template")
        chosen = data.draw(options(templates.takes(template), BAIT), label="options")
        came[fill(template, data.draw(cvs(BAIT), label="cv"), chosen)] += 1

    check()
    print(dict(came))
    # What this is worth: each way was taken often.
    assert min(came[way] for way in (*templates.ids, "CV refused", "options refused")) > came.total() / 50, came
