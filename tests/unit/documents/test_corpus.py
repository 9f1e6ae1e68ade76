"""What `make corpus` takes for a silent loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cv.warnings import Warning, WarningCode
from tests.documents import corpus


def lost(monkeypatch: pytest.MonkeyPatch, data: Any, text: str, *fields: str) -> list[str]:
    """The silent losses of a document with this text and with warnings about these fields."""
    monkeypatch.setattr(corpus, "extracted", lambda _: text.split("\f"))
    monkeypatch.setattr(corpus, "links_of", lambda _: ["https://doi.org/10.1/xyz"])
    warnings = [Warning(WarningCode.FIELD_IGNORED, field, "is not printed") for field in fields]
    return list(corpus.silent(data, b"", warnings))


CV = {"basics": {"name": "Ada Lovelace"}, "work": [{"company": "Analytical Engines"}], "notes": "Bernoulli"}


def test_what_is_printed_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, CV, "ADA LOVELACE\nAnalytical\nEngines\fBernoulli") == []


def test_what_is_missing_is_named_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, CV, "Ada Lovelace") == ["cvData.work[0].company", "cvData.notes"]


def test_what_a_warning_names_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, CV, "Ada Lovelace", "cvData.work[0]", "cvData.notes") == []


def test_a_warning_about_the_whole_cv_excuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, {"notes": "Bernoulli"}, "", "cvData") == ["cvData.notes"]


def test_one_word_of_a_text_is_a_loss_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, {"summary": "wrote the first program"}, "wrote the program") == ["cvData.summary"]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("<p>Led a <strong>team</strong></p>", "Led a team"),
        ("[our site](https://example.org/team)", "our site"),
        ("Fish &amp; chips", "Fish chips"),
        ("buy&#x2011;in", "buy‑in"),
        ("Media&shy;matiker", "Mediamatiker"),
        ("Straße", "STRASSE"),
        ("internationalisation", "inter-\nnationalisation"),
        ("length-limited", "length\ufffelimited"),
        ("مُهندسة", "مهندسة"),
        ("ﬁrst", "first"),
        ("متقدم (C1)", "متقدم (1C)"),
        ("کاهش ۸۰۰ms", "کاهش ms۸۰۰"),
        ("`Ansible`을", "Ansible을"),
        ("**R**esearch", "Research"),
        ("Go\nC\nRust", "Go, C, Rust"),
        ("H<sub>2</sub>O<ul><li>pumps</li></ul>", "H2O pumps"),
        ("donaudampfschifffahrtsgesellschaftskapitän", "donaudampf\nschifffahrts\ngesellschafts\nkapitän"),
        ("使用React开发移动应用", "使用 React开\n发移\n动应用"),
    ],
)
def test_the_words_count_and_not_their_form(monkeypatch: pytest.MonkeyPatch, written: str, printed: str) -> None:
    assert lost(monkeypatch, {"summary": written}, printed) == []


def test_numbers_are_texts_and_dates_and_addresses_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"score": 4.5, "startDate": "2020-01", "url": "https://example.org", "visible": True, "id": "x1"}
    assert lost(monkeypatch, data, "") == ["cvData.score"]


def test_what_a_link_leads_to_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, {"name": "Tides", "doi": "10.1/xyz"}, "Tides") == []


def test_months_and_words_for_ways_to_reach_somebody_are_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"from": {"year": 2016, "month": 3}, "toMonth": "January", "links": [{"name": "E-mail"}, {"name": "Blog"}]}
    assert lost(monkeypatch, data, "2016-03") == ["cvData.links[1].name"]


def test_a_date_is_there_in_the_form_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"work_time": ["2018.06", "2020.07"], "project_time": "2019.04 - 2020.06", "year": "March 2017"}
    assert lost(monkeypatch, data, "2018年6月 2019年4月 2020年") == ["cvData.year"]


def test_what_goes_on_and_sections_without_items_are_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"until": "Atual", "awards": {"name": "Awards", "items": []}, "skills": {"name": "Skills", "items": ["C"]}}
    assert lost(monkeypatch, data, "C") == ["cvData.skills.name"]


def test_what_is_hidden_and_figures_beside_words_are_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = [{"visible": False, "company": "A"}, {"name": "SQL", "description": "good", "level": 4}, {"level": 3}]
    assert lost(monkeypatch, data, "SQL good") == ["cvData[2].level"]


def test_a_figure_of_none_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(monkeypatch, {"levelNum": 0, "points": 3}, "") == ["cvData.points"]


def test_a_file_is_a_cv_or_the_body_of_a_post(tmp_path: Path) -> None:
    file = tmp_path / "cv.json"
    file.write_text(json.dumps({"cvData": {"basics": {}}}), encoding="utf-8-sig")
    assert corpus.read(file) == {"basics": {}}
    file.write_text(json.dumps({"basics": {"name": "Ada"}}))
    assert corpus.read(file) == {"basics": {"name": "Ada"}}


def test_a_file_with_a_field_twice_is_not_judged_without_one_of_them(tmp_path: Path) -> None:
    file = tmp_path / "cv.json"
    file.write_text('{"basics": {"name": "Ada Lovelace"}, "work": [], "work": [{"name": "Analytical Engines"}]}')
    with pytest.raises(ValueError, match="the same field twice: work"):
        corpus.read(file)
