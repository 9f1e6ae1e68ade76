// The exports of this browser, for as long as their jobs live. The URL of a PDF is as secret as the CV: it is not kept here.
const MAX_EXPORTS = 20;

// [{jobId, name, template, expires}], the newest first; expires in milliseconds as Date.now() has them
function readHistory() {
  let exports;
  try { exports = JSON.parse(stored("history")); } catch { exports = null; }
  return Array.isArray(exports) ? exports.filter(({ expires }) => expires > Date.now()) : [];
}

function writeHistory(exports) {
  store("history", JSON.stringify(exports.slice(0, MAX_EXPORTS)));
  drawHistory();
}

// The time that the API states takes the place of the one that follows from the POST.
function expiresAt(jobId, time) {
  writeHistory(readHistory().map((one) => (one.jobId === jobId && time ? { ...one, expires: Date.parse(time) } : one)));
}

function remember(jobId, name, template) {
  writeHistory([{ jobId, name, template, expires: Date.now() + pageData.ttlSeconds * 1000 }, ...readHistory()]);
}

function forget(jobId) { writeHistory(readHistory().filter((one) => one.jobId !== jobId)); }

function timeLeft(expires) {
  const minutes = Math.ceil((expires - Date.now()) / 60000), format = new Intl.RelativeTimeFormat("en");
  return "expires " + (minutes < 120 ? format.format(minutes, "minute") : format.format(Math.floor(minutes / 60), "hour"));
}

async function showExport({ jobId, name }) {
  const { status, json } = await send("GET", jobPath(jobId) + "?details=true");
  if (json.status === "done") { showResult(json, name); return; }
  if (status === 404) forget(jobId);
  announce(status === 404 ? `${name} has expired.` : json.error || json.message || `${name} is not ready yet.`);
}

function drawHistory() {
  const exports = readHistory();
  $("historyEmpty").hidden = exports.length > 0;
  $("forgetAll").hidden = !exports.length;
  $("exports").replaceChildren(...exports.map((one) => {
    const show = element("button", { type: "button", text: "Show" });
    show.setAttribute("aria-label", `Show ${one.name}, ${one.template}`);
    show.addEventListener("click", () => showExport(one));
    return element("li", {}, element("span", {}, element("b", { text: one.name + ".pdf" }), element("small", { text: `${one.template}, ${timeLeft(one.expires)}` })), show);
  }));
}

function startHistory() {
  $("forgetAll").addEventListener("click", () => { writeHistory([]); $("historyTitle").focus(); });
  setInterval(drawHistory, 30000);
  drawHistory();
}
