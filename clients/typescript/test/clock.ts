/** A clock without waiting: while no request is under way, the next timer is due at once. */
import type { Clock } from "../src/clock.js";

interface Timer {
  due: number;
  ms: number;
  call: () => void;
}

export class FakeClock implements Clock {
  /** The pauses that were waited for, in milliseconds. */
  readonly slept: number[] = [];
  private time = 0;
  private requests = 0;
  private page = 1;
  private timers: Timer[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { due: this.time + ms, ms, call };
    this.timers.push(timer);
    this.soon();
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Time passes, and what is due is called. */
  advance(ms: number): void {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.due <= this.time);
    this.timers = this.timers.filter((timer) => timer.due > this.time);
    for (const timer of due) timer.call();
  }

  /** A fetch whose requests hold the time. jsdom's signals are none for Node's fetch, so it aborts by itself. */
  readonly fetch: typeof fetch = async (input, { signal, ...init } = {}) => {
    const { page } = this;
    this.requests++;
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
    });
    try {
      const response = await Promise.race([fetch(input, init), aborted]);
      const text = await response.text();
      return new Response(response.status === 204 ? null : text, response);
    } finally {
      if (page !== this.page) await new Promise(() => {});
      this.requests--;
      this.soon();
    }
  };

  /** The page is closed: nothing that it waits for ever comes. */
  closePage(): void {
    this.page++;
    this.requests = 0;
    this.timers = [];
  }

  private soon(): void {
    setImmediate(() => {
      const next = [...this.timers].sort((a, b) => a.due - b.due)[0];
      if (this.requests > 0 || !next) return;
      this.slept.push(next.ms);
      this.advance(Math.max(next.due - this.time, 0));
    });
  }
}
