/** An export in flight. Callers who ask for the same export at the same time share one. */
import type { Clock } from "./clock.js";
import type { Http } from "./http.js";
import { type ExportUpdate } from "./job.js";
import type { Journal } from "./journal.js";
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
export declare class Run {
    private readonly options;
    /** The JSON of the request; after a reload unknown until the application asks for the same again. */
    body: string | undefined;
    private readonly controller;
    private readonly listeners;
    private readonly result;
    private waiting;
    private last;
    private entry;
    /** The jobId, as soon as a request for a job is answered. */
    private accepted;
    constructor(options: RunOptions, 
    /** The JSON of the request; after a reload unknown until the application asks for the same again. */
    body: string | undefined, ended: () => void);
    /** The jobId, if the API has accepted the request. */
    get jobId(): string | undefined;
    /** The result for one caller. The job is cancelled when the last caller aborts. */
    join({ signal, onUpdate }: Subscription): Promise<ExportResult>;
    /** Stops waiting and deletes the job in the background. */
    cancel(): void;
    /** Stops waiting; the job itself is left to the caller. */
    stop(): void;
    private execute;
    private outcome;
    private createJob;
    private forget;
    private emit;
}
