"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.TokenError = exports.NetworkError = exports.CancelledError = exports.TimeoutError = exports.JobFailedError = exports.OverloadedError = exports.RateLimitedError = exports.JobNotFoundError = exports.UnauthorizedError = exports.ValidationError = exports.RequestError = exports.ExportError = void 0;
exports.refused = refused;
/** What all errors of this package have in common. */
class ExportError extends Error {
    retryable;
    name = "ExportError";
    constructor(message, 
    /** Whether the same export may succeed when it is started again. */
    retryable, options) {
        super(message, options);
        this.retryable = retryable;
    }
}
exports.ExportError = ExportError;
/** The API refused the request. A status without a class of its own (400, 403, 413, 415, 500 …) gives this one. */
class RequestError extends ExportError {
    name = "RequestError";
    /** The HTTP status. */
    status;
    /** What kind of error, in a few words. */
    error;
    /** The fields that the error is about; empty for most. */
    details;
    /** After how many milliseconds it is worth asking again, if the API says so. */
    retryAfterMs;
    constructor(refusal) {
        // 408, and the answers of proxies whose server is away: the request can be sent again with the same key.
        const { status } = refusal;
        super(refusal.message, status === 408 || status === 429 || (status > 500 && status < 600));
        this.status = status;
        this.error = refusal.error;
        this.details = refusal.details;
        this.retryAfterMs = refusal.retryAfterMs;
    }
}
exports.RequestError = RequestError;
/** 422: fields do not fit. `details` names each field and what it takes. */
class ValidationError extends RequestError {
    name = "ValidationError";
}
exports.ValidationError = ValidationError;
/** 401: the token is missing, invalid or expired. */
class UnauthorizedError extends RequestError {
    name = "UnauthorizedError";
}
exports.UnauthorizedError = UnauthorizedError;
/** 404: the job has expired, was cancelled, never existed or is another user's. */
class JobNotFoundError extends RequestError {
    name = "JobNotFoundError";
}
exports.JobNotFoundError = JobNotFoundError;
/** 429: this caller sends too many requests, or this user has too many unfinished exports. */
class RateLimitedError extends RequestError {
    name = "RateLimitedError";
}
exports.RateLimitedError = RateLimitedError;
/** 503: the service has too much to do or is starting; nothing was created. */
class OverloadedError extends RequestError {
    name = "OverloadedError";
}
exports.OverloadedError = OverloadedError;
/** The job ended without a PDF. */
class JobFailedError extends ExportError {
    jobId;
    code;
    name = "JobFailedError";
    constructor(message, retryable, jobId, 
    /** Why, for programs: `Timeout`, `RendererLost`, `InvalidData` … */
    code) {
        super(message, retryable);
        this.jobId = jobId;
        this.code = code;
    }
}
exports.JobFailedError = JobFailedError;
/** There is no PDF after `timeoutMs`. The job goes on: the same export continues to wait for it. */
class TimeoutError extends ExportError {
    jobId;
    timeoutMs;
    name = "TimeoutError";
    constructor(jobId, timeoutMs, options) {
        super(`There is no PDF after ${Math.round(timeoutMs / 1000)} seconds.`, true, options);
        this.jobId = jobId;
        this.timeoutMs = timeoutMs;
    }
}
exports.TimeoutError = TimeoutError;
/** The caller cancelled the export; `cause` is the reason of its signal. */
class CancelledError extends ExportError {
    name = "CancelledError";
    constructor(options) {
        super("The export was cancelled.", true, options);
    }
}
exports.CancelledError = CancelledError;
/** There was no answer in time, or none that this API sends. */
class NetworkError extends ExportError {
    name = "NetworkError";
    constructor(message, options) {
        super(message, true, options);
    }
}
exports.NetworkError = NetworkError;
/** The application's token function failed; `cause` is its error. */
class TokenError extends ExportError {
    name = "TokenError";
    constructor(options) {
        super("There is no token for the request.", true, options);
    }
}
exports.TokenError = TokenError;
/** The error of a refused request. */
function refused(refusal) {
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
//# sourceMappingURL=errors.js.map