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
export class ExportError extends Error {
  override readonly name: string = "ExportError";

  constructor(
    message: string,
    /** Whether the same export may succeed when it is started again. */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
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
export class RequestError extends ExportError {
  override readonly name: string = "RequestError";
  /** The HTTP status. */
  readonly status: number;
  /** What kind of error, in a few words. */
  readonly error: string;
  /** The fields that the error is about; empty for most. */
  readonly details: FieldProblem[];
  /** After how many milliseconds it is worth asking again, if the API says so. */
  readonly retryAfterMs: number | undefined;

  constructor(refusal: Refusal) {
    // 408, and the answers of proxies whose server is away: the request can be sent again with the same key.
    const { status } = refusal;
    super(refusal.message, status === 408 || status === 429 || (status > 500 && status < 600));
    this.status = status;
    this.error = refusal.error;
    this.details = refusal.details;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** 422: fields do not fit. `details` names each field and what it takes. */
export class ValidationError extends RequestError {
  override readonly name = "ValidationError";
}

/** 401: the token is missing, invalid or expired. */
export class UnauthorizedError extends RequestError {
  override readonly name = "UnauthorizedError";
}

/** 404: the job has expired, was cancelled, never existed or is another user's. */
export class JobNotFoundError extends RequestError {
  override readonly name = "JobNotFoundError";
}

/** 429: this caller sends too many requests, or this user has too many unfinished exports. */
export class RateLimitedError extends RequestError {
  override readonly name = "RateLimitedError";
}

/** 503: the service has too much to do or is starting; nothing was created. */
export class OverloadedError extends RequestError {
  override readonly name = "OverloadedError";
}

/** The job ended without a PDF. */
export class JobFailedError extends ExportError {
  override readonly name = "JobFailedError";

  constructor(
    message: string,
    retryable: boolean,
    readonly jobId: string,
    /** Why, for programs: `Timeout`, `RendererLost`, `InvalidData` … */
    readonly code: string,
  ) {
    super(message, retryable);
  }
}

/** There is no PDF after `timeoutMs`. The job goes on: the same export continues to wait for it. */
export class TimeoutError extends ExportError {
  override readonly name = "TimeoutError";

  constructor(
    readonly jobId: string,
    readonly timeoutMs: number,
    options?: ErrorOptions,
  ) {
    super(`There is no PDF after ${Math.round(timeoutMs / 1000)} seconds.`, true, options);
  }
}

/** The caller cancelled the export; `cause` is the reason of its signal. */
export class CancelledError extends ExportError {
  override readonly name = "CancelledError";

  constructor(options?: ErrorOptions) {
    super("The export was cancelled.", true, options);
  }
}

/** There was no answer in time, or none that this API sends. */
export class NetworkError extends ExportError {
  override readonly name = "NetworkError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, true, options);
  }
}

/** The application's token function failed; `cause` is its error. */
export class TokenError extends ExportError {
  override readonly name = "TokenError";

  constructor(options?: ErrorOptions) {
    super("There is no token for the request.", true, options);
  }
}

/** The error of a refused request. */
export function refused(refusal: Refusal): RequestError {
  switch (refusal.status) {
    case 401:
      return new UnauthorizedError(refusal);
    case 404:
      // Anything else that is not found is a wrong address.
      return refusal.error === "Job not found" ? new JobNotFoundError(refusal) : new RequestError(refusal);
    case 422:
      return new ValidationError(refusal);
    case 429:
      return new RateLimitedError(refusal);
    case 503:
      return new OverloadedError(refusal);
    default:
      return new RequestError(refusal);
  }
}
