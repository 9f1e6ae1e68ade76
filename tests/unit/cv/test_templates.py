"""What is told of the templates before one is filled: template.json, the list of templates and the CV's schema."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.openapi.cv_schema import cv_schema
from crds.job import CRD_FILE
from cv.accept import accept_cv
from cv.options import Options, Takes
from cv.resume import Resume, ResumeInvalid, validate_cv
from cv.templates import Metadata, MetadataInvalid, load_pictures, load_templates, read_metadata, template_folders
from tests.unit.api_fakes import TEMPLATES, Service

CHECKOUT = CRD_FILE.parents[1]
METADATA: dict[str, Any] = {"name": "Acme", "description": "Ours.", "columns": 2, "options": {"photo": False}}


def add(folder: Path, template_id: str, content: object = METADATA) -> Path:
    """A template that has its template.json and nothing else; None: not even that."""
    path = folder / template_id
    path.mkdir(parents=True)
    if content is not None:
        (path / "template.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_templates_metadata(tmp_path: Path) -> None:
    metadata = read_metadata(add(tmp_path, "acme", {**METADATA, "author": "ignored"}))
    assert metadata == Metadata(name="Acme", description="Ours.", columns=2, options=Takes(photo=False))
    assert read_metadata(add(tmp_path, "least", {"name": "L", "description": "D"})).options == Takes()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (None, 1, "there is no such file"),
        ('{\n  "name": "Acme",\n  oops\n}', 3, "property name"),
        ("[]", 1, "should be"),
        ({"name": "Acme"}, 1, "description: Field required"),
        ({**METADATA, "name": ""}, 1, "name: String should have at least 1 character"),
        ({**METADATA, "columns": 7}, 1, "columns: "),
        ({**METADATA, "options": {"pageFormat": ["A3"]}}, 1, "options.pageFormat.0: "),
        ({**METADATA, "options": {"pageFormat": []}}, 1, "options.pageFormat: "),
        ({**METADATA, "options": {"accentColor": "red"}}, 1, "options.accentColor: "),
        ({**METADATA, "options": {"fontFamily": ['Lato"; }']}}, 1, "options.fontFamily.0: "),
        ({**METADATA, "options": {"sectionOrder": ["work", "work"]}}, 1, "names a section twice"),
        ({**METADATA, "options": {"later": True}}, 1, "options.later: "),
    ],
)
def test_metadata_that_cannot_be_used_is_named_by_file_and_line(
    tmp_path: Path, content: object, line: int, words: str
) -> None:
    path = add(tmp_path, "acme", content)
    with pytest.raises(MetadataInvalid) as caught:
        read_metadata(path)
    assert str(caught.value).startswith(f"{path}/template.json:{line}: ")
    assert words in str(caught.value)


def test_one_that_is_broken_is_logged_and_leaves_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, content in (("good", METADATA), ("torn", "{"), ("gone", None)):
        add(tmp_path, name, content)
    assert list(load_templates([tmp_path])) == ["good"]
    assert f"template torn left out: {tmp_path}/torn/template.json:1: " in caplog.text
    assert f"template gone left out: {tmp_path}/gone/template.json:1: there is no such file" in caplog.text


def test_of_two_with_the_same_id_the_first_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = tmp_path / "app", tmp_path / "etc"
    add(ours, "modern", {**METADATA, "name": "Ours"})
    add(theirs, "modern", {**METADATA, "name": "Theirs"})
    add(theirs, "acme")
    templates = load_templates([ours, theirs])
    assert {template_id: metadata.name for template_id, metadata in templates.items()} == {
        "modern": "Ours",
        "acme": "Acme",
    }
    assert f"template {theirs}/modern left out: {ours}/modern comes first" in caplog.text


def test_what_is_no_template_is_not_looked_at(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("_shared", ".git", "..data"):
        add(tmp_path, name)
    (tmp_path / "README.md").write_text("x")
    assert template_folders([tmp_path]) == {}
    assert not caplog.records
    add(tmp_path, "My Template")
    add(tmp_path, "x" * 64)
    assert template_folders([tmp_path]) == {}
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_a_config_map_is_mounted_through_links(tmp_path: Path) -> None:
    # The kubelet's way: files are links to ..data/<file>, and ..data to the folder of this version.
    path = tmp_path / "acme"
    (path / "..v1").mkdir(parents=True)
    (path / "..v1" / "template.json").write_text(json.dumps(METADATA))
    (path / "..data").symlink_to("..v1")
    (path / "template.json").symlink_to("..data/template.json")
    assert load_templates([tmp_path])["acme"].name == "Acme"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        load_templates([tmp_path, tmp_path / "none"])


def test_every_template_of_the_project_has_a_picture() -> None:
    assert set(load_pictures([CHECKOUT / "templates"])) == set(load_templates([CHECKOUT / "templates"]))


def test_a_picture_that_does_not_fit_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    webp = b"RIFF....WEBPVP8 "
    contents = {"fits": webp, "large": webp + bytes(25_000), "jpeg": b"\xff\xd8\xff\xe0", "none": None}
    for template_id, content in contents.items():
        (tmp_path / template_id).mkdir()
        if content is not None:
            (tmp_path / template_id / "picture.webp").write_bytes(content)

    assert load_pictures([tmp_path]) == {"fits": webp}
    assert "large/picture.webp left out: it has 25016 bytes; 25000 are allowed" in caplog.text
    assert "jpeg/picture.webp left out: it is not WebP" in caplog.text
    assert "none" not in caplog.text


def test_every_template_of_the_project_is_told() -> None:
    found = load_templates([CHECKOUT / "templates"])
    folders = {path.parent.name for path in (CHECKOUT / "templates").glob("[a-z]*/template.json")}
    assert set(found) == folders
    for metadata in found.values():
        metadata.options.resolve(Options())


async def test_the_list_has_each_template_with_its_options() -> None:
    listed = (await Service().client.get("/api/export-pdf/templates")).json()
    assert set(listed) == {"templates", "cvSchema"}
    assert [template["id"] for template in listed["templates"]] == ["classic", "modern"]
    for template in listed["templates"]:
        metadata = TEMPLATES[template["id"]]
        assert set(template) == {"id", "name", "description", "columns", "options"}
        assert (template["name"], template["columns"]) == (metadata.name, metadata.columns)
        assert template["options"] == metadata.options.options_schema()


async def test_no_template_is_an_empty_list() -> None:
    listed = (await Service(templates={}).client.get("/api/export-pdf/templates")).json()
    assert listed["templates"] == []


async def test_the_list_and_the_openapi_document_have_the_one_schema_of_a_cv() -> None:
    client = Service().client
    listed = (await client.get("/api/export-pdf/templates")).json()["cvSchema"]
    assert listed == cv_schema()
    document = json.dumps((await client.get("/openapi.json")).json()["components"]["schemas"])
    schemas = json.loads(document.replace("#/components/schemas/", "#/$defs/"))
    assert schemas["ExportRequest"]["properties"]["cvData"]["anyOf"] == listed["anyOf"]
    for name, part in listed["$defs"].items():
        assert schemas[name] == part


def canonical() -> dict[str, Any]:
    """The schema of a CV in the canonical form, without the other ones that are taken."""
    return {**cv_schema(), "anyOf": [{"$ref": "#/$defs/Resume"}]}


def test_the_schema_of_a_cv_is_valid_and_stands_by_itself() -> None:
    schema = cv_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)
    assert set(schema["$defs"]["Resume"]["properties"]) == set(Resume.model_fields)
    validator = jsonschema_rs.validator_for(canonical())
    cv = {"basics": {"name": "Ada"}, "work": [{"startDate": "2020-02", "highlights": None}, None], "x-own": [1]}
    assert validator.is_valid(cv)


SAMPLES = sorted(path.name for path in (CHECKOUT / "tests" / "data").glob("cv-*.json"))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_takes_the_sample_cvs(name: str) -> None:
    cv = json.loads((CHECKOUT / "tests" / "data" / name).read_text())
    validate_cv(cv)
    errors = [error.message for error in jsonschema_rs.validator_for(canonical()).iter_errors(cv)]
    assert not errors


@pytest.mark.parametrize(
    "cv",
    [
        {"basics": {"label": "Engineer"}},
        {"basics": {"name": 5}},
        {"basics": {"name": "A"}, "work": {"company": "Acme"}},
        {"basics": {"name": "A"}, "work": [{"startDate": "soon"}]},
        {"basics": {"name": "A"}, "work": [{"highlights": "x"}]},
        {"basics": {"name": "A"}, "skills": [{"keywords": [1]}]},
    ],
)
def test_the_schema_takes_other_forms_beside_the_canonical_one(cv: dict[str, Any]) -> None:
    accept_cv(cv)
    assert jsonschema_rs.validator_for(cv_schema()).is_valid(cv)
    assert not jsonschema_rs.validator_for(canonical()).is_valid(cv)


def test_the_schema_refuses_what_is_no_object_or_an_empty_one() -> None:
    validator = jsonschema_rs.validator_for(cv_schema())
    nothings: list[Any] = [{}, [], "Ada", 5, None]
    for nothing in nothings:
        assert not validator.is_valid(nothing)
        with pytest.raises(ResumeInvalid):
            accept_cv(nothing)
