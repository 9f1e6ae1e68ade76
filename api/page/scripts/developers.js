// The request on the page as code.
const SNIPPETS = {
  curl: (request, base, secured) => `curl -s '${base}/api/export-pdf/job' \\
  -H 'Content-Type: application/json' -H 'Prefer: wait=30' \\${secured ? '\n  -H "Authorization: Bearer $PDF_EXPORT_TOKEN" \\' : ""}
  --data-binary @- <<'JSON'
${request}
JSON
`,
  typescript: (request, base, secured) => `import { createClient } from "pdf-export-client";

const client = createClient({ baseUrl: "${base}"${secured ? ", token: () => process.env.PDF_EXPORT_TOKEN!" : ""} });
const { fileUrl } = await client.exportPdf(${request});
console.log(fileUrl);
`,
  // No JSON text has three quotation marks in a row, and none ends with a backslash.
  python: (request, base, secured) => `import json
${secured ? "import os\n" : ""}
from pdf_export_client import Client

request = json.loads(r"""
${request}
""")
with Client("${base}"${secured ? ', token=os.environ["PDF_EXPORT_TOKEN"]' : ""}) as client:
    print(client.export(request).file_url)
`,
};

function drawCode() {
  if (!$("developers").open) return;
  const body = requestBody(), language = document.querySelector("input[name=language]:checked").value;
  $("code").textContent = body ? SNIPPETS[language](JSON.stringify(body, null, 2), SERVICE_URL, Boolean(token())) : "The CV is not JSON.";
}

async function copyCode() {
  try {
    await navigator.clipboard.writeText($("code").textContent);
    $("copied").textContent = "Copied.";
  } catch { // without TLS a page may not write to the clipboard
    getSelection().selectAllChildren($("code"));
    $("copied").textContent = "The code is selected: press Ctrl+C.";
  }
}

function startDevelopers() {
  $("developers").addEventListener("toggle", drawCode);
  for (const input of document.querySelectorAll("input[name=language]")) input.addEventListener("change", () => { $("copied").textContent = ""; drawCode(); });
  $("copy").addEventListener("click", copyCode);
}
