/** One export from the request to the PDF, and what goes wrong on its way. */
import { describe, expect, it, vi } from "vitest";

import * as errors from "../src/errors.js";
import type { ExportUpdate } from "../src/job.js";
import { FILE, refusal } from "./api.js";
import { REQUEST, stage } from "./scene.js";

const given = stage();

describe("an export", () => {
  it("resolves to the URL of the PDF", async () => {
    const { api } = given.scene;
    const result = await given.scene.client().exportPdf(REQUEST, { onUpdate: given.scene.onUpdate });
    expect(result).toEqual({ jobId: [...api.jobs.keys()][0], fileUrl: FILE, warnings: [] });
    expect(given.scene.states()).toEqual(["sending", "processing", "done"]);
    expect(JSON.parse([...api.jobs.values()][0]!.body)).toEqual(REQUEST);
  });

  it("gives the warnings of the document", async () => {
    const warnings = [{ code: "PhotoIgnored", field: "cvData.basics.image", message: "is no picture" }];
    given.scene.api.end = { status: "done", fileUrl: FILE, warnings };
    expect((await given.scene.client().exportPdf(REQUEST)).warnings).toEqual(warnings);
  });

  it("fails as its job does", async () => {
    given.scene.api.end = { status: "error", error: "Too slow.", code: "Timeout", retryable: true };
    const error = await given.scene.client().exportPdf(REQUEST).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(errors.JobFailedError);
    expect(error).toMatchObject({ message: "Too slow.", code: "Timeout", retryable: true });
  });

  it("can be made by any storage, or none", async () => {
    const broken = () => {
      throw new Error("forbidden");
    };
    const storage = { getItem: broken, setItem: broken, removeItem: broken };
    expect(await given.scene.client({ storage }).exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(await given.scene.client({ storage: null }).exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
  });

  it("does not fail with the page's own progress display", async () => {
    const reported = vi.spyOn(console, "error").mockReturnValue();
    const onUpdate = () => {
      throw new Error("a fault of the page");
    };
    expect(await given.scene.client().exportPdf(REQUEST, { onUpdate })).toMatchObject({ fileUrl: FILE });
    expect(reported).toHaveBeenCalledWith(expect.objectContaining({ message: "a fault of the page" }));
  });
});

describe("the same request", () => {
  it("reports to each caller, also through the same function", async () => {
    const client = given.scene.client();
    const { onUpdate } = given.scene;
    await Promise.all([client.exportPdf(REQUEST, { onUpdate }), client.exportPdf(REQUEST, { onUpdate })]);
    expect(given.scene.states().sort()).toEqual(["done", "done", "processing", "processing", "sending", "sending"]);
  });


  it("is one job when it is made twice at once", async () => {
    const client = given.scene.client();
    const [one, two] = await Promise.all([client.exportPdf(REQUEST), client.exportPdf({ ...REQUEST })]);
    expect(one).toEqual(two);
    expect(given.scene.api.count("POST")).toBe(1);
  });

  it("is one job by two clients of a page", async () => {
    const results = await Promise.all([given.scene.client().exportPdf(REQUEST), given.scene.client().exportPdf(REQUEST)]);
    expect(results[0]).toEqual(results[1]);
    expect(given.scene.api.jobs.size).toBe(1);
  });

  it("is one job whatever the order of its fields", async () => {
    const client = given.scene.client();
    const other = Object.fromEntries(Object.entries(REQUEST).reverse()) as typeof REQUEST;
    await Promise.all([client.exportPdf(REQUEST), client.exportPdf(other)]);
    expect(given.scene.api.jobs.size).toBe(1);
  });

  it("is another job after the first one has ended", async () => {
    const client = given.scene.client();
    await client.exportPdf(REQUEST);
    await client.exportPdf(REQUEST);
    expect(given.scene.api.jobs.size).toBe(2);
  });

  it.each([true, false])("is another job after one that failed (retryable: %s)", async (retryable) => {
    const { api } = given.scene;
    const client = given.scene.client();
    api.end = { status: "error", error: "No.", code: "Timeout", retryable };
    await expect(client.exportPdf(REQUEST)).rejects.toThrow(errors.JobFailedError);
    api.end = { status: "done", fileUrl: FILE };
    expect(await client.exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(api.jobs.size).toBe(2);
  });

  it("differs from another request", async () => {
    const client = given.scene.client();
    await Promise.all([client.exportPdf(REQUEST), client.exportPdf({ ...REQUEST, templateId: "classic" })]);
    expect(given.scene.api.jobs.size).toBe(2);
  });
});

describe("a request for a job", () => {
  it("makes one job when its answer is lost", async () => {
    given.scene.api.events = ["lost"];
    const result = await given.scene.client().exportPdf(REQUEST, { onUpdate: given.scene.onUpdate });
    expect(result.fileUrl).toBe(FILE);
    expect(given.scene.states()).toEqual(["sending", "retrying", "processing", "done"]);
    const { seen, jobs } = given.scene.api;
    expect(seen.slice(0, 2).map(({ method, key }) => [method, key])).toEqual(Array(2).fill(["POST", seen[0]!.key]));
    expect(jobs.size).toBe(1);
  });

  it("is sent again after the pause that a refusal asks for", async () => {
    const busy = { "Retry-After": "7" };
    given.scene.api.events = [refusal(503, "Full.", {}, busy), refusal(429, "Too many.", {}, busy)];
    await given.scene.client().exportPdf(REQUEST, { onUpdate: given.scene.onUpdate });
    expect(given.scene.clock.slept.slice(0, 2)).toEqual([7000, 7000]);
    expect(given.scene.updates[1]).toMatchObject({ state: "retrying", delayMs: 7000, error: { message: "Full." } });
  });

  it.each([
    [429, errors.RateLimitedError],
    [503, errors.OverloadedError],
  ])("fails with what it was refused with in the end: %i", async (status, kind) => {
    given.scene.api.events = Array(9).fill(refusal(status, "Full.", {}, { "Retry-After": "1" }));
    const error = await given.scene.client({ retries: 2 }).exportPdf(REQUEST).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, message: "Full.", retryAfterMs: 1000, retryable: true });
    expect(given.scene.api.count("POST")).toBe(3);
  });

  it("does not wait for longer than its time", async () => {
    given.scene.api.events = [refusal(503, "Full.", {}, { "Retry-After": "120" })];
    await expect(given.scene.client().exportPdf(REQUEST)).rejects.toThrow(errors.OverloadedError);
    expect(given.scene.clock.slept).toEqual([]);
  });

  it("fails with its refusal when the computer sleeps until its time is over", async () => {
    const { api, clock } = given.scene;
    api.events = [refusal(503, "Full.", {}, { "Retry-After": "5" })];
    const onUpdate = ({ state }: ExportUpdate) => state === "retrying" && clock.advance(100_000);
    await expect(given.scene.client().exportPdf(REQUEST, { onUpdate })).rejects.toThrow(errors.OverloadedError);
    expect(api.count("POST")).toBe(1);
  });

  it("fails when there is no answer at all, with backoff before", async () => {
    given.scene.api.events = Array(9).fill("cut");
    await expect(given.scene.client().exportPdf(REQUEST)).rejects.toThrow(errors.NetworkError);
    expect(given.scene.clock.slept).toEqual([1000, 2000, 4000, 5000]);
  });

  it.each([
    [400, errors.RequestError],
    [401, errors.UnauthorizedError],
    [404, errors.RequestError],
    [413, errors.RequestError],
    [422, errors.ValidationError],
    [500, errors.RequestError],
  ])("fails at once where sending it again does not help: %i", async (status, kind) => {
    const details = [{ field: "cvData.basics.name", message: "required" }];
    given.scene.api.events = [refusal(status, "No.", { details })];
    const error = await given.scene.client().exportPdf(REQUEST).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ name: kind.name, status, message: "No.", details, retryable: false });
    expect(given.scene.api.count("POST")).toBe(1);
    expect(error).not.toBeInstanceOf(errors.JobNotFoundError);
  });

  it("is sent again when it did not arrive in time", async () => {
    given.scene.api.events = [refusal(408, "Too slow.")];
    expect(await given.scene.client().exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
  });

  it("takes a proxy's page for no answer of the API", async () => {
    given.scene.api.events = [{ status: 200, json: "<html>" }, { status: 502 }];
    expect(await given.scene.client().exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(given.scene.api.jobs.size).toBe(1);
  });

  it("is taken for lost when there is no answer in time", async () => {
    const { api, clock } = given.scene;
    api.events = ["hang"];
    const hung = api.hung();
    const result = given.scene.client().exportPdf(REQUEST);
    await hung;
    clock.advance(30_000);
    expect(await result).toMatchObject({ fileUrl: FILE });
    expect(api.jobs.size).toBe(1);
  });
});

describe("the token", () => {
  it("is sent with each request", async () => {
    await given.scene.client({ token: "t" }).exportPdf(REQUEST);
    expect(given.scene.api.seen.map((request) => request.authorization)).toEqual(["Bearer t", "Bearer t"]);
  });

  it("is asked for anew when the API refuses it", async () => {
    const asked: boolean[] = [];
    const token = async (refresh: boolean) => {
      asked.push(refresh);
      return refresh ? "new" : "old";
    };
    given.scene.api.events = ["usual", refusal(401, "Expired.")];
    expect(await given.scene.client({ token }).exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(asked).toEqual([false, false, true]);
    expect(given.scene.api.seen.at(-1)!.authorization).toBe("Bearer new");
  });

  it("fails the export when there is none", async () => {
    const cause = new Error("not signed in");
    const token = () => Promise.reject(cause);
    const error = await given.scene.client({ token }).exportPdf(REQUEST).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(errors.TokenError);
    expect(error).toMatchObject({ cause });
  });
});

describe("the other calls", () => {
  it("give the state of a job, list templates, cancel", async () => {
    const { api } = given.scene;
    const client = given.scene.client();
    const { jobId } = await client.exportPdf(REQUEST);
    expect(await client.status(jobId, { wait: 60 })).toEqual({ jobId, status: "done", fileUrl: FILE });
    expect(api.seen.at(-1)!.wait).toBe("30");
    expect(await client.templates()).toEqual({ templates: [], cvSchema: {} });
    expect(await client.cancel(jobId)).toBe(true);
    expect(await client.cancel(jobId)).toBe(false);
    await expect(client.status(jobId)).rejects.toThrow(errors.JobNotFoundError);
  });
});
