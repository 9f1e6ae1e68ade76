"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.systemClock = void 0;
exports.sleep = sleep;
exports.abortable = abortable;
/** Time, as far as the client needs it. Tests have a clock of their own. */
const errors_js_1 = require("./errors.js");
exports.systemClock = {
    now: () => performance.now(),
    after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
    },
};
/** Resolves after `ms`; rejects with CancelledError when the signal aborts first. */
async function sleep(clock, ms, signal) {
    let stop = () => { };
    try {
        await abortable(new Promise((resolve) => (stop = clock.after(ms, resolve))), signal);
    }
    finally {
        stop();
    }
}
/** Settles as the promise does; rejects with CancelledError when the signal aborts first. */
function abortable(promise, signal) {
    return new Promise((resolve, reject) => {
        const abort = () => reject(new errors_js_1.CancelledError({ cause: signal.reason }));
        if (signal.aborted)
            abort();
        signal.addEventListener("abort", abort, { once: true });
        promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
}
//# sourceMappingURL=clock.js.map