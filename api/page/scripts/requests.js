// Requests to the API, and the list of them for developers.
const GIVE_UP_MS = 90000; // as the web application does
const WAIT_SECONDS = 20, POLL_MS = 3000;
// Where the service is reached: a proxy may serve it, and this page, below a path of its own.
const SERVICE_URL = new URL(".", location.href).href.slice(0, -1);

function log(method, path, status, body) {
  const list = $("exchange");
  if (list.querySelector(".empty")) list.replaceChildren();
  list.append(element("li", {}, element("b", { text: `${method} ${path} → ${status}` }), element("span", { text: body })));
  list.scrollTop = list.scrollHeight;
}

// {status, json, retryAfter}: status 0 when there is no answer; retryAfter in seconds. `quiet`: not in the list.
async function send(method, path, { body, signal, quiet = false } = {}) {
  const headers = {}, init = { method, headers, signal, keepalive: method === "DELETE" }, note = quiet ? () => {} : log;
  if (body !== undefined) { init.body = JSON.stringify(body); headers["Content-Type"] = "application/json"; }
  if (token()) headers.Authorization = "Bearer " + token();
  let response, text;
  try {
    response = await fetch(SERVICE_URL + path, init);
    text = await response.text();
  } catch {
    note(method, path, "no answer", "");
    return { status: 0, json: { message: "The service cannot be reached." }, retryAfter: 0 };
  }
  note(method, path, response.status, text);
  let json = {};
  try { json = JSON.parse(text); } catch { /* an empty body, or a proxy's page */ }
  return { status: response.status, json, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
}

function token() { return $("token").value.trim(); }

function jobPath(jobId) { return "/api/export-pdf/job/" + jobId; }

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (signal) signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

// The answer that ends a job: done, error, or that it cannot be read. Undefined after 90 seconds, or when `signal` aborts.
async function jobEnd(jobId, { signal, quiet }) {
  const until = performance.now() + GIVE_UP_MS;
  while (performance.now() < until) {
    const answer = await send("GET", `${jobPath(jobId)}?wait=${WAIT_SECONDS}&details=true`, { signal, quiet }), { status, json } = answer;
    if (signal.aborted) return undefined;
    if (json.status === "done" || json.status === "error" || [401, 403, 404].includes(status)) return answer;
    // Answered after the wait, it asks again at once.
    if (status !== 200) await pause(Math.max(POLL_MS, answer.retryAfter * 1000), signal);
    if (signal.aborted) return undefined;
  }
  return undefined;
}
