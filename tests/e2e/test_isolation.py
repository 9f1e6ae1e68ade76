"""Guarantees 4 and 5: what is printed reaches no network and no file; nothing personal or secret is logged."""

from __future__ import annotations

import base64
import json
import re
import uuid

import httpx

from tests.e2e.client import ApiClient, eventually, pdf_text, ready_pods
from tests.e2e.conftest import Run

# Runs in a renderer's pod: its own printer, given a document that no template would make, and a server beside it.
PRINT_HOSTILE = """
import asyncio, base64, http.server, json, os, threading
from pathlib import Path
from renderer.chromium.sandbox import start_printer

hits = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        hits.append(self.path)
        self.send_response(200); self.end_headers(); self.wfile.write(b"fetched")
    do_POST = do_GET
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
html = f'''<!doctype html><html lang="en"><head><title>t</title>
<link rel="stylesheet" href="{url}/link.css"><link rel="preload" as="image" href="{url}/preload">
<style>@import "{url}/import.css"; @font-face {{ font-family: x; src: url({url}/font) }}
p {{ font-family: x; background: url({url}/background) }}</style>
<script src="{url}/script.js"></script><script>document.write("script ran"); fetch("{url}/fetch")</script>
</head><body onload="fetch('{url}/onload')"><p>printed</p>
<img src="{url}/img"><img src="file:///etc/passwd"><iframe src="{url}/iframe"></iframe>
<iframe src="file:///etc/passwd"></iframe><object data="file:///etc/passwd"></object><embed src="{url}/embed">
<video src="{url}/video" poster="{url}/poster"></video><svg><image href="{url}/svg"/></svg>
<form action="{url}/form" method="post"><input name="a"></form></body></html>'''

async def main():
    printer = await start_printer(Path(os.environ["PDFEXPORT_CHROMIUM"]), "auto")
    pdf = await printer.print(html)
    refresh = f'<meta http-equiv="refresh" content="0;url={url}/moved">'
    moved = await printer.print(html.replace("<title>", refresh + "<title>"))
    await asyncio.sleep(0.5)  # A request that were made would be made by now.
    after = await printer.print("<p>the next job</p>")
    await printer.stop()
    return [base64.b64encode(each).decode() for each in (pdf, moved, after)]

pdfs = asyncio.run(main())
print(json.dumps({"hits": hits, "pdfs": pdfs}))
"""

# Runs in a renderer's pod: a file in every mount and in every folder of the root, and more in /tmp than it takes.
WRITE = """
import json, os
mounts = {line.split()[1]: line.split()[2] for line in open("/proc/mounts")}
refused = {}
for path in sorted({*mounts, "/", "/app", "/opt/venv", *("/" + name for name in os.listdir("/"))}):
    if not os.path.isdir(path):
        continue
    file = os.path.join(path, "written-by-a-test")
    try:
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY))
        os.unlink(file)
        refused[path] = ""
    except OSError as e:
        refused[path] = e.strerror
size = os.statvfs("/tmp")
beyond = ""
file = os.open("/tmp/written-by-a-test", os.O_CREAT | os.O_WRONLY)
os.unlink("/tmp/written-by-a-test")
try:
    os.posix_fallocate(file, 0, size.f_blocks * size.f_frsize + 1)
except OSError as e:
    beyond = e.strerror
print(json.dumps({"refused": refused, "filesystem": mounts["/tmp"], "bytes": size.f_blocks * size.f_frsize,
                  "beyond": beyond}))
"""


def working_renderer(kubectl: Run) -> str:
    pod, *_ = eventually("a renderer is ready", lambda: ready_pods(kubectl, "renderer") or None)
    return str(pod["metadata"]["name"])


def test_what_is_printed_reaches_no_network_no_file_and_runs_no_script(api: ApiClient, kubectl: Run) -> None:
    assert api.finished(api.post({"basics": {"name": "A"}}))["status"] == "done"
    said = json.loads(kubectl("exec", working_renderer(kubectl), "--", "python3", "-c", PRINT_HOSTILE))
    assert said["hits"] == []
    hostile, moved, after = (pdf_text(base64.b64decode(pdf)) for pdf in said["pdfs"])
    for text in (hostile, moved):
        assert "printed" in text
        assert not re.search(r"script ran|fetched|root:", text)
    assert after == "the next job"


def test_a_renderer_can_write_into_a_bounded_memory_and_nowhere_else(kubectl: Run) -> None:
    said = json.loads(kubectl("exec", working_renderer(kubectl), "--", "python3", "-c", WRITE))
    written = {path for path, refusal in said["refused"].items() if not refusal}
    # /dev holds devices and what Kubernetes mounts into it: the pod's shared memory and last words.
    assert {path for path in written if path.split("/")[1] not in ("dev", "proc")} == {"/tmp"}
    assert said["filesystem"] == "tmpfs"
    assert said["bytes"] == 256 << 20
    assert said["beyond"] == "No space left on device"


def test_no_log_line_and_no_event_holds_what_is_personal_or_secret(api: ApiClient, kubectl: Run) -> None:
    marker = f"Zebedee{uuid.uuid4().hex[:8]}"
    cv = {
        "basics": {"name": f"{marker} Name", "email": f"{marker}@example.com", "summary": f"{marker} summary"},
        "work": [{"position": marker, "startDate": "2020"}],
    }
    answer = api.finished(api.post(cv, fileName=f"{marker} file", userId=f"{marker}-user"))
    assert answer["status"] == "done"
    # Failures are where data slips into messages: at the API, and at the renderer for a job made past it.
    wrong = {**cv, "customSections": [{"summary": f"{marker} section without a title"}]}
    refused = api.http.post("/api/export-pdf/job", json={"resumeId": 1, "templateId": "modern", "cvData": wrong})
    assert refused.status_code == 422
    name = str(uuid.uuid4())
    spec = {"resumeId": 1, "templateId": "modern", "cvData": wrong}
    job = {"apiVersion": "pdfexport.dev/v1", "kind": "PdfExportJob", "metadata": {"name": name}, "spec": spec}
    kubectl("create", "-f", "-", input=json.dumps(job))
    assert api.finished(name)["status"] == "error"

    token = httpx.URL(answer["fileUrl"]).params["token"]
    texts = {"events": kubectl("get", "events", "-o", "yaml")}
    for component in ("api", "controller", "renderer"):
        label = f"app.kubernetes.io/component={component}"
        texts[component] = kubectl("logs", "-l", label, "--tail=-1", "--ignore-errors")
        assert texts[component].strip(), f"{component} logs nothing at all"
    for source, text in texts.items():
        assert marker not in text, source
        assert token not in text, source
        assert "alt=media" not in text, source
