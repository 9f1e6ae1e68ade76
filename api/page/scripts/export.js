// One export by the button, with its steps.
let current = null; // the export that is shown: {started, abort, jobId?}; another one replaces it

function step(name, state, text) {
  const item = $("step-" + name);
  item.className = state;
  item.toggleAttribute("aria-current", state === "now");
  item.querySelector("small").textContent = text || "";
}

function announce(text) { $("status").hidden = !text; $("status").textContent = text; }

function seconds(since) { return ((performance.now() - since) / 1000).toFixed(1) + " s"; }

function fileName() { return $("fileName").value.trim() || $("fileName").placeholder; }

// The service names the file after the person when it gets no name; that name is what the field shows.
function showFileName(cv) {
  const name = valueAt(cv, ["basics", "name"]);
  $("fileName").placeholder = typeof name === "string" && name.trim() ? name.trim() + "_CV" : "cv";
}

// The body of the POST; undefined while the CV is not JSON.
function requestBody() {
  const cvData = readCv(), template = chosenTemplate();
  if (cvData === undefined) return undefined;
  const body = { resumeId: "page", templateId: template ? template.id : "", cvData }, options = readOptions();
  if (Object.keys(options).length) body.options = options;
  if ($("fileName").value.trim()) body.fileName = $("fileName").value.trim();
  return body;
}

function fail(json, status) {
  if (status === 401) askForToken(json.message || json.error);
  const box = $("problem"), fields = json.details || [], others = showProblems(fields);
  box.replaceChildren(element("b", { text: fields.length ? countProblems(fields) : json.message || json.error || "The export failed." }));
  if (others.length) box.append(element("ul", {}, ...others.map(({ field, message }) => element("li", {}, element("code", { text: field }), " " + message))));
  box.hidden = false;
  const invalid = [...document.querySelectorAll("[aria-invalid=true]")], first = invalid.find((control) => control.offsetParent) || invalid[0];
  if (first) { reveal(first); first.focus(); }
  finish();
  announce("");
}

function finish() {
  $("export").disabled = false;
  $("cancel").hidden = true;
}

// The PDF that can be downloaded stays the one that was exported.
function noteChange() {
  if (!$("result").hidden) announce("The CV or its look has changed since this export. Export again for a PDF with the changes.");
}

function begin() {
  $("result").hidden = true;
  $("progress").hidden = false;
  $("progress").scrollIntoView({ block: "nearest" });
  $("export").disabled = true;
  step("sent", "now"); step("made", ""); step("done", "");
  announce("Sending the CV.");
}

async function run(event) {
  event.preventDefault();
  clearProblems();
  const body = requestBody();
  if (!body) { if (view() === "form") showView("json"); $("cv").focus(); return; }
  const mine = current = { started: performance.now(), abort: new AbortController() };
  begin();
  const { status, json } = await send("POST", "/api/export-pdf/job", { body });
  if (current !== mine) return;
  if (status !== 202) { step("sent", "failed", status ? `status ${status}` : "no answer"); fail(json, status); return; }
  mine.jobId = json.jobId;
  step("sent", "past");
  step("made", "now");
  announce("The CV is being rendered.");
  $("cancel").hidden = false;
  remember(json.jobId, fileName(), chosenTemplate().name);
  await follow(mine);
}

async function follow(mine) {
  const ticking = setInterval(() => step("made", "now", seconds(mine.started)), 100);
  const end = await jobEnd(mine.jobId, { signal: mine.abort.signal });
  clearInterval(ticking);
  if (current !== mine) return;
  if (end && end.json.status === "done") { done(mine, end.json); return; }
  step("made", "failed", seconds(mine.started));
  if (end) { forget(mine.jobId); fail({ message: end.json.message || end.json.error }, end.status); return; }
  fail({ message: "There is no PDF after 90 seconds. The job goes on, but this page has stopped asking." });
}

function done(mine, json) {
  step("made", "past", "seen after " + seconds(mine.started));
  step("done", "past");
  finish();
  announce("The PDF is ready.");
  expiresAt(mine.jobId, json.expiresAt);
  showResult(json, fileName());
}

// `json`: the answer about the done job
async function showResult(json, name) {
  const { fileUrl } = json;
  $("open").href = fileUrl;
  $("open").textContent = `Download ${name}.pdf`;
  $("result").hidden = false;
  $("open").focus();
  describePdf(json);
  const pdf = await fetchPdf(fileUrl);
  if (pdf && $("open").href === fileUrl) showPdf(pdf);
}

async function cancel() {
  const { jobId, abort } = current;
  current = null;
  abort.abort();
  finish();
  step("made", "failed", "cancelled");
  announce("The export was cancelled.");
  forget(jobId);
  await send("DELETE", jobPath(jobId));
}
