import type { ExportClient } from "./client.js";
import { type ExportError } from "./errors.js";
import type { ExportUpdate } from "./job.js";
import type { ExportRequest, ExportResult } from "./types.js";
export interface ExportPDFJobOptions {
    /** Whether an export that a reload interrupted is continued when the component appears. true by default. */
    resume?: boolean;
    /** Milliseconds to wait for the PDF, instead of the client's. */
    timeoutMs?: number;
}
export interface ExportPDFJob {
    isExporting: boolean;
    /** Exports a CV and resolves to the URL of the PDF. Rejects with an ExportError, which need not be caught. */
    startExport: (request: ExportRequest) => Promise<string>;
    /** What went wrong, for people; null when nothing did or the user cancelled. */
    error: string | null;
    /** The same for programs: its class says what can be done. A CancelledError after `cancel`. */
    failure: ExportError | null;
    /** Cancels what is being exported. */
    cancel: () => void;
    /** The last that happened to the export; null before the first one. */
    progress: ExportUpdate | null;
    /** The finished export, also one that a reload interrupted. */
    result: ExportResult | null;
}
/**
 * Exports by one component. The export goes on when the component is unmounted, and the promise of startExport settles;
 * `cancel` is what ends it.
 */
export declare function useExportPDFJob(client: ExportClient, options?: ExportPDFJobOptions): ExportPDFJob;
