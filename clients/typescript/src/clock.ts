/** Time, as far as the client needs it. Tests have a clock of their own. */
import { CancelledError } from "./errors.js";

export interface Clock {
  /** Milliseconds from any fixed point; never goes back. */
  now(): number;
  /** Calls back after `ms`; the function that it returns stops it. */
  after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`; rejects with CancelledError when the signal aborts first. */
export async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  try {
    await abortable(new Promise<void>((resolve) => (stop = clock.after(ms, resolve))), signal);
  } finally {
    stop();
  }
}

/** Settles as the promise does; rejects with CancelledError when the signal aborts first. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new CancelledError({ cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
