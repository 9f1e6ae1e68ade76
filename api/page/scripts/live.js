// The live preview: an export whenever what is on the page has changed. The one before is cancelled, its job deleted.
const QUIET_MS = 700; // without a change
let previewed = ""; // the request that the preview shows, or is about to
let running = null; // {abort, jobId?}: the export under way
let timer = 0;

function stored(name) { try { return localStorage.getItem("pdf-export." + name); } catch { return null; } }

function store(name, value) { try { localStorage.setItem("pdf-export." + name, value); } catch { /* not allowed here */ } }

function isLive() { return $("live").checked; }

function stopPreview() {
  clearTimeout(timer);
  if (!running) return;
  const { abort, jobId } = running;
  running = null;
  abort.abort();
  if (jobId) send("DELETE", jobPath(jobId), { quiet: true });
}

function schedulePreview(ms = QUIET_MS) {
  clearTimeout(timer);
  if (isLive()) timer = setTimeout(previewNow, ms);
}

function notePreview(text) {
  $("previewNote").textContent = text;
  $("preview").classList.toggle("stale", Boolean(text));
}

async function previewNow() {
  const body = requestBody();
  if (!chosenTemplate()) return;
  if (!body) { notePreview("The preview goes on when the CV is valid JSON."); return; }
  delete body.fileName; // the pages are the same
  if (JSON.stringify(body) + token() === previewed) return;
  stopPreview();
  previewed = JSON.stringify(body) + token();
  const mine = running = { abort: new AbortController() }, { signal } = mine.abort;
  notePreview("Updating the preview …");
  const created = await send("POST", "/api/export-pdf/job", { body, quiet: true });
  if (created.status === 202) mine.jobId = created.json.jobId;
  if (running !== mine) { if (mine.jobId) send("DELETE", jobPath(mine.jobId), { quiet: true }); return; }
  clearProblems();
  const end = mine.jobId ? await jobEnd(mine.jobId, { signal, quiet: true }) : created;
  if (running !== mine) return;
  const pdf = end && end.json.status === "done" ? await fetchPdf(end.json.fileUrl, signal) : undefined;
  if (running !== mine) return;
  if (pdf) { notePreview(""); describePdf(end.json); showPdf(pdf); } else missPreview(end);
  stopPreview();
}

// Why there is no preview, and whether it is tried again without a change.
function missPreview(end) {
  const { status, json, retryAfter } = end || { status: 0, json: {}, retryAfter: 0 };
  if (json.status === "done") {
    $("live").checked = false;
    notePreview("The storage does not let this page read PDFs (CORS of the bucket), so there is no preview. Exports can be downloaded.");
  } else if (status === 401) {
    $("tokenBox").hidden = false;
    notePreview("This service requires an access token: enter one to see a preview.");
  } else if (json.details && json.details.length) {
    showProblems(json.details);
    notePreview(countProblems(json.details));
  } else {
    notePreview(json.message || json.error || "The preview takes too long.");
    if (retryAfter) { previewed = ""; schedulePreview(retryAfter * 1000); }
  }
}

function startLive() {
  if (!navigator.pdfViewerEnabled) {
    $("liveBox").hidden = true;
    $("previewNote").textContent = "This browser does not show PDFs within a page. Export to download one.";
    return;
  }
  $("live").checked = stored("live") !== "off";
  $("live").addEventListener("change", (event) => {
    event.stopPropagation();
    store("live", isLive() ? "on" : "off");
    if (isLive()) { previewed = ""; schedulePreview(0); } else { stopPreview(); notePreview(""); }
  });
  addEventListener("pagehide", stopPreview);
}
