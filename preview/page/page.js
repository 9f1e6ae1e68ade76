// What the page shows is in its own address: the CV and the options. The server renders; this only puts in what it says.

const $ = (id) => document.getElementById(id);
const [state, problem, stage, form, report, conformance] = ["state", "problem", "stage", "form", "report", "conformance"].map($);
const main = stage.parentElement;
const title = document.title;

let query = location.search;
let shown = null; // the document's sha256
let shape = null;
let version = null;
let busy = false;
let again = false;

function say(kind, text) {
  document.body.dataset.state = kind;
  state.textContent = text;
  document.title = kind === "broken" ? `✗ ${title}` : title;
}

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    say("busy", "Rendering …");
    try {
      const response = await fetch(`/view${query}`);
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      await put(await response.json());
    } catch (error) {
      say("lost", error instanceof TypeError ? "The preview has stopped" : error.message);
    }
  } while (again);
  busy = false;
}

async function put(view) {
  putForm(view);
  // An empty page and a problem are scrolled otherwise than the pages were.
  const back = shown === null || !problem.hidden ? place() : undefined;
  problem.innerHTML = view.problem;
  problem.hidden = !view.problem;
  if (view.sha256) {
    report.innerHTML = view.report;
    if (view.sha256 !== shown) await putPages(view);
    if (back !== undefined) main.scrollTop = back;
  } else {
    // The last good pages stay, faded, so that there is something to go by.
    if (!shown) report.innerHTML = view.report;
    problem.scrollIntoView({ block: "nearest" });
  }
  stage.classList.toggle("stale", !view.sha256);
  const time = new Date().toLocaleTimeString([], { hour12: false });
  say(view.sha256 ? "good" : "broken", view.sha256 ? `Up to date, ${time}` : "Broken: the pages are the last good ones");
  if (!view.sha256 && !shown) state.textContent = "Broken";
}

// How far the pages are scrolled, in CSS pixels. A reload of the page and a problem above the pages lead back to it.
const PLACE = `place ${title}`;
function place() { return Number(sessionStorage.getItem(PLACE)); }
main.addEventListener("scroll", () => {
  if (shown && problem.hidden) sessionStorage.setItem(PLACE, main.scrollTop);
});

async function putPages(view) {
  const pages = document.createElement("div");
  pages.className = "pages";
  pages.innerHTML = view.stage;
  // Swapped when they are there, so that nothing flashes.
  const first = [...pages.querySelectorAll("img:not([loading])")];
  const loaded = Promise.all(first.map((image) => image.decode().catch(() => {})));
  await Promise.race([loaded, new Promise((done) => setTimeout(done, 5000))]);
  const now = stage.querySelector(".pages:not(.earlier)");
  stage.querySelector(".earlier")?.remove();
  if (now) {
    now.classList.add("earlier");
    now.after(pages);
  } else {
    stage.replaceChildren(pages);
  }
  $("before").disabled = !now || now.querySelector("iframe") !== null;
  shown = view.sha256;
  $("pdf").href = `/documents/${shown}.pdf`;
  $("pdf").hidden = false;
  judge(shown);
}

let judging;
function judge(sha256) {
  clearTimeout(judging);
  conformance.hidden = false;
  conformance.classList.add("waiting");
  if (!conformance.firstChild) conformance.innerHTML = "<h2>Conformance</h2><p class=note>Checking …</p>";
  // Not for each value on the way when a colour is dragged.
  judging = setTimeout(async () => {
    const text = await fetch(`/conformance/${sha256}`).then((response) => (response.ok ? response.text() : ""), () => "");
    if (sha256 !== shown || !text) return;
    conformance.innerHTML = text;
    conformance.classList.remove("waiting");
  }, 500);
}

function putForm(view) {
  if (view.shape === shape) return;
  const at = document.activeElement?.name;
  const open = form.querySelector("details")?.open;
  form.innerHTML = view.form;
  if (open) form.querySelector("details")?.setAttribute("open", "");
  if (at) form.elements.namedItem(at)?.focus?.();
  shape = view.shape;
}

function changed() {
  query = `?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
  history.replaceState(null, "", query);
  refresh();
}

let typing;
form.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset.for) form.elements.namedItem(field.dataset.for).value = field.value;
  const picker = form.querySelector(`[data-for="${CSS.escape(field.name)}"]`);
  if (picker && /^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value;
  clearTimeout(typing);
  typing = setTimeout(changed, field.type === "text" ? 400 : 60);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => {
  event.preventDefault();
  query = `?${new URLSearchParams({ cv: form.elements.namedItem("cv").value })}`;
  history.replaceState(null, "", query);
  shape = null;
  refresh();
});

const zoom = $("zoom");
const wanted = localStorage.getItem("zoom");
const choice = wanted && zoom.querySelector(`[value="${CSS.escape(wanted)}"]`);
if (choice) choice.checked = true;
function magnify() {
  const share = main.scrollTop / Math.max(main.scrollHeight, 1);
  stage.dataset.zoom = zoom.querySelector(":checked").value;
  main.scrollTop = share * main.scrollHeight;
}
zoom.addEventListener("change", () => {
  magnify();
  localStorage.setItem("zoom", stage.dataset.zoom);
});
magnify();

function earlier(on) {
  const looking = stage.classList.toggle("looking-back", on && !$("before").disabled);
  $("before").setAttribute("aria-pressed", looking);
}
$("before").addEventListener("pointerdown", () => earlier(true));
for (const end of ["pointerup", "pointercancel", "blur"]) window.addEventListener(end, () => earlier(false));
const typed = (event) => /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "radio";
window.addEventListener("keydown", (event) => {
  if (event.key === "b" && !typed(event) && !event.ctrlKey && !event.metaKey) earlier(true);
});
window.addEventListener("keyup", (event) => event.key === "b" && earlier(false));

const events = new EventSource("/events");
events.onmessage = (event) => {
  if (event.data === version) return;
  version = event.data;
  refresh();
};
events.onerror = () => {
  version = null; // what changes until it is back is asked for then
  say("lost", "The preview has stopped: start it again, and this page goes on");
};
