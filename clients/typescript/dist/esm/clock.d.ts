export interface Clock {
    /** Milliseconds from any fixed point; never goes back. */
    now(): number;
    /** Calls back after `ms`; the function that it returns stops it. */
    after(ms: number, call: () => void): () => void;
}
export declare const systemClock: Clock;
/** Resolves after `ms`; rejects with CancelledError when the signal aborts first. */
export declare function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void>;
/** Settles as the promise does; rejects with CancelledError when the signal aborts first. */
export declare function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T>;
