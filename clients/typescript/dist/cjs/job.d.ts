/** One job on the wire: create it, wait for its end, delete it. Lost answers and refusals are answered here. */
import { type Clock } from "./clock.js";
import { ExportError } from "./errors.js";
import { type Http } from "./http.js";
import type { ExportResult, JobStatus } from "./types.js";
/** The API answers at once but for `?wait`; a slow network gets this long. */
export declare const ANSWER_MS = 10000;
/** What happens to an export, for progress and logs. */
export type ExportUpdate = {
    state: "sending";
} | {
    state: "processing";
    jobId: string;
    elapsedMs: number;
}
/** An answer was lost or refused; the request is sent again after `delayMs`. */
 | {
    state: "retrying";
    jobId?: string;
    error: ExportError;
    delayMs: number;
} | ({
    state: "done";
} & ExportResult);
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
export declare function pathOf(jobId: string): string;
/** Creates a job and gives its jobId. A request whose answer was lost is sent again: with the same key it is one job. */
export declare function create(http: Http, body: string, key: string): Promise<string>;
/** Creates the job of an attempt; `post` sends the request once. */
export declare function submit(attempt: Attempt, post: () => Promise<string>): Promise<string>;
/**
 * Waits until the job has ended. Long polls where that works, polls every 3 s where it does not; lost answers are asked
 * for again until the time is over. Throws JobFailedError, TimeoutError and what polls are refused with.
 */
export declare function waitForEnd(attempt: Attempt, jobId: string): Promise<ExportResult>;
/** Deletes the job as well as it can: the page may be about to close, and a job that stays expires. */
export declare function remove(http: Http, clock: Clock, jobId: string): Promise<void>;
/** The result in the answer of a job that is done; undefined while it runs. Throws JobFailedError. */
export declare function resultOf(status: JobStatus): ExportResult | undefined;
/** The answer to a poll. Throws NetworkError for what is none: a proxy or a hotel's login page answers 200, too. */
export declare function statusOf(json: unknown): JobStatus;
