/** An export in flight. Callers who ask for the same export at the same time share one. */
import type { Clock } from "./clock.js";
import { CancelledError, JobFailedError, JobNotFoundError, RequestError } from "./errors.js";
import type { Http } from "./http.js";
import { randomKey } from "./identity.js";
import { type Attempt, create, type ExportUpdate, remove, submit, waitForEnd } from "./job.js";
import type { Entry, Journal } from "./journal.js";
import type { ExportResult } from "./types.js";

export interface RunOptions {
  http: Http;
  clock: Clock;
  journal: Journal;
  hash: string;
  timeoutMs: number;
  retries: number;
  longPolling: boolean;
}

/** What a caller wants to know of a run, and how it stops waiting. */
export interface Subscription {
  signal?: AbortSignal | undefined;
  onUpdate?: ((update: ExportUpdate) => void) | undefined;
}

export class Run {
  private readonly controller = new AbortController();
  /** One for each caller who waits. */
  private readonly listeners = new Set<(update: ExportUpdate) => void>();
  private readonly result: Promise<ExportResult>;
  private last: ExportUpdate | undefined;
  private entry: Entry;
  /** The jobId, as soon as a request for a job is answered. */
  private accepted: Promise<string> | undefined;

  constructor(
    private readonly options: RunOptions,
    /** The JSON of the request; after a reload unknown until the application asks for the same again. */
    public body: string | undefined,
    /** Called when the run is over: from then on the same export is a new run. */
    private readonly ended: () => void,
  ) {
    const found = options.journal.get(options.hash);
    this.entry = found ?? { key: randomKey(), at: Date.now() };
    if (this.entry.jobId !== undefined) this.accepted = Promise.resolve(this.entry.jobId);
    this.result = this.execute(found?.jobId).finally(ended);
    this.result.catch(() => {}); // Each caller gets the error; without callers there is nobody to report it to.
  }

  /** The jobId, if the API has accepted the request. */
  get jobId(): string | undefined {
    return this.entry.jobId;
  }

  /** The result for one caller. The job is cancelled when the last caller aborts. */
  join({ signal, onUpdate }: Subscription): Promise<ExportResult> {
    // A function of its own for each caller: two may pass the same one.
    const listener = (update: ExportUpdate) => onUpdate && notify(onUpdate, update);
    this.listeners.add(listener);
    if (this.last) listener(this.last);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.listeners.delete(listener);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        leave();
        reject(new CancelledError({ cause: signal?.reason }));
        if (this.listeners.size === 0) this.cancel();
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.result.finally(leave).then(resolve, reject);
    });
  }

  /** Stops waiting and deletes the job in the background. */
  cancel(): void {
    const { http, clock } = this.options;
    this.stop();
    this.accepted?.then((jobId) => remove(http, clock, jobId)).catch(() => {});
  }

  /** Stops waiting; the job itself is left to the caller. */
  stop(): void {
    // At once: the same export may be started before the promises here are settled.
    this.forget();
    this.ended();
    this.controller.abort();
  }

  private async execute(resumed: string | undefined): Promise<ExportResult> {
    const { http, clock, timeoutMs, retries, longPolling } = this.options;
    const attempt: Attempt = {
      ...{ http, clock, timeoutMs, retries, longPolling },
      signal: this.controller.signal,
      began: clock.now(),
      emit: (update) => this.emit(update),
    };
    try {
      const result = await this.outcome(attempt, resumed);
      this.forget();
      this.emit({ state: "done", ...result });
      return result;
    } catch (error) {
      if (endsJob(error)) this.forget();
      throw error;
    }
  }

  private async outcome(attempt: Attempt, resumed: string | undefined): Promise<ExportResult> {
    if (resumed !== undefined) {
      try {
        return await waitForEnd(attempt, resumed);
      } catch (error) {
        if (!(error instanceof JobNotFoundError) || this.body === undefined) throw error;
        this.entry = { key: randomKey(), at: Date.now() }; // It has expired meanwhile: a new job, by a new key.
      }
    }
    return waitForEnd(attempt, await this.createJob(attempt, this.body ?? ""));
  }

  private async createJob(attempt: Attempt, body: string): Promise<string> {
    const { http, journal, hash } = this.options;
    const { entry } = this;
    journal.put(hash, entry);
    const jobId = await submit(attempt, (ms) => (this.accepted = create(http, body, entry.key, ms)));
    this.entry = { ...entry, jobId };
    journal.put(hash, this.entry);
    return jobId;
  }

  private forget(): void {
    this.options.journal.remove(this.options.hash, this.entry.key);
  }

  private emit(update: ExportUpdate): void {
    this.last = update;
    for (const listener of this.listeners) listener(update);
  }
}

/** Whether the same export, started again, needs a new job. After a timeout or a lost network it has its old one. */
function endsJob(error: unknown): boolean {
  if (error instanceof JobFailedError || error instanceof CancelledError) return true;
  return error instanceof RequestError && !error.retryable && error.status !== 401;
}

// A fault in a page's progress display must not lose its export.
function notify(onUpdate: (update: ExportUpdate) => void, update: ExportUpdate): void {
  try {
    onUpdate(update);
  } catch (error) {
    console.error(error);
  }
}
