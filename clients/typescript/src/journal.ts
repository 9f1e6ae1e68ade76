/**
 * The exports that are not finished, in a storage that outlives the page: sessionStorage in browsers.
 *
 * An entry is written before its request is sent, so that a reload sends it again with the same key and gets the same
 * job. It holds no part of a CV, only a hash.
 */

/** Where entries are kept; sessionStorage and localStorage fit. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Entry {
  /** The Idempotency-Key of the request. */
  key: string;
  /** Known when the API has accepted the request. */
  jobId?: string;
  /** When the entry was made, in milliseconds since 1970. */
  at: number;
}

// No job lives longer than a day.
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

export class Journal {
  constructor(
    private readonly storage: KeyValueStorage | undefined,
    private readonly name: string,
  ) {}

  get(hash: string): Entry | undefined {
    return this.read()[hash];
  }

  /** The hash and the entry of the export that was accepted last. */
  newest(): [string, Entry] | undefined {
    const accepted = Object.entries(this.read()).filter(([, entry]) => entry.jobId !== undefined);
    return accepted.sort(([, a], [, b]) => b.at - a.at)[0];
  }

  put(hash: string, entry: Entry): void {
    this.write({ ...this.read(), [hash]: entry });
  }

  /** Removes the entry, unless a later export has taken its place. */
  remove(hash: string, key: string): void {
    const { [hash]: entry, ...others } = this.read();
    if (entry?.key === key) this.write(others);
  }

  private read(): Record<string, Entry> {
    try {
      const entries = Object.entries(JSON.parse(this.storage?.getItem(this.name) ?? "{}") as Record<string, Entry>);
      return Object.fromEntries(entries.filter(([, entry]) => Date.now() - entry.at < MAX_AGE_MS));
    } catch {
      return {}; // Storage is forbidden, or holds something else.
    }
  }

  private write(entries: Record<string, Entry>): void {
    try {
      if (Object.keys(entries).length) this.storage?.setItem(this.name, JSON.stringify(entries));
      else this.storage?.removeItem(this.name);
    } catch {
      // Storage is forbidden or full: a reload does not resume, all else works.
    }
  }
}

/** The page's sessionStorage; undefined where there is none or it is forbidden. */
export function sessionStorageIfAllowed(): KeyValueStorage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
