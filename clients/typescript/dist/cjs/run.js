"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Run = void 0;
const errors_js_1 = require("./errors.js");
const identity_js_1 = require("./identity.js");
const job_js_1 = require("./job.js");
class Run {
    options;
    body;
    controller = new AbortController();
    listeners = new Set();
    result;
    waiting = 0;
    last;
    entry;
    /** The jobId, as soon as a request for a job is answered. */
    accepted;
    constructor(options, 
    /** The JSON of the request; after a reload unknown until the application asks for the same again. */
    body, ended) {
        this.options = options;
        this.body = body;
        const found = options.journal.get(options.hash);
        this.entry = found ?? { key: (0, identity_js_1.randomKey)(), at: Date.now() };
        if (this.entry.jobId !== undefined)
            this.accepted = Promise.resolve(this.entry.jobId);
        this.result = this.execute(found?.jobId).finally(ended);
        this.result.catch(() => { }); // Each caller gets the error; without callers there is nobody to report it to.
    }
    /** The jobId, if the API has accepted the request. */
    get jobId() {
        return this.entry.jobId;
    }
    /** The result for one caller. The job is cancelled when the last caller aborts. */
    join({ signal, onUpdate }) {
        if (onUpdate) {
            this.listeners.add(onUpdate);
            if (this.last)
                notify(onUpdate, this.last);
        }
        this.waiting++;
        return new Promise((resolve, reject) => {
            const leave = () => {
                this.waiting--;
                if (onUpdate)
                    this.listeners.delete(onUpdate);
                signal?.removeEventListener("abort", abort);
            };
            const abort = () => {
                leave();
                reject(new errors_js_1.CancelledError({ cause: signal?.reason }));
                if (this.waiting === 0)
                    this.cancel();
            };
            signal?.addEventListener("abort", abort, { once: true });
            this.result.finally(leave).then(resolve, reject);
        });
    }
    /** Stops waiting and deletes the job in the background. */
    cancel() {
        const { http, clock } = this.options;
        this.stop();
        this.accepted?.then((jobId) => (0, job_js_1.remove)(http, clock, jobId)).catch(() => { });
    }
    /** Stops waiting; the job itself is left to the caller. */
    stop() {
        this.forget();
        this.controller.abort();
    }
    async execute(resumed) {
        const { http, clock, timeoutMs, retries, longPolling } = this.options;
        const attempt = {
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
        }
        catch (error) {
            if (endsJob(error))
                this.forget();
            throw error;
        }
    }
    async outcome(attempt, resumed) {
        if (resumed !== undefined) {
            try {
                return await (0, job_js_1.waitForEnd)(attempt, resumed);
            }
            catch (error) {
                if (!(error instanceof errors_js_1.JobNotFoundError) || this.body === undefined)
                    throw error;
                this.entry = { key: (0, identity_js_1.randomKey)(), at: Date.now() }; // It has expired meanwhile: a new job, by a new key.
            }
        }
        return (0, job_js_1.waitForEnd)(attempt, await this.createJob(attempt, this.body ?? ""));
    }
    async createJob(attempt, body) {
        const { http, journal, hash } = this.options;
        const { entry } = this;
        journal.put(hash, entry);
        const jobId = await (0, job_js_1.submit)(attempt, () => (this.accepted = (0, job_js_1.create)(http, body, entry.key)));
        this.entry = { ...entry, jobId };
        journal.put(hash, this.entry);
        return jobId;
    }
    forget() {
        this.options.journal.remove(this.options.hash, this.entry.key);
    }
    emit(update) {
        this.last = update;
        for (const listener of this.listeners)
            notify(listener, update);
    }
}
exports.Run = Run;
/** Whether the same export, started again, needs a new job. After a timeout or a lost network it has its old one. */
function endsJob(error) {
    if (error instanceof errors_js_1.JobFailedError || error instanceof errors_js_1.CancelledError)
        return true;
    return error instanceof errors_js_1.RequestError && !error.retryable && error.status !== 401;
}
// A fault in a page's progress display must not lose its export.
function notify(listener, update) {
    try {
        listener(update);
    }
    catch (error) {
        console.error(error);
    }
}
//# sourceMappingURL=run.js.map