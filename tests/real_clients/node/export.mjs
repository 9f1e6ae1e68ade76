// Export with the fetch of Node.js.
import { readFile, writeFile } from "node:fs/promises";

const [api, request, pdf] = process.argv.slice(2);
const jobs = `${api}/api/export-pdf/job`;

async function checked(response) {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

const headers = { "Content-Type": "application/json" };
const created = await checked(await fetch(jobs, { method: "POST", headers, body: await readFile(request) }));
let job = await created.json();
while (job.status === "processing") {
  job = await (await checked(await fetch(`${jobs}/${job.jobId}?wait=10`))).json();
}
if (job.status !== "done") throw new Error(job.error);
await writeFile(pdf, Buffer.from(await (await checked(await fetch(job.fileUrl))).arrayBuffer()));
