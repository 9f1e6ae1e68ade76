/** A server that keeps the contract of the export API, and breaks it where a test asks for that. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { FakeClock } from "./clock.js";

export interface Seen {
  method: string;
  path: string;
  wait: string | null;
  key: string | undefined;
  authorization: string | undefined;
}

/** What happens to one request: a fixed answer, or a fault. */
export type Event =
  | { status: number; json?: unknown; headers?: Record<string, string> }
  /** As always; for sequences. */
  | "usual"
  /** The connection breaks before the request is handled. */
  | "cut"
  /** The request is handled, and the connection breaks before the answer. */
  | "lost"
  /** There is no answer; the test is told. */
  | "hang";

interface Job {
  body: string;
  end: object | undefined;
}

export const FILE = "https://storage.example/cv.pdf";

export class FakeApi {
  readonly seen: Seen[] = [];
  readonly jobs = new Map<string, Job>();
  readonly deleted: string[] = [];
  /** One for each of the next requests. */
  events: Event[] = [];
  /** After how many polls a job ends, and how. */
  polls = 1;
  end: object = { status: "done", fileUrl: FILE };
  /** Whether `?wait` holds the answer back. */
  waits = true;
  url = "";
  private polled = 0;
  private onHang: (() => void) | undefined;
  private readonly server: Server;

  constructor(private readonly clock: FakeClock) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves when a request hangs. */
  hung(): Promise<void> {
    return new Promise((resolve) => (this.onHang = resolve));
  }

  count(method: string): number {
    return this.seen.filter((request) => request.method === method).length;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://fake");
    const key = request.headers["idempotency-key"] as string | undefined;
    this.seen.push({
      method: request.method ?? "",
      path: url.pathname,
      wait: url.searchParams.get("wait"),
      key,
      authorization: request.headers.authorization,
    });
    let body = "";
    for await (const chunk of request) body += chunk;
    const event = this.events.shift() ?? "usual";
    if (event === "cut") {
      request.socket.destroy();
    } else if (event === "hang") {
      this.onHang?.();
    } else if (typeof event === "object") {
      answer(response, event.status, event.json, event.headers);
    } else {
      const [status, json, headers] = this.usual(request.method ?? "", url, key ?? "", body);
      if (event === "lost") request.socket.destroy();
      else answer(response, status, json, headers);
    }
  }

  private usual(method: string, url: URL, key: string, body: string): [number, unknown?, Record<string, string>?] {
    if (url.pathname === "/api/export-pdf/templates") return [200, { templates: [], cvSchema: {} }];
    if (method === "POST") return this.create(key, body);
    const jobId = url.pathname.replace("/api/export-pdf/job/", "");
    const job = this.jobs.get(jobId);
    if (!job) return [404, { error: "Job not found", jobId, message: "The job may have expired or never existed." }];
    if (method === "DELETE") {
      this.jobs.delete(jobId);
      this.deleted.push(jobId);
      return [204];
    }
    if (++this.polled >= this.polls) job.end ??= this.end;
    if (job.end) return [200, { jobId, ...job.end }];
    if (this.waits) this.clock.advance(Number(url.searchParams.get("wait") ?? 0) * 1000);
    return [200, { jobId, status: "processing" }, { "Retry-After": "3" }];
  }

  private create(key: string, body: string): [number, unknown, Record<string, string>?] {
    const jobId = `job-${key}`;
    const known = this.jobs.get(jobId);
    if (known && known.body !== body) return [422, { error: "Invalid request", message: "Idempotency-Key", details: [] }];
    if (!known) this.jobs.set(jobId, { body, end: undefined });
    return [202, { jobId, status: "processing", message: "" }, { "Retry-After": "3" }];
  }
}

function answer(response: ServerResponse, status: number, json?: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

/** The error answer of a status. */
export function refusal(status: number, message: string, more: object = {}, headers = {}): Event {
  return { status, json: { error: "Refused", message, ...more }, headers };
}
