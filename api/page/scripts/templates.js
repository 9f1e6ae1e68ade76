// Choosing a template by its picture.
let templates = []; // as GET /api/export-pdf/templates answers them

function chosenTemplate() {
  const input = document.querySelector("input[name=template]:checked");
  return input ? templates.find(({ id }) => id === input.value) : undefined;
}

// One without a picture gets a blank sheet with its initial.
function picture({ id, name }) {
  const data = pageData.pictures[id];
  if (!data) return element("span", { className: "picture blank", ariaHidden: "true", text: [...name][0] });
  return element("img", { className: "picture", src: "data:image/webp;base64," + data, alt: "", width: 320, height: 453 });
}

function showTemplate(template) {
  $("templateNote").textContent = template.description;
  showOptions(template);
}

async function loadTemplates() {
  const box = $("templates");
  try { ({ templates } = await (await fetch(SERVICE_URL + "/api/export-pdf/templates")).json()); } catch { templates = []; }
  if (!templates.length) { box.firstElementChild.textContent = "There are no templates."; return; }
  box.replaceChildren(...templates.map((template, i) => {
    const input = element("input", { type: "radio", name: "template", value: template.id, checked: i === 0 });
    input.addEventListener("change", () => showTemplate(template));
    return element("label", { className: "template", title: template.description }, input, picture(template), element("b", { text: template.name }));
  }));
  showTemplate(templates[0]);
}
