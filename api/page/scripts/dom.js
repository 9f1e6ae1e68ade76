"use strict";
// What all scripts of the page use.
const $ = (id) => document.getElementById(id);
const pageData = JSON.parse($("pageData").textContent); // {sampleCv: text, pictures: {templateId: base64}, ttlSeconds}

function element(tag, attributes, ...children) {
  const { text, ...rest } = attributes;
  const made = Object.assign(document.createElement(tag), rest);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// accentColor → Accent color
function words(name) {
  const spaced = name.replace(/([A-Z])/g, " $1").toLowerCase();
  return spaced[0].toUpperCase() + spaced.slice(1);
}
