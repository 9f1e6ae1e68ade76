/** One request to the API and its answer: the token, the time limit, and errors as exceptions. */
import type { Clock } from "./clock.js";
/** A token, or a function that gives one. `refresh` is true after the API refused the last one. */
export type Token = string | ((refresh: boolean) => string | Promise<string>);
export interface Answer {
    status: number;
    json: unknown;
    /** Milliseconds of the header Retry-After. */
    retryAfterMs: number | undefined;
}
export interface Message {
    method: "GET" | "POST" | "DELETE";
    path: string;
    /** Milliseconds until the request counts as lost. */
    timeoutMs: number;
    headers?: Record<string, string>;
    body?: string;
    signal?: AbortSignal;
    /** Whether the request outlives the page. */
    keepalive?: boolean;
}
export declare class Http {
    readonly baseUrl: string;
    private readonly token;
    private readonly fetch;
    private readonly clock;
    constructor(baseUrl: string, token: Token | undefined, fetch: typeof globalThis.fetch, clock: Clock);
    /**
     * The answer of status 2xx. A 401 is answered once by a fresh token, when the token is a function.
     *
     * Throws RequestError for other answers, NetworkError without an answer, TokenError, and CancelledError when the
     * signal aborts.
     */
    send(message: Message): Promise<Answer>;
    private once;
    private currentToken;
}
/** The fields of a JSON object; none when it is something else. */
export declare function fields(json: unknown): Record<string, unknown>;
