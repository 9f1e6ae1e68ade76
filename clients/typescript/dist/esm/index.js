/** Exports CVs as PDFs: `createClient({ baseUrl }).exportPdf(request)`. The React hook is in `pdf-export-client/react`. */
export { createClient } from "./client.js";
export { CancelledError, ExportError, JobFailedError, JobNotFoundError, NetworkError, OverloadedError, RateLimitedError, RequestError, TimeoutError, TokenError, UnauthorizedError, ValidationError, } from "./errors.js";
//# sourceMappingURL=index.js.map