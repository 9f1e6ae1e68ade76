/** The shapes of requests and answers, under short names. openapi.ts is made from the API's OpenAPI document. */
import type { components } from "./openapi.js";

type Schemas = components["schemas"];

/** One export: which CV, with which template, and how it is to look. */
export type ExportRequest = Schemas["ExportRequest"];
/** A CV as JSON Resume has it, extended by customSections. */
export type Resume = Schemas["Resume"];
/** How the document is to look. Each template takes some of these. */
export type DocumentOptions = Schemas["Options"];
/** The templates that are installed, and the JSON Schema of cvData. */
export type TemplateList = Schemas["TemplateList"];
/** A field that does not fit: its path in the request, and what it takes. */
export type FieldProblem = Schemas["ErrorDetail"];

/** Something that was left out or replaced in the document. */
export type Warning = Schemas["JobWarning"];

/** What the API answers about a job. */
export type JobStatus = Schemas["JobProcessing"] | Schemas["JobDone"] | Schemas["JobFailed"];

/** A finished export. */
export interface ExportResult {
  jobId: string;
  /** Where the PDF can be downloaded. */
  fileUrl: string;
  /** What was left out or replaced; empty when nothing was. */
  warnings: Warning[];
}
