// The form of a template's options, built from the schema in the answer of GET /api/export-pdf/templates.
const LABELS = {
  locale: "Language", pageFormat: "Paper", accentColor: "Colour", fontFamily: "Typeface", photo: "Photo",
  maxPages: "Pages at most", fit: "Last page",
};
// In this order; those of the second list are folded away. Others come between the two.
const FIRST = ["locale", "pageFormat", "accentColor", "fontFamily", "density", "photo"];
const FOLDED = ["maxPages", "fit", "fontSize", "lineHeight", "margins", "textFormat"];
// What templates have words of their own for (templates/_shared/labels.json).
const LANGUAGES = ("en ar bg ca cs da de el es et fa fi fr he hi hr hu id is it ja ko lt lv nb nl pl pt pt-BR ro ru sk sl sr sr-Latn "
  + "sv th tr uk ur vi zh-Hans zh-Hant").split(" ");
const OTHER_LANGUAGE = "other";
// Values that do not explain themselves.
const MEANINGS = {
  A4: "A4: 210 × 297 mm", Letter: "Letter: 8.5 × 11 in",
  auto: "Automatic", plain: "Plain text", markdown: "Markdown", html: "HTML",
  none: "As it comes",
  normal: "Normal", compact: "Compact: more on a page", spacious: "Spacious: more white",
};
// For people; other options are explained by the API's own descriptions.
const NOTES = {
  textFormat: "How the texts of the CV are written. Automatic finds Markdown and HTML by itself.",
  locale: "Of headings and dates. The text of the CV is not translated.",
  pageFormat: "A4 in most countries, Letter in North America.",
  fontFamily: "The PDF carries its fonts with it.",
  density: "How much space there is between lines and sections.",
  fontSize: "In percent of the template's own size.",
  lineHeight: "In percent of the template's own height.",
  fit: "Automatic changes sizes by a few percent where the last page would be nearly empty.",
  maxPages: "Sizes get smaller, as far as they can be read well. Nothing is cut. Empty: no limit.",
  margins: "In percent of the template's own width.",
};
const BREAKS = { newPage: "On a new page", keepTogether: "Keep together" };
let shown = []; // the options on the page: {name, read}; read gives undefined for the template's default
let chosen = {}; // what was chosen, by option; it stays when another template is looked at

function describe(control, name) {
  control.id = "option-" + name;
  control.setAttribute("aria-describedby", `note-${name} error-options.${name}`);
  return control;
}

// A label, the control, what it is for, and room for what is wrong with it.
function field(name, schema, control, { wide = false, labelled = true } = {}) {
  const box = element("div", { className: wide ? "option wide" : "option" });
  if (labelled) box.append(element("label", { htmlFor: "option-" + name, text: LABELS[name] || words(name) }));
  box.append(
    control,
    element("span", { className: "note", id: "note-" + name, text: NOTES[name] || schema.description || "" }),
    element("p", { className: "error", id: "error-options." + name, hidden: true }),
  );
  return box;
}

function choice(name, schema) {
  const select = describe(element("select", {}, ...schema.enum.map((value) => new Option(MEANINGS[value] || value, value))), name);
  const value = schema.enum.includes(chosen[name]) ? chosen[name] : schema.default;
  select.value = value;
  select.addEventListener("change", () => { chosen[name] = select.value; });
  return [field(name, schema, select), () => select.value];
}

function checkbox(name, schema) {
  const box = describe(element("input", { type: "checkbox", checked: chosen[name] ?? schema.default }), name);
  box.addEventListener("change", () => { chosen[name] = box.checked; });
  const label = element("label", { className: "check" }, box, "Show it");
  const fieldset = field(name, schema, label, { labelled: false });
  fieldset.prepend(element("label", { htmlFor: box.id, text: LABELS[name] || words(name) }));
  return [fieldset, () => box.checked];
}

function text(name, schema) {
  const input = describe(element("input", { type: "text", spellcheck: false, autocomplete: "off", maxLength: schema.maxLength || 200 }), name);
  input.value = chosen[name] ?? schema.default ?? "";
  input.addEventListener("input", () => { chosen[name] = input.value; });
  return [input, () => input.value.trim()];
}

function number(name, schema) {
  const { minimum: min, maximum: max } = schema;
  const input = describe(element("input", { type: "number", min, max, step: 1, value: chosen[name] ?? schema.default ?? "" }), name);
  const read = () => (input.value === "" ? "" : Number(input.value));
  input.addEventListener("input", () => { chosen[name] = read(); });
  return [field(name, schema, input), read];
}

// "German, Deutsch"
function languageName(tag) {
  const [english, own] = ["en", tag].map((language) => new Intl.DisplayNames([language], { type: "language" }).of(tag));
  return english === own ? english : `${english}, ${own}`;
}

// A select with the languages by name; another one is typed as a tag. Without one the service finds the CV's own.
function language(name, schema) {
  const offered = LANGUAGES.map((tag) => new Option(languageName(tag), tag)).sort((a, b) => a.text.localeCompare(b.text, "en"));
  const select = describe(element("select", {}, new Option("As the CV is written", ""), ...offered, new Option("Another …", OTHER_LANGUAGE)), name);
  const other = element("input", { type: "text", maxLength: schema.maxLength, placeholder: "a tag such as sq", spellcheck: false, autocomplete: "off" });
  other.setAttribute("aria-label", "Language tag (BCP 47)");
  const read = () => (select.value === OTHER_LANGUAGE ? other.value.trim() : select.value);
  const tag = chosen[name] ?? schema.default ?? "";
  select.value = !tag || LANGUAGES.includes(tag) ? tag : OTHER_LANGUAGE;
  if (select.value === OTHER_LANGUAGE) other.value = tag;
  const update = () => { other.hidden = select.value !== OTHER_LANGUAGE; chosen[name] = read(); };
  select.addEventListener("change", () => { update(); if (!other.hidden) other.focus(); });
  other.addEventListener("input", update);
  other.hidden = select.value !== OTHER_LANGUAGE;
  const box = field(name, schema, select);
  select.after(other);
  return [box, read];
}

function colour(name, schema) {
  const [input, read] = text(name, schema), pattern = new RegExp(schema.pattern);
  const picker = element("input", { type: "color", value: input.value });
  picker.setAttribute("aria-label", "Pick the colour");
  picker.addEventListener("input", () => { input.value = chosen[name] = picker.value; });
  input.addEventListener("input", () => { if (pattern.test(input.value)) picker.value = input.value; });
  return [field(name, schema, element("div", { className: "colour" }, picker, input)), () => read().toLowerCase()];
}

// Order, titles and page breaks of the sections in one list: they are about the same things.
function sections(order, titles, breaks) {
  const all = order ? order.items.enum : (titles || breaks).propertyNames.enum;
  const preferred = (order && order.default) || [];
  const own = [...preferred, ...all.filter((name) => !preferred.includes(name))];
  const list = element("ol", { className: "sections" }), moved = element("p", { className: "note" });
  moved.setAttribute("role", "status");
  const current = () => [...list.children].map((item) => item.dataset.section);

  function move(item, to, button) {
    const items = [...list.children], at = items.indexOf(item);
    if (to < 0 || to >= items.length) return;
    items[to][to < at ? "before" : "after"](item);
    chosen.sectionOrder = current();
    button.focus();
    changed();
    moved.textContent = `${words(item.dataset.section)} is now number ${to + 1} of ${items.length}.`;
  }

  for (const name of order ? chosen.sectionOrder || own : own) {
    const item = element("li", {}), buttons = element("span", { className: "move" });
    item.dataset.section = name;
    for (const [sign, where, step] of order ? [["↑", "up", -1], ["↓", "down", 1]] : []) {
      const button = element("button", { type: "button", text: sign });
      button.setAttribute("aria-label", `Move ${words(name)} ${where}`);
      button.addEventListener("click", () => move(item, current().indexOf(name) + step, button));
      buttons.append(button);
    }
    item.append(buttons, element("span", { text: words(name) }));
    if (titles) {
      const input = element("input", { type: "text", placeholder: "its usual title", maxLength: titles.additionalProperties.maxLength });
      input.value = chosen.sectionTitles?.[name] || "";
      input.setAttribute("aria-label", `Title of ${words(name)}`);
      input.addEventListener("input", () => { chosen.sectionTitles = { ...chosen.sectionTitles, [name]: input.value }; });
      item.append(input);
    }
    if (breaks) {
      const select = element("select", {}, new Option("Pages as they come", ""),
        ...breaks.additionalProperties.enum.map((value) => new Option(BREAKS[value] || value, value)));
      select.value = chosen.pageBreaks?.[name] || "";
      select.setAttribute("aria-label", `Page break of ${words(name)}`);
      select.addEventListener("change", () => { chosen.pageBreaks = { ...chosen.pageBreaks, [name]: select.value }; });
      item.append(select);
    }
    list.append(item);
  }
  const parts = [order && "order", titles && "titles", breaks && "page breaks"].filter(Boolean);
  const about = parts.join(", ").replace(/, ([^,]*)$/, " and $1");
  const box = element("details", { className: "option wide" }, element("summary", { text: `Sections: ${about}` }), list, moved);
  if (order) {
    shown.push({ name: "sectionOrder", read: () => (String(current()) === String(own) ? undefined : current()) });
    box.append(element("p", { className: "error", id: "error-options.sectionOrder", hidden: true }));
  }
  if (titles) {
    const given = () => Object.entries(chosen.sectionTitles || {}).filter(([, title]) => title.trim());
    shown.push({ name: "sectionTitles", read: () => (given().length ? Object.fromEntries(given()) : undefined) });
    box.append(element("p", { className: "error", id: "error-options.sectionTitles", hidden: true }));
  }
  if (breaks) {
    const given = () => Object.entries(chosen.pageBreaks || {}).filter(([, value]) => value);
    shown.push({ name: "pageBreaks", read: () => (given().length ? Object.fromEntries(given()) : undefined) });
    box.append(element("p", { className: "error", id: "error-options.pageBreaks", hidden: true }));
  }
  return box;
}

function foldedOptions(boxes) {
  return element("details", { className: "option wide", id: "foldedOptions", open: $("foldedOptions")?.open ?? false },
    element("summary", { text: "Pages, sizes and texts" }), element("div", { className: "options" }, ...boxes));
}

function showOptions(template) {
  const properties = template.options.properties || {};
  const { sectionOrder, sectionTitles, pageBreaks, ...others } = properties;
  const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length + FOLDED.indexOf(name) + 1);
  const names = Object.keys(others).sort((a, b) => rank(a) - rank(b));
  shown = [];
  const make = (name) => {
    const schema = others[name];
    const control = schema.enum ? choice : schema.type === "boolean" ? checkbox : schema.type === "integer" ? number
      : (schema.pattern || "").startsWith("^#") ? colour
      : name === "locale" ? language : (...of) => { const [input, read] = text(...of); return [field(...of, input), read]; };
    const [box, read] = control(name, schema);
    shown.push({ name, read: () => { const value = read(); return value === schema.default || value === "" ? undefined : value; } });
    return box;
  };
  const boxes = names.filter((name) => !FOLDED.includes(name)).map(make);
  const folded = names.filter((name) => FOLDED.includes(name)).map(make);
  if (folded.length) boxes.push(foldedOptions(folded));
  if (sectionOrder || sectionTitles || pageBreaks) boxes.push(sections(sectionOrder, sectionTitles, pageBreaks));
  $("options").replaceChildren(...boxes);
  $("optionsBox").hidden = !boxes.length;
}

function resetOptions() {
  chosen = {};
  showOptions(chosenTemplate());
}

// What is to be sent: only what is not the template's default.
function readOptions() {
  return Object.fromEntries(shown.map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined));
}
