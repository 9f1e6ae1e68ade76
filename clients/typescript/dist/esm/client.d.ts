/** The client: what an application calls. */
import { type Clock } from "./clock.js";
import { type Token } from "./http.js";
import { type ExportUpdate } from "./job.js";
import { type KeyValueStorage } from "./journal.js";
import type { ExportRequest, ExportResult, JobStatus, TemplateList } from "./types.js";
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
    status(jobId: string, options?: {
        wait?: number;
        signal?: AbortSignal;
    }): Promise<JobStatus>;
    /** Cancels a job, or forgets one that has ended. false: there was none. */
    cancel(jobId: string): Promise<boolean>;
    /** The templates that are installed, with the options of each. */
    templates(options?: {
        signal?: AbortSignal;
    }): Promise<TemplateList>;
}
/** A client of the export API. One for each page or process is enough. */
export declare function createClient(options: ClientOptions): ExportClient;
/** As createClient, by a clock of one's own. */
export declare function makeClient(options: ClientOptions, clock: Clock): ExportClient;
