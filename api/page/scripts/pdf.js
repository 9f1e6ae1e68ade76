// The PDF on the page: where the browser can show PDFs, and the bucket lets other origins read them.

// The bytes behind a URL as a PDF; undefined when they cannot be read from here.
async function fetchPdf(fileUrl, signal) {
  if (!navigator.pdfViewerEnabled) return undefined;
  try {
    const response = await fetch(fileUrl, { signal });
    return response.ok ? new Blob([await response.blob()], { type: "application/pdf" }) : undefined;
  } catch { return undefined; }
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
