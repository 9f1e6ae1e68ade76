// The CV as JSON text, which is what is exported: reading it, loading it from a file, and finding a field in it.
const MAX_FILE_BYTES = 1048576; // what the API takes

function hint(text, bad) {
  $("cvHint").textContent = text;
  $("cvHint").classList.toggle("bad", bad);
  if (bad) $("cv").setAttribute("aria-invalid", "true"); else $("cv").removeAttribute("aria-invalid");
}

// The CV, or undefined when the text is not JSON.
function readCv() {
  try {
    const cv = JSON.parse($("cv").value);
    const twice = fieldTwice($("cv").value);
    if (twice !== undefined) { hint(`The field ${twice} is there twice: write both into one.`, true); return undefined; }
    hint(`${new Blob([$("cv").value]).size.toLocaleString("en")} bytes`, false);
    return cv;
  } catch (e) {
    hint("This is not JSON: " + e.message, true);
    return undefined;
  }
}

// The path of a field that an object of a JSON text has twice, of which parsing keeps the last; undefined where none has.
function fieldTwice(json) {
  const open = []; // of each object and list around: the names that it has had, or how many items; the path to it
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\],]/g)) {
    const inner = open.at(-1);
    if (token === "{" || token === "[") {
      const path = !inner ? "" : inner.names ? inner.path + inner.name : `${inner.path}[${inner.items}]`;
      open.push(token === "{" ? { path: path && path + ".", names: new Set() } : { path, items: 0 });
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ",") { if (!inner.names) inner.items++; }
    else if (token.endsWith(":")) {
      inner.name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      if (inner.names.has(inner.name)) return inner.path + inner.name;
      inner.names.add(inner.name);
    }
  }
  return undefined;
}

function isObject(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }

function writeCv(cv) {
  $("cv").value = JSON.stringify(cv, null, 2) + "\n";
  readCv();
}

// Another text instead of the one that is there. Of the body of a POST its cvData counts.
function loadCv(text) {
  $("cv").value = text;
  const cv = readCv();
  if (isObject(cv) && isObject(cv.cvData)) writeCv(cv.cvData);
  drawForm();
  changed();
}

async function loadFile(file) {
  if (file.size > MAX_FILE_BYTES) { hint(`${file.name} is too large: a CV has at most 1 MiB.`, true); return; }
  loadCv(await file.text());
  announce(`${file.name} is loaded.`);
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

// In the form when it has the field and the text is not on the page; else in the text.
function showPlace(path) {
  const control = formControl(path);
  if (control && view() === "form") { reveal(control); control.focus(); return; }
  if (view() === "form") showView("json");
  const cv = $("cv"), [start, end] = locate(cv.value, path);
  cv.focus();
  cv.setSelectionRange(start, end);
  const line = cv.value.slice(0, start).split("\n").length;
  cv.scrollTop = (line - 4) * parseFloat(getComputedStyle(cv).lineHeight);
  cv.scrollIntoView({ block: "nearest" });
}

// A file may be dropped anywhere on the page.
function acceptDrops() {
  const hasFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  const show = (dropping) => document.body.classList.toggle("dropping", dropping);
  document.addEventListener("dragover", (event) => { if (hasFile(event)) { event.preventDefault(); show(true); } });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) show(false); });
  document.addEventListener("drop", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    show(false);
    loadFile(event.dataTransfer.files[0]);
  });
}
