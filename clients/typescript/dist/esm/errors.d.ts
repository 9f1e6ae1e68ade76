/**
 * The errors of this package. Each has a `message` for people, and `retryable`: whether the same export may succeed
 * when it is started again.
 *
 * ```
 * ExportError
 * ├── RequestError            the API refused the request: `status`, `error`
 * │   ├── ValidationError     422: `details` names each field and what it takes
 * │   ├── UnauthorizedError   401: the token is missing, invalid or expired
 * │   ├── JobNotFoundError    404: the job has expired, was cancelled or never existed
 * │   ├── RateLimitedError    429: this user or caller asks too much; `retryAfterMs`
 * │   └── OverloadedError     503: the service has too much to do; `retryAfterMs`
 * ├── JobFailedError          the job ended without a PDF: `code`, `jobId`
 * ├── TimeoutError            there is no PDF after `timeoutMs`; the job goes on: `jobId`
 * ├── CancelledError          the caller cancelled
 * ├── NetworkError            there was no answer, or none that this API sends
 * └── TokenError              the application's token function failed
 * ```
 */
import type { FieldProblem } from "./types.js";
/** What all errors of this package have in common. */
export declare class ExportError extends Error {
    /** Whether the same export may succeed when it is started again. */
    readonly retryable: boolean;
    readonly name: string;
    constructor(message: string, 
    /** Whether the same export may succeed when it is started again. */
    retryable: boolean, options?: ErrorOptions);
}
/** The parts of an answer that an error is made of. */
export interface Refusal {
    status: number;
    error: string;
    message: string;
    details: FieldProblem[];
    /** Milliseconds of the header Retry-After. */
    retryAfterMs: number | undefined;
}
/** The API refused the request. A status without a class of its own (400, 403, 413, 415, 500 …) gives this one. */
export declare class RequestError extends ExportError {
    readonly name: string;
    /** The HTTP status. */
    readonly status: number;
    /** What kind of error, in a few words. */
    readonly error: string;
    /** The fields that the error is about; empty for most. */
    readonly details: FieldProblem[];
    /** After how many milliseconds it is worth asking again, if the API says so. */
    readonly retryAfterMs: number | undefined;
    constructor(refusal: Refusal);
}
/** 422: fields do not fit. `details` names each field and what it takes. */
export declare class ValidationError extends RequestError {
    readonly name = "ValidationError";
}
/** 401: the token is missing, invalid or expired. */
export declare class UnauthorizedError extends RequestError {
    readonly name = "UnauthorizedError";
}
/** 404: the job has expired, was cancelled, never existed or is another user's. */
export declare class JobNotFoundError extends RequestError {
    readonly name = "JobNotFoundError";
}
/** 429: this caller sends too many requests, or this user has too many unfinished exports. */
export declare class RateLimitedError extends RequestError {
    readonly name = "RateLimitedError";
}
/** 503: the service has too much to do or is starting; nothing was created. */
export declare class OverloadedError extends RequestError {
    readonly name = "OverloadedError";
}
/** The job ended without a PDF. */
export declare class JobFailedError extends ExportError {
    readonly jobId: string;
    /** Why, for programs: `Timeout`, `RendererLost`, `InvalidData` … */
    readonly code: string;
    readonly name = "JobFailedError";
    constructor(message: string, retryable: boolean, jobId: string, 
    /** Why, for programs: `Timeout`, `RendererLost`, `InvalidData` … */
    code: string);
}
/** There is no PDF after `timeoutMs`. The job goes on: the same export continues to wait for it. */
export declare class TimeoutError extends ExportError {
    readonly jobId: string;
    readonly timeoutMs: number;
    readonly name = "TimeoutError";
    constructor(jobId: string, timeoutMs: number, options?: ErrorOptions);
}
/** The caller cancelled the export; `cause` is the reason of its signal. */
export declare class CancelledError extends ExportError {
    readonly name = "CancelledError";
    constructor(options?: ErrorOptions);
}
/** There was no answer in time, or none that this API sends. */
export declare class NetworkError extends ExportError {
    readonly name = "NetworkError";
    constructor(message: string, options?: ErrorOptions);
}
/** The application's token function failed; `cause` is its error. */
export declare class TokenError extends ExportError {
    readonly name = "TokenError";
    constructor(options?: ErrorOptions);
}
/** The error of a refused request. */
export declare function refused(refusal: Refusal): RequestError;
