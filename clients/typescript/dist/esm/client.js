/** The client: what an application calls. */
import { systemClock } from "./clock.js";
import { CancelledError, JobNotFoundError } from "./errors.js";
import { Http } from "./http.js";
import { hashOf } from "./identity.js";
import { ANSWER_MS, pathOf, statusOf } from "./job.js";
import { Journal, sessionStorageIfAllowed } from "./journal.js";
import { Run } from "./run.js";
const TEMPLATES = "/api/export-pdf/templates";
const TIMEOUT_MS = 90_000;
const RETRIES = 4;
const MAX_WAIT_SECONDS = 30;
/** A client of the export API. One for each page or process is enough. */
export function createClient(options) {
    return makeClient(options, systemClock);
}
/** As createClient, by a clock of one's own. */
export function makeClient(options, clock) {
    const baseUrl = options.baseUrl.replace(/\/+$/, "");
    // Looked up at each call: instrumentation and tests replace it.
    const send = options.fetch ?? ((...request) => globalThis.fetch(...request));
    const http = new Http(baseUrl, options.token, send, clock);
    const storage = options.storage === undefined ? sessionStorageIfAllowed() : options.storage;
    const journal = new Journal(storage ?? undefined, `pdf-export:${baseUrl}`);
    const runs = new Map();
    function start(hash, body, { signal, onUpdate, timeoutMs }) {
        if (signal?.aborted)
            return Promise.reject(new CancelledError({ cause: signal.reason }));
        const run = runs.get(hash) ?? newRun(hash, body, timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
        run.body ??= body;
        return run.join({ signal, onUpdate });
    }
    function newRun(hash, body, timeoutMs) {
        const { retries = RETRIES, longPolling = true } = options;
        const run = new Run({ http, clock, journal, hash, timeoutMs, retries, longPolling }, body, () => {
            if (runs.get(hash) === run)
                runs.delete(hash);
        });
        runs.set(hash, run);
        return run;
    }
    return {
        exportPdf: (request, callOptions = {}) => start(hashOf(request), JSON.stringify(request), callOptions),
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
            for (const run of runs.values())
                if (run.jobId === jobId)
                    run.stop();
            try {
                await http.send({ method: "DELETE", path: pathOf(jobId), timeoutMs: ANSWER_MS, keepalive: true });
                return true;
            }
            catch (error) {
                if (error instanceof JobNotFoundError)
                    return false;
                throw error;
            }
        },
        async templates({ signal } = {}) {
            const answer = await http.send({ method: "GET", path: TEMPLATES, timeoutMs: ANSWER_MS, ...(signal && { signal }) });
            return answer.json;
        },
    };
}
//# sourceMappingURL=client.js.map