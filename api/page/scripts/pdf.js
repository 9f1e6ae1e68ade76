// The PDF on the page: where the browser can show PDFs, and the bucket lets other origins read them.

// The bytes behind a URL as a PDF; undefined when they cannot be read from here.
async function fetchPdf(fileUrl, signal) {
  if (!navigator.pdfViewerEnabled) return undefined;
  try {
    const response = await fetch(fileUrl, { signal });
    return response.ok ? new Blob([await response.blob()], { type: "application/pdf" }) : undefined;
  } catch { return undefined; }
}

function sizeOf(bytes) { return `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB`; }

// What the answer about a done job says of its PDF: how long and how large it is, and what of the CV is not as it was sent.
function describePdf({ pages, sizeBytes, warnings = [] }) {
  const facts = [pages && `${pages} ${pages === 1 ? "page" : "pages"}`, sizeBytes && sizeOf(sizeBytes)];
  $("facts").textContent = facts.filter(Boolean).join(", ");
  $("warnings").replaceChildren(...warnings.map(({ field, message }) => element("li", {}, placeButton(field), " " + message)));
  $("warningsBox").hidden = !warnings.length;
}

// A new frame takes the place of the old one when it has loaded: nothing flickers, and the browser's history stays as it is.
function showPdf(pdf) {
  const address = URL.createObjectURL(pdf), frame = element("iframe", { title: "The PDF" });
  frame.setAttribute("src", address + "#toolbar=0&navpanes=0&view=FitH");
  frame.addEventListener("load", () => {
    for (const old of [...$("preview").children]) if (old !== frame) old.remove();
    URL.revokeObjectURL(address);
  }, { once: true });
  $("preview").append(frame);
  $("preview").hidden = false;
  $("previewNote").textContent = "";
}
