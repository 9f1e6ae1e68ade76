// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, describe, expect, it } from "vitest";

import type { ExportClient } from "../src/client.js";
import { CancelledError, OverloadedError, ValidationError } from "../src/errors.js";
import { type ExportPDFJobOptions, useExportPDFJob } from "../src/react.js";
import { FILE, refusal } from "./api.js";
import { REQUEST, stage } from "./scene.js";

const given = stage();
afterEach(cleanup);

function use(options: ExportPDFJobOptions & { client?: ExportClient } = {}) {
  const { client = given.scene.client(), ...hookOptions } = options;
  return renderHook(() => useExportPDFJob(client, hookOptions), { wrapper: StrictMode });
}

/** The next poll stays unanswered; resolves when it is there. */
function pollHangs(): Promise<void> {
  given.scene.api.events = ["usual", "hang"];
  return given.scene.api.hung();
}

describe("useExportPDFJob", () => {
  it("resolves to the URL and shows what happens", async () => {
    const { result } = use();
    expect(result.current).toMatchObject({ isExporting: false, error: null, progress: null, result: null });
    const hung = pollHangs();
    let url: Promise<string>;
    act(() => void (url = result.current.startExport(REQUEST)));
    expect(result.current).toMatchObject({ isExporting: true, progress: { state: "sending" } });
    await hung;
    await waitFor(() => expect(result.current.progress).toMatchObject({ state: "processing" }));
    await act(async () => {
      given.scene.clock.advance(30_000);
      expect(await url).toBe(FILE);
    });
    expect(result.current).toMatchObject({ isExporting: false, error: null, result: { fileUrl: FILE } });
    expect(result.current.progress).toMatchObject({ state: "done" });
  });

  it("makes one job of a double click", async () => {
    const { result } = use();
    await act(async () => {
      const urls = [result.current.startExport(REQUEST), result.current.startExport(REQUEST)];
      expect(await Promise.all(urls)).toEqual([FILE, FILE]);
    });
    expect(given.scene.api.count("POST")).toBe(1);
    expect(result.current.isExporting).toBe(false);
  });

  it("shows why an export failed, and forgets it with the next one", async () => {
    const { result } = use();
    given.scene.api.events = [refusal(422, "cvData.basics.name: required", { details: [] })];
    await act(async () => {
      await expect(result.current.startExport(REQUEST)).rejects.toThrow(ValidationError);
    });
    expect(result.current).toMatchObject({ isExporting: false, error: "cvData.basics.name: required" });
    expect(result.current.failure).toBeInstanceOf(ValidationError);
    await act(async () => void (await result.current.startExport(REQUEST)));
    expect(result.current).toMatchObject({ error: null, failure: null, result: { fileUrl: FILE } });
  });

  it("shows the export that was started last", async () => {
    const { result } = use();
    const hung = pollHangs();
    let first: Promise<string>;
    act(() => void (first = result.current.startExport(REQUEST)));
    await hung;
    given.scene.api.events = [refusal(422, "No.")];
    act(() => void result.current.startExport({ ...REQUEST, templateId: "classic" }));
    await waitFor(() => expect(result.current.error).toBe("No."));
    await act(async () => {
      given.scene.clock.advance(30_000);
      expect(await first).toBe(FILE);
    });
    expect(result.current).toMatchObject({ isExporting: false, error: "No.", result: null });
  });

  it("needs no catch", async () => {
    const { result } = use({ client: given.scene.client({ retries: 0 }) });
    given.scene.api.events = [refusal(503, "Full.")];
    act(() => void result.current.startExport(REQUEST));
    await waitFor(() => expect(result.current.failure).toBeInstanceOf(OverloadedError));
  });

  it("cancels every click", async () => {
    const { result } = use();
    const hung = pollHangs();
    act(() => {
      void result.current.startExport(REQUEST);
      void result.current.startExport(REQUEST);
    });
    await hung;
    act(() => result.current.cancel());
    await waitFor(() => expect(result.current.failure).toBeInstanceOf(CancelledError));
    await waitFor(() => expect(given.scene.api.deleted).toHaveLength(1));
    expect(result.current).toMatchObject({ isExporting: false, error: null });
  });

  it("goes on when the component is unmounted", async () => {
    const { result, unmount } = use();
    const hung = pollHangs();
    let url: Promise<string>;
    act(() => void (url = result.current.startExport(REQUEST)));
    await hung;
    unmount();
    given.scene.clock.advance(30_000);
    expect(await url!).toBe(FILE);
    expect(given.scene.api.deleted).toEqual([]);
  });

  it("continues after a reload, once even in StrictMode", async () => {
    const hung = pollHangs();
    void given.scene.client().exportPdf(REQUEST);
    await hung;
    given.scene.clock.closePage();
    const { result } = use();
    expect(result.current.isExporting).toBe(true);
    await waitFor(() => expect(result.current.result).toMatchObject({ fileUrl: FILE }));
    expect(given.scene.api.count("POST")).toBe(1);
    expect(given.scene.api.count("GET")).toBe(2);
  });

  it("asks again as soon as the browser is online", async () => {
    const { result } = use();
    const hung = pollHangs();
    act(() => void result.current.startExport(REQUEST));
    await hung;
    act(() => void window.dispatchEvent(new Event("online")));
    await waitFor(() => expect(result.current.result).toMatchObject({ fileUrl: FILE }));
    expect(given.scene.clock.slept).toEqual([0, 1000]);
  });

  it("shows what cannot be sent at all", async () => {
    const { result } = use();
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    act(() => void result.current.startExport({ ...REQUEST, cvData: circular as never }));
    await waitFor(() => expect(result.current.error).toMatch(/call stack|circular/i));
  });

  it("can leave a reload's export alone", async () => {
    const hung = pollHangs();
    void given.scene.client().exportPdf(REQUEST);
    await hung;
    given.scene.clock.closePage();
    expect(use({ resume: false }).result.current.isExporting).toBe(false);
  });

  it("says nothing of an export that has expired since", async () => {
    const hung = pollHangs();
    void given.scene.client().exportPdf(REQUEST);
    await hung;
    given.scene.clock.closePage();
    given.scene.api.jobs.clear();
    const { result } = use();
    await waitFor(() => expect(result.current.isExporting).toBe(false));
    expect(result.current).toMatchObject({ error: null, failure: null });
  });

  it("keeps its functions between renderings", () => {
    const { result, rerender } = use();
    const { startExport, cancel } = result.current;
    rerender();
    expect(result.current.startExport).toBe(startExport);
    expect(result.current.cancel).toBe(cancel);
  });
});
