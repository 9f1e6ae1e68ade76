// Polls as the web application does: every 3 seconds, until done or error, for at most 90 seconds.
const POLL_MS = 3000, GIVE_UP_MS = 90000;
const sample = pageData.sampleCv;
let current = null; // the export that is shown: {jobId, started}; another one replaces it
let previewUrl = "";

function step(name, state, text) {
  const item = $("step-" + name);
  item.className = state;
  item.toggleAttribute("aria-current", state === "now");
  item.querySelector("small").textContent = text || "";
}

function announce(text) { $("live").hidden = !text; $("live").textContent = text; }

function seconds(since) { return ((performance.now() - since) / 1000).toFixed(1) + " s"; }

function log(method, path, status, body) {
  const list = $("exchange");
  if (list.querySelector(".empty")) list.replaceChildren();
  list.append(element("li", {}, element("b", { text: `${method} ${path} → ${status}` }), element("span", { text: body })));
  list.scrollTop = list.scrollHeight;
}

async function send(method, path, body) {
  const headers = {}, init = { method, headers };
  if (body !== undefined) { init.body = JSON.stringify(body); headers["Content-Type"] = "application/json"; }
  if ($("token").value.trim()) headers.Authorization = "Bearer " + $("token").value.trim();
  let response, text;
  try {
    response = await fetch(path, init);
    text = await response.text();
  } catch {
    log(method, path, "no answer", "");
    return { status: 0, json: { message: "The service cannot be reached." } };
  }
  log(method, path, response.status, text);
  let json = {};
  try { json = JSON.parse(text); } catch { /* an empty body, or a proxy's page */ }
  return { status: response.status, json };
}

// Where the value of a path such as work[2].startDate stands in a JSON text: [start, end], of the deepest part that is there.
function locate(json, path) {
  const wanted = path.match(/[^.[\]]+/g) || [];
  let i = 0, reached = -1, place = [0, 0];
  const blanks = () => { while (i < json.length && /\s/.test(json[i])) i++; };
  const string = () => { const start = i++; while (json[i] !== '"') i += json[i] === "\\" ? 2 : 1; return JSON.parse(json.slice(start, ++i)); };
  function value(depth) { // how many of the path's names lead here; -1: it leads elsewhere
    blanks();
    const start = i;
    if (json[i] === '"') string();
    else if (json[i] === "{" || json[i] === "[") {
      const list = json[i++] === "[";
      for (let n = 0; blanks(), json[i] !== "}" && json[i] !== "]"; n++) {
        let name = String(n);
        if (!list) { name = string(); blanks(); i++; }
        value(depth >= 0 && name === wanted[depth] ? depth + 1 : -1);
        blanks();
        if (json[i] === ",") i++;
      }
      i++;
    } else while (i < json.length && !/[,\]}\s]/.test(json[i])) i++;
    if (depth > reached) { reached = depth; place = [start, i]; }
  }
  value(0);
  return place;
}

function showPlace(path) {
  const cv = $("cv"), [start, end] = locate(cv.value, path);
  cv.focus();
  cv.setSelectionRange(start, end);
  const line = cv.value.slice(0, start).split("\n").length;
  cv.scrollTop = (line - 4) * parseFloat(getComputedStyle(cv).lineHeight);
  cv.scrollIntoView({ block: "nearest" });
}

function clearProblems() {
  for (const box of document.querySelectorAll(".error")) box.hidden = true;
  for (const control of document.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  $("cvProblems").replaceChildren();
  $("cvProblems").hidden = $("problem").hidden = true;
}

// Each problem beside its field; returns those that have no place on the page.
function showProblems(details) {
  return details.filter(({ field, message }) => {
    if (/^cvData\b/.test(field)) {
      const path = field.replace(/^cvData\.?/, ""), place = element("button", { type: "button", text: field });
      place.addEventListener("click", () => showPlace(path));
      $("cvProblems").append(element("li", {}, place, " " + message));
      $("cvProblems").hidden = false;
      $("cv").setAttribute("aria-invalid", "true");
      return false;
    }
    const box = $("error-" + field);
    if (!box) return true;
    const name = field.replace(/^options\./, "");
    box.textContent = `${LABELS[name] || words(name)} ${message}.`;
    box.hidden = false;
    const control = field === name ? $(name) : $("option-" + name);
    if (control) control.setAttribute("aria-invalid", "true");
    const details = box.closest("details");
    if (details) details.open = true;
    return false;
  });
}

// A service that requires tokens answers 401; without a 401 the field stays hidden.
function askForToken(message) {
  $("tokenBox").hidden = false;
  $("error-token").textContent = message;
  $("error-token").hidden = false;
  $("token").setAttribute("aria-invalid", "true");
}

function fail(json, status) {
  if (status === 401) askForToken(json.message || json.error);
  const box = $("problem"), fields = json.details || [], others = showProblems(fields);
  const count = fields.length === 1 ? "1 field is not valid; the form shows the reason." : `${fields.length} fields are not valid; the form shows the reasons.`;
  box.replaceChildren(element("b", { text: fields.length ? count : json.message || json.error || "The export failed." }));
  if (others.length) box.append(element("ul", {}, ...others.map(({ field, message }) => element("li", {}, element("code", { text: field }), " " + message))));
  box.hidden = false;
  const first = document.querySelector("#form [aria-invalid=true]");
  if (first) first.focus();
  finish();
  announce("");
}

function finish() {
  $("export").disabled = false;
  $("cancel").hidden = true;
}

function hint(text, bad) {
  $("cvHint").textContent = text;
  $("cvHint").classList.toggle("bad", bad);
  if (bad) $("cv").setAttribute("aria-invalid", "true"); else $("cv").removeAttribute("aria-invalid");
}

function readCv() {
  try {
    const cv = JSON.parse($("cv").value);
    hint(`${Object.keys(cv).length} sections, ${new Blob([$("cv").value]).size.toLocaleString("en")} bytes`, false);
    return cv;
  } catch (e) {
    hint("This is not JSON: " + e.message, true);
    return undefined;
  }
}

async function run(event) {
  event.preventDefault();
  clearProblems();
  const cvData = readCv(), template = chosenTemplate();
  if (cvData === undefined) { $("cv").focus(); return; }
  const mine = current = { started: performance.now() };
  $("idle").hidden = $("open").hidden = $("preview").hidden = true;
  $("progress").hidden = false;
  $("export").disabled = true;
  $("progressTitle").scrollIntoView({ block: "nearest" });
  step("sent", "now"); step("made", ""); step("done", "");
  announce("Sending the CV.");
  const body = { resumeId: "sample", templateId: template ? template.id : "", cvData }, options = readOptions();
  if (Object.keys(options).length) body.options = options;
  if ($("fileName").value.trim()) body.fileName = $("fileName").value;
  const { status, json } = await send("POST", "/api/export-pdf/job", body);
  if (current !== mine) return;
  if (status !== 202) { step("sent", "failed", status ? `status ${status}` : "no answer"); fail(json, status); return; }
  mine.jobId = json.jobId;
  step("sent", "past", `job ${json.jobId}`);
  step("made", "now");
  announce("The CV is being rendered.");
  $("cancel").hidden = false;
  await poll(mine);
}

async function poll(mine) {
  const ticking = setInterval(() => { if (current === mine) step("made", "now", seconds(mine.started)); }, 100);
  try {
    while (performance.now() - mine.started < GIVE_UP_MS) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (current !== mine) return;
      const { status, json } = await send("GET", "/api/export-pdf/job/" + mine.jobId);
      if (current !== mine) return;
      if (json.status === "done") { clearInterval(ticking); done(mine, json); return; }
      if (json.status === "error" || status === 401 || status === 404) { clearInterval(ticking); step("made", "failed"); fail({ message: json.message || json.error }, status); return; }
    }
    clearInterval(ticking);
    step("made", "failed", seconds(mine.started));
    fail({ message: "There is no PDF after 90 seconds. The job goes on, but this page has stopped asking." });
  } finally { clearInterval(ticking); }
}

function done(mine, json) {
  step("made", "past", "seen after " + seconds(mine.started));
  step("done", "past");
  $("open").href = json.fileUrl;
  $("open").hidden = false;
  finish();
  announce("The PDF is ready.");
  $("open").focus();
  preview(mine, json.fileUrl);
}

// In place where the browser can show PDFs and the bucket lets other origins read it; the link works without.
async function preview(mine, fileUrl) {
  if (!navigator.pdfViewerEnabled) return;
  let pdf;
  try {
    const response = await fetch(fileUrl);
    if (!response.ok) return;
    pdf = await response.blob();
  } catch { return; }
  if (current !== mine) return;
  URL.revokeObjectURL(previewUrl);
  previewUrl = URL.createObjectURL(new Blob([pdf], { type: "application/pdf" }));
  $("preview").setAttribute("src", previewUrl);
  $("preview").hidden = false;
}

async function cancel() {
  const { jobId } = current;
  current = null;
  finish();
  step("made", "failed", "cancelled");
  announce("The export was cancelled.");
  await send("DELETE", "/api/export-pdf/job/" + jobId);
}

$("cv").value = sample;
$("cv").addEventListener("input", readCv);
$("sample").addEventListener("click", () => { $("cv").value = sample; readCv(); });
$("format").addEventListener("click", () => { const cv = readCv(); if (cv !== undefined) $("cv").value = JSON.stringify(cv, null, 2) + "\n"; });
$("form").addEventListener("submit", run);
$("cancel").addEventListener("click", cancel);
readCv();
loadTemplates();
