/** Waiting for the end of a job: long polls, plain polls, lost networks, reloads, cancellation. */
import { describe, expect, it, vi } from "vitest";

import * as errors from "../src/errors.js";
import { FILE, refusal } from "./api.js";
import { REQUEST, stage } from "./scene.js";

const given = stage();

/** The pauses between polls; those that a poll waits on the server are none. */
function waits(): (string | null)[] {
  return given.scene.api.seen.filter(({ method }) => method === "GET").map(({ wait }) => wait);
}

describe("polling", () => {
  it("lets the API wait, without pauses of its own", async () => {
    given.scene.api.polls = 3;
    await given.scene.client().exportPdf(REQUEST);
    expect(waits()).toEqual(["20", "20", "20"]);
    expect(given.scene.clock.slept).toEqual([0, 0, 0]);
  });

  it("asks every 3 s where nothing waits", async () => {
    given.scene.api.polls = 4;
    await given.scene.client({ longPolling: false }).exportPdf(REQUEST);
    expect(waits()).toEqual([null, null, null, null]);
    expect(given.scene.clock.slept).toEqual([3000, 3000, 3000, 3000]);
  });

  it("keeps the API's pause where an answer comes before its time", async () => {
    given.scene.api.polls = 3;
    given.scene.api.waits = false;
    await given.scene.client().exportPdf(REQUEST);
    expect(given.scene.clock.slept).toEqual([0, 3000, 3000]);
  });

  it("asks without ?wait where the server does not take it", async () => {
    given.scene.api.events = ["usual", refusal(422, "wait: unknown"), refusal(422, "wait: unknown")];
    given.scene.api.polls = 2;
    expect(await given.scene.client().exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(waits()).toEqual(["20", "20", null, null]);
  });

  it("asks without ?wait where a proxy cuts requests that wait", async () => {
    given.scene.api.events = ["usual", { status: 504 }, "cut"];
    given.scene.api.polls = 2;
    await given.scene.client().exportPdf(REQUEST);
    expect(waits()).toEqual(["20", "20", null, null]);
  });

  it("goes on with ?wait where a request is cut now and then", async () => {
    given.scene.api.events = ["usual", { status: 504 }, "usual", { status: 504 }];
    given.scene.api.polls = 2;
    await given.scene.client().exportPdf(REQUEST);
    expect(waits()).toEqual(["20", "20", "20", "20"]);
  });

  it("keeps the pause that a refusal asks for", async () => {
    given.scene.api.events = ["usual", refusal(429, "Too many.", {}, { "Retry-After": "11" })];
    await given.scene.client().exportPdf(REQUEST);
    expect(given.scene.clock.slept).toEqual([0, 11_000]);
  });

  it("takes a date as a pause", async () => {
    const soon = new Date(Date.now() + 60_000).toUTCString();
    given.scene.api.events = ["usual", refusal(503, "Full.", {}, { "Retry-After": soon })];
    await given.scene.client().exportPdf(REQUEST);
    expect(given.scene.clock.slept[1]).toBeGreaterThan(50_000);
    expect(given.scene.clock.slept[1]).toBeLessThanOrEqual(60_000);
  });
});

describe("a network that is lost", () => {
  it("is survived while the job is polled", async () => {
    given.scene.api.events = ["usual", "cut", "cut", "cut", "cut"];
    const result = await given.scene.client().exportPdf(REQUEST, { onUpdate: given.scene.onUpdate });
    expect(result.fileUrl).toBe(FILE);
    expect(given.scene.clock.slept).toEqual([0, 1000, 2000, 4000, 5000]);
    expect(given.scene.states()).toEqual([
      ...["sending", "processing", "retrying", "retrying", "retrying", "retrying", "done"],
    ]);
    expect(given.scene.api.count("POST")).toBe(1);
  });

  it("ends the export when its time is over", async () => {
    given.scene.api.events = ["usual", ...Array(99).fill("cut")];
    const error = await given.scene.client().exportPdf(REQUEST).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(errors.TimeoutError);
    expect(error).toMatchObject({ timeoutMs: 90_000, cause: expect.any(errors.NetworkError) as unknown });
    expect(given.scene.clock.now()).toBe(90_000);
  });

  it("is noticed when a poll has no answer", async () => {
    const { api, clock } = given.scene;
    api.events = ["usual", "hang"];
    const hung = api.hung();
    const result = given.scene.client().exportPdf(REQUEST);
    await hung;
    clock.advance(30_000);
    expect(await result).toMatchObject({ fileUrl: FILE });
  });
});

describe("the time of an export", () => {
  it.each([
    [undefined, 90_000],
    [30_000, 30_000],
  ])("is %s", async (timeoutMs, expected) => {
    given.scene.api.polls = 999;
    const error = await given.scene.client().exportPdf(REQUEST, { timeoutMs }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(errors.TimeoutError);
    expect(given.scene.clock.now()).toBe(expected);
    expect(given.scene.api.deleted).toEqual([]);
  });

  it("is the client's where a call has none", async () => {
    given.scene.api.polls = 999;
    await expect(given.scene.client({ timeoutMs: 5000 }).exportPdf(REQUEST)).rejects.toThrow(/after 5 seconds/);
  });

  it("leaves a job that the same export goes on with", async () => {
    const { api } = given.scene;
    const client = given.scene.client();
    api.polls = 999;
    await expect(client.exportPdf(REQUEST)).rejects.toThrow(errors.TimeoutError);
    api.polls = 1;
    expect(await client.exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(api.jobs.size).toBe(1);
    expect(api.count("POST")).toBe(1);
  });
});

describe("a reload", () => {
  /** The page is closed while it polls. */
  async function closed(): Promise<void> {
    const { api } = given.scene;
    api.events = ["usual", "hang"];
    const hung = api.hung();
    void given.scene.client().exportPdf(REQUEST);
    await hung;
    given.scene.clock.closePage();
  }

  it("continues with the same job when the same is exported again", async () => {
    await closed();
    expect(await given.scene.client().exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    expect(given.scene.api.count("POST")).toBe(1);
  });

  it("continues without the request", async () => {
    await closed();
    expect(await given.scene.client().resume()).toMatchObject({ fileUrl: FILE });
    expect(given.scene.client().resume()).toBeNull();
    expect(given.scene.storage.items.size).toBe(0);
  });

  it("makes one job when it comes before the answer to the request", async () => {
    const { api } = given.scene;
    api.events = ["hang"];
    const hung = api.hung();
    void given.scene.client().exportPdf(REQUEST);
    await hung;
    given.scene.clock.closePage();
    await given.scene.client().exportPdf(REQUEST);
    const [first, second] = api.seen;
    expect(second).toMatchObject({ method: "POST", key: first!.key });
  });

  it("starts anew when the job has expired and both ask for it", async () => {
    await closed();
    given.scene.api.jobs.clear();
    const client = given.scene.client();
    const results = await Promise.all([client.resume(), client.exportPdf(REQUEST)]);
    expect(results.map((result) => result?.fileUrl)).toEqual([FILE, FILE]);
    expect(given.scene.api.jobs.size).toBe(1);
  });

  it("continues with the export that was started last", async () => {
    const { api } = given.scene;
    const now = vi.spyOn(Date, "now");
    for (const templateId of ["classic", "modern"]) {
      now.mockReturnValue(templateId === "modern" ? 2 : 1);
      api.events = ["usual", "hang"];
      const hung = api.hung();
      void given.scene.client().exportPdf({ ...REQUEST, templateId });
      await hung;
      given.scene.clock.closePage();
    }
    expect((await given.scene.client().resume())?.jobId).toBe([...api.jobs.keys()][1]);
  });

  it("forgets what is older than a day", async () => {
    await closed();
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 25 * 60 * 60 * 1000);
    expect(given.scene.client().resume()).toBeNull();
  });

  it("starts anew when the job has expired", async () => {
    await closed();
    given.scene.api.jobs.clear();
    expect(await given.scene.client().exportPdf(REQUEST)).toMatchObject({ fileUrl: FILE });
    const keys = given.scene.api.seen.filter(({ method }) => method === "POST").map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it("rejects when the job has expired and nobody asks for it anew", async () => {
    await closed();
    given.scene.api.jobs.clear();
    await expect(given.scene.client().resume()).rejects.toThrow(errors.JobNotFoundError);
    expect(given.scene.client().resume()).toBeNull();
  });

  it("leaves nothing of the CV in the storage", async () => {
    await closed();
    expect([...given.scene.storage.items.values()].join()).not.toMatch(/John|modern/);
  });
});

describe("cancellation", () => {
  it("deletes the job", async () => {
    const { api } = given.scene;
    const controller = new AbortController();
    api.events = ["usual", "hang"];
    const hung = api.hung();
    const result = given.scene.client().exportPdf(REQUEST, { signal: controller.signal });
    await hung;
    controller.abort("enough");
    const error = await result.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(errors.CancelledError);
    expect(error).toMatchObject({ cause: "enough" });
    await expect.poll(() => api.deleted).toHaveLength(1);
    expect(given.scene.storage.items.size).toBe(0);
  });

  it("deletes a job whose answer is still on its way", async () => {
    const { api } = given.scene;
    const controller = new AbortController();
    const result = given.scene.client().exportPdf(REQUEST, { signal: controller.signal });
    controller.abort();
    await expect(result).rejects.toThrow(errors.CancelledError);
    await expect.poll(() => api.deleted).toHaveLength(1);
    expect(api.count("GET")).toBe(0);
  });

  it("tries again when its request is lost", async () => {
    const { api } = given.scene;
    const controller = new AbortController();
    api.events = ["usual", "hang", "cut"];
    const hung = api.hung();
    const result = given.scene.client().exportPdf(REQUEST, { signal: controller.signal });
    await hung;
    controller.abort();
    await expect(result).rejects.toThrow(errors.CancelledError);
    await expect.poll(() => api.deleted).toHaveLength(1);
  });

  it("does not begin what is cancelled before", async () => {
    const signal = AbortSignal.abort();
    await expect(given.scene.client().exportPdf(REQUEST, { signal })).rejects.toThrow(errors.CancelledError);
    expect(given.scene.api.seen).toEqual([]);
  });

  it("of one caller leaves the job to the other", async () => {
    const controller = new AbortController();
    const client = given.scene.client();
    const one = client.exportPdf(REQUEST, { signal: controller.signal });
    const two = client.exportPdf(REQUEST);
    controller.abort();
    await expect(one).rejects.toThrow(errors.CancelledError);
    expect(await two).toMatchObject({ fileUrl: FILE });
    expect(given.scene.api.deleted).toEqual([]);
  });

  it("is followed by a new job when the same is exported at once", async () => {
    const { api } = given.scene;
    const controller = new AbortController();
    const client = given.scene.client();
    const one = client.exportPdf(REQUEST, { signal: controller.signal });
    controller.abort();
    const two = client.exportPdf(REQUEST);
    await expect(one).rejects.toThrow(errors.CancelledError);
    const { jobId } = await two;
    await expect.poll(() => api.deleted).toHaveLength(1);
    expect(api.deleted).not.toContain(jobId);
  });

  it("leaves the new job to a reload", async () => {
    const { api } = given.scene;
    const controller = new AbortController();
    const client = given.scene.client();
    client.exportPdf(REQUEST, { signal: controller.signal }).catch(() => {});
    controller.abort();
    api.polls = 999;
    void client.exportPdf(REQUEST).catch(() => {});
    await expect.poll(() => api.count("GET")).toBeGreaterThan(0);
    given.scene.clock.closePage();
    api.polls = 0;
    expect(await given.scene.client().resume()).toMatchObject({ fileUrl: FILE });
  });

  it("by jobId ends the export, too", async () => {
    const { api } = given.scene;
    const client = given.scene.client();
    api.events = ["usual", "hang"];
    const hung = api.hung();
    const result = client.exportPdf(REQUEST);
    result.catch(() => {});
    await hung;
    expect(await client.cancel([...api.jobs.keys()][0]!)).toBe(true);
    await expect(result).rejects.toThrow(errors.CancelledError);
    expect(api.deleted).toHaveLength(1);
  });
});
