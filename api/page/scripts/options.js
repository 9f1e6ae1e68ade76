// The form of a template's options, built from the schema in the answer of GET /api/export-pdf/templates.
const LABELS = { locale: "Language", pageFormat: "Paper", accentColor: "Colour", fontFamily: "Typeface", photo: "Photo" };
const LANGUAGES = "en ar cs da de el es fi fr he hi it ja ko nb nl pl pt-BR ru sv th tr uk vi zh-Hans zh-Hant".split(" ");
let shown = []; // the options on the page: {name, read}; read gives undefined for the template's default
const chosen = {}; // what was chosen, by option; it stays when another template is looked at

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
    element("span", { className: "note", id: "note-" + name, text: schema.description || "" }),
    element("p", { className: "error", id: "error-options." + name, hidden: true }),
  );
  return box;
}

function choice(name, schema) {
  const select = describe(element("select", {}, ...schema.enum.map((value) => new Option(value, value))), name);
  const value = schema.enum.includes(chosen[name]) ? chosen[name] : schema.default;
  select.value = value;
  select.addEventListener("change", () => { chosen[name] = select.value; });
  return [field(name, schema, select), () => select.value];
}

function checkbox(name, schema) {
  const box = describe(element("input", { type: "checkbox", checked: chosen[name] ?? schema.default }), name);
  box.addEventListener("change", () => { chosen[name] = box.checked; });
  const label = element("label", { className: "check" }, box, "shown");
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

function language(name, schema) {
  const [input, read] = text(name, schema), names = new Intl.DisplayNames(["en"], { type: "language" });
  const list = element("datalist", { id: "languages" }, ...LANGUAGES.map((tag) => element("option", { value: tag, text: names.of(tag) })));
  input.setAttribute("list", list.id);
  const box = field(name, schema, input);
  box.append(list);
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

// Order and titles of the sections in one list: both are about the same things.
function sections(order, titles) {
  const all = order ? order.items.enum : titles.propertyNames.enum;
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
    list.append(item);
  }
  const about = [order && "order", titles && "titles"].filter(Boolean).join(" and ");
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
  return box;
}

function showOptions(template) {
  const properties = template.options.properties || {};
  const { sectionOrder, sectionTitles, ...others } = properties;
  shown = [];
  const boxes = Object.entries(others).map(([name, schema]) => {
    const make = schema.enum ? choice : schema.type === "boolean" ? checkbox : (schema.pattern || "").startsWith("^#") ? colour
      : name === "locale" ? language : (...of) => { const [input, read] = text(...of); return [field(...of, input), read]; };
    const [box, read] = make(name, schema);
    shown.push({ name, read: () => { const value = read(); return value === schema.default || value === "" ? undefined : value; } });
    return box;
  });
  if (sectionOrder || sectionTitles) boxes.push(sections(sectionOrder, sectionTitles));
  $("options").replaceChildren(...boxes);
  $("optionsBox").hidden = !boxes.length;
}

// What is to be sent: only what is not the template's default.
function readOptions() {
  return Object.fromEntries(shown.map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined));
}
