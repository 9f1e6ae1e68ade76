"""Templates of one's own, from ConfigMaps into a release: a good one prints, a broken one is told and harms none."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cluster.paths import from_environment
from cluster.release import Release, images
from tests.e2e.client import eventually, ready_pods

NAMESPACE = "pdf-export-own"
FULLNAME = "own-pdf-export"
CV = {"basics": {"name": "Ada Lovelace"}}
METADATA = {"name": "Acme", "description": "Ours.", "columns": 1, "options": {"pageFormat": ["A4"]}}
PAGE = "<section><h2>Page</h2><p>{{ cv.basics.name }}</p></section>\n"
# A release of its own, as small as it gets: one pod prints everything.
VALUES = (
    *("pool.max=1", "templates.configMaps.acme=acme-template"),
    *("templates.configMaps.torn=torn-template", "templates.configMaps.missing=no-such-map"),
)
FETCH = "import sys, urllib.request as r; print(r.urlopen('http://127.0.0.1:8080' + sys.argv[1]).read().decode())"


def template(folder: Path, *, pages: int, heading: str = "cv.basics.name") -> Path:
    """A folder as an author has it: on every page a section, the name above the first, in line 4."""
    files = {
        "template.json": json.dumps(METADATA),
        "template.html.j2": '{% extends "_shared/document.html.j2" %}\n{% block body %}\n<main>\n'
        f"<h1>{{{{ {heading} }}}}</h1>\n{PAGE * pages}</main>\n{{% endblock %}}\n",
        "style.css": "section + section { break-before: page }\n",
        "sample.json": json.dumps(CV),
    }
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


@dataclass(frozen=True)
class Own:
    """The release with the ConfigMaps, by kubectl alone."""

    release: Release
    images: dict[str, str]
    folder: Path

    def config_map(self, name: str, folder: Path) -> None:
        """Make a ConfigMap out of a folder, or make it anew."""
        manifest = self.release.kubectl(
            *("create", "configmap", name, f"--from-file={folder}", "--dry-run=client", "-o", "json")
        )
        self.release.kubectl("apply", "-f", "-", stdin=manifest)

    def renderers(self) -> list[dict[str, Any]]:
        """The renderer pods that take jobs."""
        return ready_pods(self.release.kubectl, "renderer")

    def start(self, template_id: str) -> str:
        """Make a job for a template."""
        name = str(uuid.uuid4())
        manifest = {
            "apiVersion": "pdfexport.dev/v1",
            "kind": "PdfExportJob",
            "metadata": {"name": name},
            "spec": {"resumeId": 1, "templateId": template_id, "cvData": CV},
        }
        self.release.kubectl("create", "-f", "-", stdin=json.dumps(manifest))
        return name

    def ended(self, name: str) -> dict[str, Any]:
        """The status of a job that has ended."""

        def status() -> dict[str, Any] | None:
            found: dict[str, Any] = json.loads(self.release.kubectl("get", "pej", name, "-o", "json"))["status"]
            return found if found["phase"] in ("Done", "Error") else None

        return eventually(f"job {name} ends", status, seconds=90, every=0.5)


@pytest.fixture(scope="module")
def own(installed: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """A release with a good template, a broken one, and one whose ConfigMap does not exist."""
    # `installed` has brought the cluster up.
    release = Release(from_environment(), name="own", namespace=NAMESPACE, emulator_address="10.96.91.97")
    own = Own(release, images(installed.paths), tmp_path_factory.mktemp("templates"))
    with release.temporary():
        own.config_map("acme-template", template(own.folder / "acme", pages=3))
        own.config_map("torn-template", template(own.folder / "torn", pages=1, heading="cv.basics.nmae"))
        release.install(own.images, values=VALUES)
        yield own


def test_a_template_from_a_config_map_prints(own: Own) -> None:
    status = own.ended(own.start("acme"))
    assert (status["phase"], status["pages"]) == ("Done", 3), status


def test_a_broken_one_fails_its_own_jobs_by_file_and_line_and_no_other(own: Own) -> None:
    jobs = {template_id: own.start(template_id) for template_id in ("torn", "acme", "missing", "modern")}
    ended = {template_id: own.ended(name) for template_id, name in jobs.items()}
    assert ended["acme"]["phase"] == ended["modern"]["phase"] == "Done"
    for template_id, place in (("torn", "torn/template.html.j2:4: "), ("missing", "missing/template.json:1: ")):
        error = ended[template_id]["error"]
        condition = next(each for each in ended[template_id]["conditions"] if each["type"] == "Failed")
        assert (error["code"], error["retryable"]) == ("TemplateBroken", False)
        assert error["message"] == f"The template {template_id} is broken"
        assert (condition["reason"], condition["message"].startswith(place)) == ("TemplateBroken", True)
    # None of them cost the pod its life.
    assert len({status["renderer"] for status in ended.values()}) == 1
    assert {status["attempt"] for status in ended.values()} == {1}


def test_the_operator_sees_which_and_why(own: Own) -> None:
    [pod] = eventually("the renderer is ready", lambda: own.renderers() or None, seconds=60)
    name = pod["metadata"]["name"]
    log = own.release.kubectl("logs", name)
    assert re.search(r"template torn left out: torn/template\.html\.j2:4: .*nmae", log)
    assert re.search(r"template missing left out: missing/template\.json:1: .*no such file", log)
    metrics = own.release.kubectl("exec", name, "--", "python3", "-c", FETCH, "/metrics")
    assert re.search(r"^pdf_export_renderer_templates_broken 2(\.0)?$", metrics, re.MULTILINE)
    assert "template missing left out: /etc/pdf-export/templates/missing/template.json:1: there is no such file" in (
        own.release.kubectl("logs", f"deployment/{FULLNAME}-api")
    )


def test_the_api_lists_those_that_work_with_their_options(own: Own) -> None:
    command = ("exec", f"deployment/{FULLNAME}-api", "--", "python3", "-c", FETCH, "/api/export-pdf/templates")

    def without_torn() -> dict[str, Any] | None:
        listed = {found["id"]: found for found in json.loads(own.release.kubectl(*command))["templates"]}
        return None if "torn" in listed else listed

    # What is wrong with torn shows only when it is filled, which is the renderers' work.
    own.ended(own.start("torn"))
    listed = eventually("torn is left out", without_torn, seconds=30)
    assert {"acme", "modern"} <= set(listed)
    assert "missing" not in listed
    assert listed["acme"]["name"] == "Acme"
    assert listed["acme"]["options"]["properties"]["pageFormat"]["enum"] == ["A4"]


def test_another_revision_brings_what_was_changed(own: Own) -> None:
    own.config_map("acme-template", template(own.folder / "acme", pages=2))
    own.config_map("torn-template", template(own.folder / "torn", pages=1))
    own.config_map("no-such-map", template(own.folder / "missing", pages=1))
    own.release.install(own.images, values=(*VALUES, "templates.revision=2"))

    def revisions() -> set[str]:
        return {
            pod["metadata"].get("annotations", {}).get("pdfexport.dev/templates-revision", "none")
            for pod in own.renderers()
        }

    eventually("the renderers are new ones", lambda: revisions() == {"2"}, seconds=90, every=1)
    pages = {template_id: own.ended(own.start(template_id)).get("pages") for template_id in ("acme", "torn", "missing")}
    assert pages == {"acme": 2, "torn": 1, "missing": 1}
