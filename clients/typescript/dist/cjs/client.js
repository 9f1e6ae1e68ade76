"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.createClient = createClient;
exports.makeClient = makeClient;
/** The client: what an application calls. */
const clock_js_1 = require("./clock.js");
const errors_js_1 = require("./errors.js");
const http_js_1 = require("./http.js");
const identity_js_1 = require("./identity.js");
const job_js_1 = require("./job.js");
const journal_js_1 = require("./journal.js");
const run_js_1 = require("./run.js");
const TEMPLATES = "/api/export-pdf/templates";
const TIMEOUT_MS = 90_000;
const RETRIES = 4;
const MAX_WAIT_SECONDS = 30;
/** A client of the export API. One for each page or process is enough. */
function createClient(options) {
    return makeClient(options, clock_js_1.systemClock);
}
/** As createClient, by a clock of one's own. */
function makeClient(options, clock) {
    const baseUrl = options.baseUrl.replace(/\/+$/, "");
    // Looked up at each call: instrumentation and tests replace it.
    const send = options.fetch ?? ((...request) => globalThis.fetch(...request));
    const http = new http_js_1.Http(baseUrl, options.token, send, clock);
    const storage = options.storage === undefined ? (0, journal_js_1.sessionStorageIfAllowed)() : options.storage;
    const journal = new journal_js_1.Journal(storage ?? undefined, `pdf-export:${baseUrl}`);
    const runs = new Map();
    function start(hash, body, { signal, onUpdate, timeoutMs }) {
        if (signal?.aborted)
            return Promise.reject(new errors_js_1.CancelledError({ cause: signal.reason }));
        const run = runs.get(hash) ?? newRun(hash, body, timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
        run.body ??= body;
        return run.join({ signal, onUpdate });
    }
    function newRun(hash, body, timeoutMs) {
        const { retries = RETRIES, longPolling = true } = options;
        const run = new run_js_1.Run({ http, clock, journal, hash, timeoutMs, retries, longPolling }, body, () => {
            if (runs.get(hash) === run)
                runs.delete(hash);
        });
        runs.set(hash, run);
        return run;
    }
    return {
        exportPdf: (request, callOptions = {}) => start((0, identity_js_1.hashOf)(request), JSON.stringify(request), callOptions),
        resume(callOptions = {}) {
            const found = journal.newest();
            return found ? start(found[0], undefined, callOptions) : null;
        },
        async status(jobId, { wait = 0, signal } = {}) {
            const path = (0, job_js_1.pathOf)(jobId) + (wait ? `?wait=${Math.min(wait, MAX_WAIT_SECONDS)}` : "");
            const timeoutMs = wait * 1000 + job_js_1.ANSWER_MS;
            const answer = await http.send({ method: "GET", path, timeoutMs, ...(signal && { signal }) });
            return (0, job_js_1.statusOf)(answer.json);
        },
        async cancel(jobId) {
            for (const run of runs.values())
                if (run.jobId === jobId)
                    run.stop();
            try {
                await http.send({ method: "DELETE", path: (0, job_js_1.pathOf)(jobId), timeoutMs: job_js_1.ANSWER_MS, keepalive: true });
                return true;
            }
            catch (error) {
                if (error instanceof errors_js_1.JobNotFoundError)
                    return false;
                throw error;
            }
        },
        async templates({ signal } = {}) {
            const answer = await http.send({ method: "GET", path: TEMPLATES, timeoutMs: job_js_1.ANSWER_MS, ...(signal && { signal }) });
            return answer.json;
        },
    };
}
//# sourceMappingURL=client.js.map