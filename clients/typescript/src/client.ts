/** The client: what an application calls. */
import { type Clock, systemClock } from "./clock.js";
import { CancelledError, JobNotFoundError } from "./errors.js";
import { Http, type Token } from "./http.js";
import { hashOf } from "./identity.js";
import { ANSWER_MS, type ExportUpdate, pathOf, statusOf } from "./job.js";
import { Journal, type KeyValueStorage, sessionStorageIfAllowed } from "./journal.js";
import { Run } from "./run.js";
import type { ExportRequest, ExportResult, JobStatus, TemplateList } from "./types.js";

const TEMPLATES = "/api/export-pdf/templates";
const TIMEOUT_MS = 90_000;
const RETRIES = 4;
const MAX_WAIT_SECONDS = 30;

export interface ClientOptions {
  /** Where the API is, for example `https://export.example.com`; empty: the origin of the page. */
  baseUrl: string;
  /** The bearer token, or a function that gives one: `(refresh) => user.getIdToken(refresh)`. */
  token?: Token;
  /** Milliseconds that `exportPdf` waits for the PDF. 90,000 by default. */
  timeoutMs?: number;
  /** How often a request for a new job is sent again after a lost answer, 429 or 503. 4 by default. */
  retries?: number;
  /** `false`: poll every 3 s, never by `?wait`. `true` by default, with a change to polls where it does not work. */
  longPolling?: boolean;
  /** What outlives a reload. sessionStorage by default; `null`: nothing does. */
  storage?: KeyValueStorage | null;
  /** Instead of the global fetch. */
  fetch?: typeof globalThis.fetch;
}

export interface ExportOptions {
  /** Aborting it cancels the job, unless another caller waits for the same export. */
  signal?: AbortSignal | undefined;
  /** Called with what happens to the export. */
  onUpdate?: ((update: ExportUpdate) => void) | undefined;
  /** Instead of the client's. */
  timeoutMs?: number | undefined;
}

export interface ExportClient {
  /**
   * Exports a CV and resolves when the PDF can be downloaded.
   *
   * The same request in flight is the same export: a double click makes one job. After a reload or a TimeoutError the
   * same request continues with the job that it has. Rejects with an ExportError; see errors.ts for the tree.
   */
  exportPdf(request: ExportRequest, options?: ExportOptions): Promise<ExportResult>;
  /** Continues the last export that a reload interrupted; null when there is none. Rejects as exportPdf does. */
  resume(options?: ExportOptions): Promise<ExportResult> | null;
  /** How far a job is; with `wait` (seconds, at most 30) the answer comes as soon as the job has ended. */
  status(jobId: string, options?: { wait?: number; signal?: AbortSignal }): Promise<JobStatus>;
  /** Cancels a job, or forgets one that has ended. false: there was none. */
  cancel(jobId: string): Promise<boolean>;
  /** The templates that are installed, with the options of each. */
  templates(options?: { signal?: AbortSignal }): Promise<TemplateList>;
}

/** A client of the export API. One for each page or process is enough. */
export function createClient(options: ClientOptions): ExportClient {
  return makeClient(options, systemClock);
}

/** As createClient, by a clock of one's own. */
export function makeClient(options: ClientOptions, clock: Clock): ExportClient {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  // Looked up at each call: instrumentation and tests replace it.
  const send: typeof fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  const http = new Http(baseUrl, options.token, send, clock);
  const storage = options.storage === undefined ? sessionStorageIfAllowed() : options.storage;
  const journal = new Journal(storage ?? undefined, `pdf-export:${baseUrl}`);
  const runs = new Map<string, Run>();

  function start(hash: string, body: string | undefined, { signal, onUpdate, timeoutMs }: ExportOptions) {
    if (signal?.aborted) return Promise.reject(new CancelledError({ cause: signal.reason }));
    const run = runs.get(hash) ?? newRun(hash, body, timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
    run.body ??= body;
    return run.join({ signal, onUpdate });
  }

  function newRun(hash: string, body: string | undefined, timeoutMs: number): Run {
    const { retries = RETRIES, longPolling = true } = options;
    const run = new Run({ http, clock, journal, hash, timeoutMs, retries, longPolling }, body, () => {
      if (runs.get(hash) === run) runs.delete(hash);
    });
    runs.set(hash, run);
    return run;
  }

  return {
    async exportPdf(request, callOptions = {}) {
      return start(hashOf(request), JSON.stringify(request), callOptions);
    },

    resume(callOptions = {}) {
      const found = journal.newest();
      return found ? start(found[0], undefined, callOptions) : null;
    },

    async status(jobId, { wait = 0, signal } = {}) {
      const path = pathOf(jobId) + (wait ? `?wait=${Math.min(wait, MAX_WAIT_SECONDS)}` : "");
      const timeoutMs = wait * 1000 + ANSWER_MS;
      const answer = await http.send({ method: "GET", path, timeoutMs, ...(signal && { signal }) });
      return statusOf(answer.json);
    },

    async cancel(jobId) {
      for (const run of runs.values()) if (run.jobId === jobId) run.stop();
      try {
        await http.send({ method: "DELETE", path: pathOf(jobId), timeoutMs: ANSWER_MS, keepalive: true });
        return true;
      } catch (error) {
        if (error instanceof JobNotFoundError) return false;
        throw error;
      }
    },

    async templates({ signal } = {}) {
      const answer = await http.send({ method: "GET", path: TEMPLATES, timeoutMs: ANSWER_MS, ...(signal && { signal }) });
      return answer.json as TemplateList;
    },
  };
}
