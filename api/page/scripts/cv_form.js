// The CV as a form. It is drawn from the text, and what is typed goes into the text; fields that it does not have stay.
const DATE_HINT = "2021-03";
const dates = { startDate: { label: "From", placeholder: DATE_HINT }, endDate: { label: "To", placeholder: "empty: today" } };
const summary = { label: "Summary", kind: "text" };
const url = { label: "Website", placeholder: "https://" };
const highlights = { label: "Highlights, one a line", kind: "lines" };
const keywords = { label: "Keywords, with commas", kind: "words" };
// Sections by their path; those with `one` are lists of such entries.
const FORM = {
  basics: { title: "Person", fields: {
    name: "Name", label: "Headline", email: "Email", phone: "Phone", url,
    "location.city": "City", "location.countryCode": { label: "Country code", placeholder: "SE" }, summary,
  } },
  "basics.profiles": { title: "Profiles", one: "profile", fields: { network: "Network", username: "User name", url } },
  work: { title: "Work", one: "position", fields: { position: "Position", name: "Company", location: "Location", url, ...dates, summary, highlights } },
  education: { title: "Education", one: "degree", fields: { studyType: "Degree", area: "Field", institution: "Institution", location: "Location", score: "Grade", ...dates, summary } },
  projects: { title: "Projects", one: "project", fields: { name: "Name", description: { label: "Description", kind: "text" }, url, ...dates, highlights } },
  skills: { title: "Skills", one: "skill", fields: { name: "Skill", level: "Level", keywords } },
  languages: { title: "Languages", one: "language", fields: { language: "Language", fluency: "Fluency" } },
  certificates: { title: "Certificates", one: "certificate", fields: { name: "Name", issuer: "Issuer", date: { label: "Date", placeholder: DATE_HINT }, url } },
  awards: { title: "Awards", one: "award", fields: { title: "Title", awarder: "Given by", date: { label: "Date", placeholder: DATE_HINT }, summary } },
  volunteer: { title: "Volunteering", one: "role", fields: { position: "Position", organization: "Organisation", url, ...dates, summary, highlights } },
  publications: { title: "Publications", one: "publication", fields: { name: "Title", authors: "Authors", publisher: "Publisher", releaseDate: { label: "Date", placeholder: DATE_HINT }, url, summary } },
  interests: { title: "Interests", one: "interest", fields: { name: "Name", keywords } },
  references: { title: "References", one: "reference", fields: { name: "Name", reference: { label: "Reference", kind: "text" } } },
};
const opened = new Set(["basics"]); // paths of the sections and entries that are open

function list(separator, joint) {
  return {
    show: (value) => (Array.isArray(value) && value.every((item) => typeof item === "string" && !item.includes(separator)) ? value.join(joint) : undefined),
    read: (text) => { const items = text.split(separator).map((item) => item.trim()).filter(Boolean); return items.length ? items : undefined; },
  };
}

// How a value becomes text and text a value; undefined: no text can stand for it, and: there is nothing.
const KINDS = {
  line: { show: (value) => (["string", "number"].includes(typeof value) ? String(value) : undefined), read: (text) => text || undefined },
  lines: list("\n", "\n"),
  words: list(",", ", "),
};
KINDS.text = KINDS.line;

// "work[1].startDate", as the API names fields, of ["work", 1, "startDate"]
function pathText(path) {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : (i ? "." : "") + part)).join("");
}

function valueAt(cv, path) {
  return path.reduce((value, part) => (value !== null && typeof value === "object" && Object.hasOwn(value, part) ? value[part] : undefined), cv);
}

// Sets or, with undefined, removes a value. Objects on the way are made; false when something else is in the way.
function setAt(cv, path, value) {
  const last = path.at(-1);
  let place = cv;
  for (const part of path.slice(0, -1)) {
    if (place[part] === undefined || place[part] === null) place[part] = {};
    place = place[part];
    if (typeof place !== "object") return false;
  }
  if (value === undefined) delete place[last]; else place[last] = value;
  return true;
}

// Change the CV by the form.
function edit(change) {
  const cv = readCv();
  if (!isObject(cv) || change(cv) === false) return;
  writeCv(cv);
  changed();
}

function formControl(path) { return document.querySelector(`#cvForm [data-path="${CSS.escape(path)}"]`); }

function reveal(control) {
  for (let box = control.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
}

function formField(cv, path, about) {
  const { label, kind = "line", placeholder = "" } = typeof about === "string" ? { label: about } : about;
  const value = valueAt(cv, path), { show, read } = KINDS[kind];
  const text = value === undefined || value === null ? "" : show(value);
  const control = kind === "line" || kind === "words" ? element("input", { type: "text" })
    : element("textarea", { rows: Math.min(8, Math.max(3, (text || "").split("\n").length)) });
  Object.assign(control, { value: text ?? "", placeholder, autocomplete: "off" });
  control.dataset.path = pathText(path);
  control.id = "cv-" + control.dataset.path;
  control.disabled = text === undefined;
  control.addEventListener("input", (event) => {
    event.stopPropagation(); // edit() reports the change
    edit((changing) => setAt(changing, path, read(control.value)));
    nameEntry(control);
  });
  const box = element("div", { className: kind === "line" ? "field" : "field wide" }, element("label", { htmlFor: control.id, text: label }), control);
  if (text === undefined) box.append(element("span", { className: "note", text: "Not plain text: edit it in the JSON." }));
  return box;
}

// An entry is headed by its first two fields, as far as they are single lines.
function nameEntry(within) {
  const entry = within.closest(".entry");
  if (!entry) return;
  const [first, second] = [...entry.querySelectorAll("input, textarea")].slice(0, 2).map((field) => (field.localName === "input" ? field.value.trim() : ""));
  entry.querySelector("summary").textContent = [first, second].filter(Boolean).join(", ") || "New " + entry.dataset.one;
}

function folding(key, attributes, ...children) {
  const box = element("details", { ...attributes, open: opened.has(key) }, ...children);
  box.addEventListener("toggle", () => { if (box.open) opened.add(key); else opened.delete(key); });
  return box;
}

// Redraw after a change of a list; the focus goes to what `selector` finds.
function editList(path, change, selector) {
  edit((cv) => {
    if (valueAt(cv, path) === undefined) setAt(cv, path, []);
    return change(valueAt(cv, path));
  });
  drawForm();
  const target = $("cvForm").querySelector(selector);
  if (target) { reveal(target); target.focus(); }
}

function entryButtons(path, index, count, one) {
  const at = (n) => `[data-entry="${pathText([...path, n])}"] > summary`;
  const button = (text, name, disabled, act) => {
    const made = element("button", { type: "button", text, disabled });
    made.setAttribute("aria-label", `${name} this ${one}`);
    made.addEventListener("click", act);
    return made;
  };
  const swap = (to) => editList(path, (items) => {
    const keys = [index, to].map((n) => pathText([...path, n])), were = keys.map((key) => opened.has(key));
    keys.forEach((key, i) => (were[1 - i] ? opened.add(key) : opened.delete(key)));
    [items[index], items[to]] = [items[to], items[index]];
  }, at(to));
  const remove = () => editList(path, (items) => { items.splice(index, 1); }, `[data-add="${pathText(path)}"]`);
  return element("div", { className: "actions" },
    button("↑", "Move up", index === 0, () => swap(index - 1)),
    button("↓", "Move down", index === count - 1, () => swap(index + 1)),
    button("Remove", "Remove", false, remove));
}

function drawEntry(cv, path, index, count, { one, fields }) {
  const own = [...path, index], key = pathText(own);
  const grid = element("div", { className: "fields" }, ...Object.entries(fields).map(([name, about]) => formField(cv, [...own, name], about)));
  const entry = folding(key, { className: "entry" }, element("summary", {}), grid, entryButtons(path, index, count, one));
  entry.dataset.entry = key;
  entry.dataset.one = one;
  nameEntry(grid);
  return entry;
}

function drawList(cv, key, section) {
  const path = key.split("."), items = valueAt(cv, path) ?? [];
  if (!Array.isArray(items)) return [element("p", { className: "note", text: "Not a list: edit it in the JSON." })];
  const add = element("button", { type: "button", text: `Add a ${section.one}`.replace(/ a (?=[aeiou])/, " an ") });
  add.dataset.add = key;
  add.addEventListener("click", () => {
    const own = pathText([...path, items.length]);
    opened.add(own);
    editList(path, (list) => { list.push({}); }, `[data-entry="${own}"] input`);
  });
  return [...items.map((_, index) => drawEntry(cv, path, index, items.length, section)), add];
}

function drawSection(cv, key, section) {
  const items = section.one ? valueAt(cv, key.split(".")) : undefined;
  const count = Array.isArray(items) && items.length ? ` (${items.length})` : "";
  const content = section.one ? drawList(cv, key, section)
    : [element("div", { className: "fields" }, ...Object.entries(section.fields).map(([name, about]) => formField(cv, [key, ...name.split(".")], about)))];
  return folding(key, { className: "section" }, element("summary", { text: section.title + count }), ...content);
}

// A CV in another program's format, which the service reads; it has no place in the form.
function isForeign(cv) {
  const sections = Object.keys(FORM).map((path) => path.split(".")[0]), names = Object.keys(cv);
  return isObject(cv.sections) || (names.length > 0 && !names.some((name) => sections.includes(name)));
}

// While the text is not a JSON object the form stays as it was, and cannot be used.
function drawForm() {
  const cv = readCv(), valid = isObject(cv), foreign = valid && isForeign(cv), usable = valid && !foreign;
  $("cvForm").disabled = !usable;
  $("cvForm").hidden = foreign;
  $("cvFormNote").hidden = valid;
  $("cvForeign").hidden = !foreign;
  if (usable) $("cvForm").replaceChildren(...Object.entries(FORM).map(([key, section]) => drawSection(cv, key, section)));
}

function view() { return document.querySelector("input[name=view]:checked").value; }

function showView(name) {
  if (!["form", "json", "both"].includes(name)) return;
  document.querySelector(`input[name=view][value=${name}]`).checked = true;
  $("editor").dataset.view = name;
}
