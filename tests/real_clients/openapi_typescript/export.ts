// Export with openapi-fetch and the types that openapi-typescript generates (schema.ts).
import { readFile, writeFile } from "node:fs/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [baseUrl = "", file = "", pdf = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl });

// What is optional may be left out: the compiler refuses this line otherwise.
const least: components["schemas"]["ExportRequest"] = {
  resumeId: "1",
  templateId: "modern",
  cvData: { basics: { name: "Ada Lovelace" } },
};
const given = JSON.parse(await readFile(file, "utf8")) as Partial<typeof least>;
const created = await client.POST("/api/export-pdf/job", { body: { ...least, ...given } });
if (!created.data) throw new Error(created.error.message);

let job: components["schemas"]["JobProcessing" | "JobDone" | "JobFailed"] | undefined;
do {
  const polled = await client.GET("/api/export-pdf/job/{jobId}", {
    params: { path: { jobId: created.data.jobId }, query: { wait: 10 } },
  });
  if (!polled.data) throw new Error(polled.error.message);
  job = polled.data;
} while (job.status === "processing");

if (job.status !== "done") throw new Error(job.error);
const downloaded = await fetch(job.fileUrl);
if (!downloaded.ok) throw new Error(`${downloaded.status}`);
await writeFile(pdf, Buffer.from(await downloaded.arrayBuffer()));
