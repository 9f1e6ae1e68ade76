// What the API found wrong with a request, each beside its field.

function clearProblems() {
  for (const box of document.querySelectorAll(".error")) box.hidden = true;
  for (const control of document.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  $("cvProblems").replaceChildren();
  $("cvProblems").hidden = $("problem").hidden = true;
}

// Leads to a field of the request, as the API names it.
function placeButton(field) {
  const place = element("button", { type: "button", text: field }), option = $("option-" + field.replace(/^options\./, ""));
  place.addEventListener("click", () => { if (option) { reveal(option); option.focus(); } else showPlace(field.replace(/^cvData\.?/, "")); });
  return place;
}

function showCvProblem(field, message) {
  const path = field.replace(/^cvData\.?/, "");
  $("cvProblems").append(element("li", {}, placeButton(field), " " + message));
  $("cvProblems").hidden = false;
  $("cv").setAttribute("aria-invalid", "true");
  const control = formControl(path);
  if (control) { control.setAttribute("aria-invalid", "true"); control.setAttribute("aria-describedby", "cvProblems"); }
}

// Returns those that have no place on the page.
function showProblems(details) {
  return details.filter(({ field, message }) => {
    if (/^cvData\b/.test(field)) { showCvProblem(field, message); return false; }
    const box = $("error-" + field);
    if (!box) return true;
    const name = field.replace(/^options\./, "");
    box.textContent = `${LABELS[name] || words(name)} ${message}.`;
    box.hidden = false;
    const control = field === name ? $(name) : $("option-" + name);
    if (control) control.setAttribute("aria-invalid", "true");
    const folded = box.closest("details");
    if (folded) folded.open = true;
    return false;
  });
}

function countProblems(details) {
  return details.length === 1 ? "1 field is not valid; the form shows the reason." : `${details.length} fields are not valid; the form shows the reasons.`;
}

// A service that requires tokens answers 401; without a 401 the field stays hidden.
function askForToken(message) {
  $("tokenBox").hidden = false;
  $("error-token").textContent = message;
  $("error-token").hidden = false;
  $("token").setAttribute("aria-invalid", "true");
}
