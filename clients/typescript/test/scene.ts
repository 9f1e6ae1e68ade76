/** What every test works with: an API, a page's storage, and clients of that page. */
import { afterEach, beforeEach, vi } from "vitest";

import { type ClientOptions, type ExportClient, makeClient } from "../src/client.js";
import type { ExportUpdate } from "../src/job.js";
import type { KeyValueStorage } from "../src/journal.js";
import type { ExportRequest } from "../src/types.js";
import { FakeApi } from "./api.js";
import { FakeClock } from "./clock.js";

export const REQUEST: ExportRequest = {
  resumeId: 123,
  templateId: "modern",
  cvData: { basics: { name: "John Doe" } },
};

export class MemoryStorage implements KeyValueStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

export class Scene {
  readonly clock = new FakeClock();
  readonly api = new FakeApi(this.clock);
  readonly storage = new MemoryStorage();
  readonly updates: ExportUpdate[] = [];
  readonly onUpdate = (update: ExportUpdate) => void this.updates.push(update);

  /** A client of a page that has just been loaded, in the same tab. */
  client(options: Partial<ClientOptions> = {}): ExportClient {
    const given = { baseUrl: this.api.url, storage: this.storage, fetch: this.clock.fetch };
    return makeClient({ ...given, ...options }, this.clock);
  }

  states(): string[] {
    return this.updates.map((update) => update.state);
  }
}

/** The scene of the test that runs. */
export function stage(): { readonly scene: Scene } {
  const current = { scene: undefined as unknown as Scene };
  beforeEach(async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    current.scene = new Scene();
    await current.scene.api.start();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await current.scene.api.stop();
  });
  return current;
}
