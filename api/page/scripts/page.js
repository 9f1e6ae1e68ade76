// What happens when, and what runs when the page has loaded.

// After every change of what is exported.
function changed() {
  showFileName(readCv());
  drawCode();
  noteChange();
  schedulePreview();
}

$("cv").value = pageData.sampleCv;
$("cv").addEventListener("input", drawForm);
$("form").addEventListener("input", (event) => { if (event.target.name !== "view") changed(); });
$("token").addEventListener("input", changed);
$("fileName").addEventListener("input", drawCode);
$("form").addEventListener("submit", run);
$("sample").addEventListener("click", () => loadCv(pageData.sampleCv));
$("format").addEventListener("click", () => { const cv = readCv(); if (cv !== undefined) writeCv(cv); });
$("openFile").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { if ($("file").files.length) loadFile($("file").files[0]); $("file").value = ""; });
$("resetOptions").addEventListener("click", () => { resetOptions(); changed(); });
$("cancel").addEventListener("click", cancel);
for (const input of document.querySelectorAll("input[name=view]")) input.addEventListener("change", () => { showView(input.value); store("view", input.value); });
showView(matchMedia("(min-width: 70rem)").matches ? "both" : "form");
showView(stored("view"));
acceptDrops();
startHistory();
startDevelopers();
startLive();
drawForm();
loadTemplates().then(changed);
