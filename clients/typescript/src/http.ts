/** One request to the API and its answer: the token, the time limit, and errors as exceptions. */
import type { Clock } from "./clock.js";
import { CancelledError, type ExportError, NetworkError, refused, TokenError } from "./errors.js";
import type { FieldProblem } from "./types.js";

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

export class Http {
  constructor(
    readonly baseUrl: string,
    private readonly token: Token | undefined,
    private readonly fetch: typeof globalThis.fetch,
    private readonly clock: Clock,
  ) {}

  /**
   * The answer of status 2xx. A 401 is answered once by a fresh token, when the token is a function.
   *
   * Throws RequestError for other answers, NetworkError without an answer, TokenError, and CancelledError when the
   * signal aborts.
   */
  async send(message: Message): Promise<Answer> {
    let answer = await this.once(message, false);
    if (answer.status === 401 && typeof this.token === "function") answer = await this.once(message, true);
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
    return answer;
  }

  private async once(message: Message, refresh: boolean): Promise<Answer> {
    const headers = { ...message.headers };
    const token = await this.currentToken(refresh);
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (message.body !== undefined) headers["Content-Type"] = "application/json";
    const controller = new AbortController();
    const abort = () => controller.abort();
    const stop = this.clock.after(message.timeoutMs, abort);
    message.signal?.addEventListener("abort", abort, { once: true });
    // A connection from before the network was lost may never bring its answer; all requests can be sent again.
    globalThis.addEventListener?.("online", abort);
    try {
      if (message.signal?.aborted) abort();
      const response = await this.fetch(this.baseUrl + message.path, {
        method: message.method,
        headers,
        body: message.body ?? null,
        keepalive: message.keepalive ?? false,
        signal: controller.signal,
      });
      return { status: response.status, json: parsed(await response.text()), retryAfterMs: retryAfter(response) };
    } catch (cause) {
      if (message.signal?.aborted) throw new CancelledError({ cause: message.signal.reason });
      throw new NetworkError(
        `There is no answer from ${this.baseUrl || "the server"}: the network or the service is down, or the service does ` +
          "not allow this page's origin (CORS).",
        { cause },
      );
    } finally {
      stop();
      message.signal?.removeEventListener("abort", abort);
      globalThis.removeEventListener?.("online", abort);
    }
  }

  private async currentToken(refresh: boolean): Promise<string | undefined> {
    if (typeof this.token !== "function") return this.token;
    try {
      return await this.token(refresh);
    } catch (cause) {
      throw new TokenError({ cause });
    }
  }
}

function errorOf(answer: Answer): ExportError {
  const { error, message, details } = fields(answer.json);
  return refused({
    status: answer.status,
    error: typeof error === "string" ? error : `Status ${answer.status}`,
    message: typeof message === "string" ? message : `The server answered with status ${answer.status}.`,
    details: Array.isArray(details) ? (details as FieldProblem[]) : [],
    retryAfterMs: answer.retryAfterMs,
  });
}

/** The fields of a JSON object; none when it is something else. */
export function fields(json: unknown): Record<string, unknown> {
  return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // An empty body, or a proxy's page.
  }
}

// RFC 9110, 10.2.3: seconds, or a date.
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("Retry-After")?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}
