/** One job on the wire: create it, wait for its end, delete it. Lost answers and refusals are answered here. */
import { abortable, type Clock, sleep } from "./clock.js";
import {
  ExportError,
  JobFailedError,
  NetworkError,
  RequestError,
  TimeoutError,
  TokenError,
  ValidationError,
} from "./errors.js";
import { fields, type Http } from "./http.js";
import type { ExportResult, JobStatus } from "./types.js";

const JOBS = "/api/export-pdf/job";
/** The API answers at once but for `?wait`; a slow network gets this long. */
export const ANSWER_MS = 10_000;
/** A photo over a slow network takes its time. */
const POST_MS = 30_000;
const POLL_MS = 3_000;
// Proxies often close connections that are silent for 30 s.
const MAX_WAIT_MS = 20_000;
const MAX_BACKOFF_MS = 5_000;

/** What happens to an export, for progress and logs. */
export type ExportUpdate =
  | { state: "sending" }
  | { state: "processing"; jobId: string; elapsedMs: number }
  /** An answer was lost or refused; the request is sent again after `delayMs`. */
  | { state: "retrying"; jobId?: string; error: ExportError; delayMs: number }
  | ({ state: "done" } & ExportResult);

/** What one export works with. */
export interface Attempt {
  http: Http;
  clock: Clock;
  signal: AbortSignal;
  /** The clock's time at which it began. */
  began: number;
  /** Milliseconds from then until TimeoutError. */
  timeoutMs: number;
  /** How often a refused or lost request for a new job is sent again. */
  retries: number;
  /** Whether to ask with `?wait`; polls every 3 s otherwise. */
  longPolling: boolean;
  emit(update: ExportUpdate): void;
}

export function pathOf(jobId: string): string {
  return `${JOBS}/${encodeURIComponent(jobId)}`;
}

/** Creates a job and gives its jobId. A request whose answer was lost is sent again: with the same key it is one job. */
export async function create(http: Http, body: string, key: string, timeoutMs: number): Promise<string> {
  // Without a signal: only the answer says which job is to be deleted.
  const { json } = await http.send({
    method: "POST",
    path: JOBS,
    body,
    headers: { "Idempotency-Key": key },
    timeoutMs: Math.min(POST_MS, timeoutMs),
  });
  const { jobId } = fields(json);
  if (typeof jobId !== "string") throw new NetworkError("The server answered, but not as the export API does.");
  return jobId;
}

/** Creates the job of an attempt; `post` sends the request once and gives up after so many milliseconds. */
export async function submit(attempt: Attempt, post: (timeoutMs: number) => Promise<string>): Promise<string> {
  attempt.emit({ state: "sending" });
  for (let failures = 1; ; failures++) {
    try {
      return await abortable(post(remainingMs(attempt)), attempt.signal);
    } catch (error) {
      if (!mayRetry(error) || error instanceof TokenError || failures > attempt.retries) throw error;
      const delayMs = delayAfter(error, failures);
      if (delayMs >= remainingMs(attempt)) throw error;
      attempt.emit({ state: "retrying", error, delayMs });
      await sleep(attempt.clock, delayMs, attempt.signal);
      if (remainingMs(attempt) <= 0) throw error; // The computer slept, too.
    }
  }
}

/**
 * Waits until the job has ended. Long polls where that works, polls every 3 s where it does not; lost answers are asked
 * for again until the time is over. Throws JobFailedError, TimeoutError and what polls are refused with.
 */
export async function waitForEnd(attempt: Attempt, jobId: string): Promise<ExportResult> {
  const { clock, emit } = attempt;
  let failures = 0;
  let failedWaits = 0;
  let delayMs = attempt.longPolling ? 0 : POLL_MS;
  let last: ExportError | undefined;
  emit({ state: "processing", jobId, elapsedMs: elapsedMs(attempt) });
  for (;;) {
    await sleep(clock, Math.min(delayMs, Math.max(remainingMs(attempt), 0)), attempt.signal);
    const leftMs = remainingMs(attempt);
    if (leftMs <= 0) throw new TimeoutError(jobId, attempt.timeoutMs, { cause: last });
    // Twice in a row means that something between here and the API does not let a request wait.
    const waitMs = attempt.longPolling && failedWaits < 2 ? Math.floor(Math.min(MAX_WAIT_MS, leftMs) / 1000) * 1000 : 0;
    const asked = clock.now();
    try {
      const { status, retryAfterMs } = await poll(attempt, jobId, waitMs, leftMs);
      const result = resultOf(status);
      if (result) return result;
      failures = 0;
      if (waitMs) failedWaits = 0;
      // An answer before its time comes from a server that does not wait: it says when to ask again.
      delayMs = waitMs && clock.now() - asked > waitMs - 1000 ? 0 : (retryAfterMs ?? POLL_MS);
      emit({ state: "processing", jobId, elapsedMs: elapsedMs(attempt) });
    } catch (error) {
      if (waitMs) failedWaits++;
      if (waitMs && error instanceof ValidationError) continue; // It does not take `wait`.
      if (!mayRetry(error)) throw error;
      last = error;
      delayMs = delayAfter(error, ++failures);
      emit({ state: "retrying", jobId, error, delayMs });
    }
  }
}

/** Deletes the job as well as it can: the page may be about to close, and a job that stays expires. */
export async function remove(http: Http, clock: Clock, jobId: string): Promise<void> {
  for (let failures = 1; failures <= 3; failures++) {
    try {
      await http.send({ method: "DELETE", path: pathOf(jobId), timeoutMs: ANSWER_MS, keepalive: true });
      return;
    } catch (error) {
      if (!mayRetry(error)) return;
      await sleep(clock, delayAfter(error, failures), new AbortController().signal);
    }
  }
}

/** The result in the answer of a job that is done; undefined while it runs. Throws JobFailedError. */
export function resultOf(status: JobStatus): ExportResult | undefined {
  switch (status.status) {
    case "done":
      return { jobId: status.jobId, fileUrl: status.fileUrl, warnings: status.warnings ?? [] };
    case "error":
      throw new JobFailedError(status.error, status.retryable ?? true, status.jobId, status.code ?? "Internal");
    default:
      return undefined;
  }
}

/** One question for the state of a job, which the API may answer up to `waitMs` later. */
async function poll(attempt: Attempt, jobId: string, waitMs: number, leftMs: number) {
  const answer = await attempt.http.send({
    method: "GET",
    path: pathOf(jobId) + (waitMs ? `?wait=${waitMs / 1000}` : ""),
    timeoutMs: Math.min(waitMs + ANSWER_MS, leftMs),
    signal: attempt.signal,
  });
  return { status: statusOf(answer.json), retryAfterMs: answer.retryAfterMs };
}

/** The answer to a poll. Throws NetworkError for what is none: proxies and captive portals answer 200, too. */
export function statusOf(json: unknown): JobStatus {
  const { jobId, status, fileUrl } = fields(json);
  const known = status === "processing" || status === "error" || (status === "done" && typeof fileUrl === "string");
  if (typeof jobId !== "string" || !known) {
    throw new NetworkError("The server answered, but not as the export API does.");
  }
  return json as JobStatus;
}

/** Whether sending the same request again may help. A job that failed or an export that was cancelled is no such case. */
function mayRetry(error: unknown): error is RequestError | NetworkError | TokenError {
  const ofRequest = error instanceof RequestError || error instanceof NetworkError || error instanceof TokenError;
  return ofRequest && error.retryable;
}

function delayAfter(error: ExportError, failures: number): number {
  const asked = error instanceof RequestError ? error.retryAfterMs : undefined;
  // Spread by a fifth, so that pages that lost the network together do not come back together.
  return asked ?? Math.min(1000 * 2 ** (failures - 1), MAX_BACKOFF_MS) * (0.8 + 0.4 * Math.random());
}

function elapsedMs(attempt: Attempt): number {
  return attempt.clock.now() - attempt.began;
}

function remainingMs(attempt: Attempt): number {
  return attempt.timeoutMs - elapsedMs(attempt);
}
