/** Time, as far as the client needs it. Tests have a clock of their own. */
import { CancelledError } from "./errors.js";
export const systemClock = {
    now: () => performance.now(),
    after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
    },
};
/** Resolves after `ms`; rejects with CancelledError when the signal aborts first. */
export async function sleep(clock, ms, signal) {
    let stop = () => { };
    try {
        await abortable(new Promise((resolve) => (stop = clock.after(ms, resolve))), signal);
    }
    finally {
        stop();
    }
}
/** Settles as the promise does; rejects with CancelledError when the signal aborts first. */
export function abortable(promise, signal) {
    return new Promise((resolve, reject) => {
        const abort = () => reject(new CancelledError({ cause: signal.reason }));
        if (signal.aborted)
            abort();
        signal.addEventListener("abort", abort, { once: true });
        promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
}
//# sourceMappingURL=clock.js.map