/** Exports CVs as PDFs: `createClient({ baseUrl }).exportPdf(request)`. The React hook is in `pdf-export-client/react`. */
export { type ClientOptions, createClient, type ExportClient, type ExportOptions } from "./client.js";
export {
  CancelledError,
  ExportError,
  JobFailedError,
  JobNotFoundError,
  NetworkError,
  OverloadedError,
  RateLimitedError,
  RequestError,
  TimeoutError,
  TokenError,
  UnauthorizedError,
  ValidationError,
} from "./errors.js";
export type { Token } from "./http.js";
export type { ExportUpdate } from "./job.js";
export type { KeyValueStorage } from "./journal.js";
export type {
  DocumentOptions,
  ExportRequest,
  ExportResult,
  FieldProblem,
  JobStatus,
  Resume,
  TemplateList,
  Warning,
} from "./types.js";
