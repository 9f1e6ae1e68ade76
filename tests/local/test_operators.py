"""`kubectl pdfexport` with the real kubectl against the programs on this machine."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from pdf_export_client.operators.command import run
from pdf_export_client.operators.kubectl import JsonObject, Kubectl

from local.installation import PROJECT_FOLDER
from tests.e2e.client import eventually
from tests.local.serve import Served, serve

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine")
PERSON = "Zebulon Quillfeather"
Command = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The release in a process of its own, for the plugin blocks."""
    with serve(tmp_path_factory.mktemp("local")) as running:
        yield running


@pytest.fixture(scope="module")
def kubeconfig(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The administrator's, by way of a proxy that adds the token: kubectl sends none without TLS."""
    config = json.loads(served.kubeconfig.read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    with add_token(server, token) as url:
        config["clusters"][0]["cluster"]["server"] = url
        file = tmp_path_factory.mktemp("kubectl") / "kubeconfig"
        file.write_text(json.dumps(config))
        yield file


@contextmanager
def add_token(server: str, token: str) -> Iterator[str]:
    """A proxy on this machine that adds a bearer token to each request; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
            headers = {**kept, "Authorization": f"Bearer {token}"}
            answer = httpx.request(self.command, server + self.path, headers=headers, content=body)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}"
    finally:
        proxy.shutdown()
        proxy.server_close()


@pytest.fixture
def plugin(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the plugin; its exit code and all that it prints."""

    def command(*arguments: str) -> tuple[int, str]:
        code = run([*arguments, f"--kubeconfig={kubeconfig}"])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


@pytest.fixture
def kubectl(kubeconfig: Path) -> Kubectl:
    """kubectl, as the plugin runs it."""
    return Kubectl(f"--kubeconfig={kubeconfig}")


def job_of(kubectl: Kubectl, template: str) -> str:
    """A job of a person, which has ended."""
    cv = json.loads((PROJECT_FOLDER / "templates" / "modern" / "sample.json").read_text())
    cv["basics"]["name"] = PERSON
    spec = {"resumeId": 1, "templateId": template, "cvData": cv, "fileName": PERSON, "userId": PERSON}
    manifest: JsonObject = {
        "apiVersion": "pdfexport.dev/v1",
        "kind": "PdfExportJob",
        "metadata": {"generateName": "operators-"},
        "spec": spec,
    }
    name = kubectl.create(manifest)
    eventually("the job ends", lambda: phase_of(kubectl, name) in ("Done", "Error"), seconds=90)
    return name


def phase_of(kubectl: Kubectl, name: str) -> str:
    """The phase of a job."""
    return str((kubectl.get("pdfexportjobs", name).get("status") or {}).get("phase"))


def conditions_of(kubectl: Kubectl) -> dict[str, JsonObject]:
    """The conditions of the controller's Deployment, by their type."""
    [controller] = kubectl.list("deployments", selector="app.kubernetes.io/component=controller")
    return {each["type"]: each for each in (controller.get("status") or {}).get("conditions") or ()}


def test_status_of_a_release_that_serves(plugin: Command, served: Served, kubectl: Kubectl) -> None:
    assert httpx.get(f"{served.url}/readyz").is_success
    job_of(kubectl, "modern")
    eventually("the storage is known", lambda: "StorageAvailable" in conditions_of(kubectl))

    code, printed = plugin("status")

    assert code == 0, printed
    lines = dict(line.split(maxsplit=1) for line in printed.splitlines())
    assert lines["api"] == "1 of 1 ready"
    assert lines["renderers"].startswith("1 of 1 ready")
    for kind, each in conditions_of(kubectl).items():
        assert lines[kind].startswith(f"{each['status']}, {each['reason']}: {each['message']} (for ")
    assert "problem" not in printed

    code, printed = plugin("status", "--json")
    assert code == 0
    assert json.loads(printed)["jobs"]["Done"] >= 1


def test_why_and_retry_of_a_failed_job(plugin: Command, kubectl: Kubectl) -> None:
    # Given a job of a template that does not exist.
    name = job_of(kubectl, "no-such-template")

    # Then `why` has the code and where it is explained.
    code, printed = plugin("why", name)
    assert code == 1
    assert "UnknownTemplate" in printed
    assert "errors.md#unknowntemplate" in printed

    # When it is tried again, a new job of the same spec ends likewise.
    code, printed = plugin("retry", name)
    assert code == 0, printed
    again = printed.strip()
    eventually("the new job ends", lambda: phase_of(kubectl, again) == "Error", seconds=60)
    assert kubectl.get("pdfexportjobs", again)["spec"] == kubectl.get("pdfexportjobs", name)["spec"]


def test_a_job_that_is_done_is_explained_and_not_tried_again(plugin: Command, kubectl: Kubectl) -> None:
    name = job_of(kubectl, "modern")
    code, printed = plugin("why", name)
    assert (code, printed.split(":")[0]) == (0, "Done")
    assert "http" not in printed, "the link is for the person alone"

    code, printed = plugin("retry", name)
    assert code == 1
    assert "only a job that ended as Error" in printed


def test_a_job_that_does_not_exist(plugin: Command) -> None:
    code, printed = plugin("why", "00000000-0000-0000-0000-000000000000")
    assert code == 1
    assert "not found" in printed


def test_top_has_a_row_for_each_renderer(plugin: Command, kubectl: Kubectl) -> None:
    code, printed = plugin("top")
    assert code == 0
    renderers = [
        each["metadata"]["name"] for each in kubectl.list("pods", selector="app.kubernetes.io/component=renderer")
    ]
    assert renderers
    assert all(name in printed for name in renderers)


def test_the_report_for_support_has_nothing_personal(plugin: Command, kubectl: Kubectl, tmp_path: Path) -> None:
    # Given jobs of a person, one done and one failed.
    names = [job_of(kubectl, "modern"), job_of(kubectl, "no-such-template")]
    urls = [kubectl.get("pdfexportjobs", name)["status"].get("fileUrl", "-") for name in names]

    # When the report is made.
    file = tmp_path / "report.json"
    code, printed = plugin("support", "--output", str(file))
    assert (code, printed) == (0, "")
    text = file.read_text()

    # Then it has the numbers, and neither the person nor what gives access.
    report = json.loads(text)
    assert report["jobs"]["errors"]["UnknownTemplate"] >= 1
    assert report["conditions"][0]["type"] == "RenderersAvailable"
    for secret in (PERSON, "Quillfeather", *names, *urls[:1]):
        assert secret not in text


def test_a_namespace_without_a_release(plugin: Command) -> None:
    code, printed = plugin("status", "--release", "other")
    assert code == 1
    assert "no release other" in printed
