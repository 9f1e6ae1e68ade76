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
export declare class Journal {
    private readonly storage;
    private readonly name;
    constructor(storage: KeyValueStorage | undefined, name: string);
    get(hash: string): Entry | undefined;
    /** The hash and the entry of the export that was accepted last. */
    newest(): [string, Entry] | undefined;
    put(hash: string, entry: Entry): void;
    /** Removes the entry, unless a later export has taken its place. */
    remove(hash: string, key: string): void;
    private read;
    private write;
}
/** The page's sessionStorage; undefined where there is none or it is forbidden. */
export declare function sessionStorageIfAllowed(): KeyValueStorage | undefined;
