/**
 * The exports that are not finished, in a storage that outlives the page: sessionStorage in browsers.
 *
 * An entry is written before its request is sent, so that a reload sends it again with the same key and gets the same
 * job. It holds no part of a CV, only a hash.
 */
// No job lives longer than a day.
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
export class Journal {
    storage;
    name;
    constructor(storage, name) {
        this.storage = storage;
        this.name = name;
    }
    get(hash) {
        return this.read()[hash];
    }
    /** The hash and the entry of the export that was accepted last. */
    newest() {
        const accepted = Object.entries(this.read()).filter(([, entry]) => entry.jobId !== undefined);
        return accepted.sort(([, a], [, b]) => b.at - a.at)[0];
    }
    put(hash, entry) {
        this.write({ ...this.read(), [hash]: entry });
    }
    /** Removes the entry, unless a later export has taken its place. */
    remove(hash, key) {
        const { [hash]: entry, ...others } = this.read();
        if (entry?.key === key)
            this.write(others);
    }
    read() {
        try {
            const entries = Object.entries(JSON.parse(this.storage?.getItem(this.name) ?? "{}"));
            return Object.fromEntries(entries.filter(([, entry]) => Date.now() - entry.at < MAX_AGE_MS));
        }
        catch {
            return {}; // Storage is forbidden, or holds something else.
        }
    }
    write(entries) {
        try {
            if (Object.keys(entries).length)
                this.storage?.setItem(this.name, JSON.stringify(entries));
            else
                this.storage?.removeItem(this.name);
        }
        catch {
            // Storage is forbidden or full: a reload does not resume, all else works.
        }
    }
}
/** The page's sessionStorage; undefined where there is none or it is forbidden. */
export function sessionStorageIfAllowed() {
    try {
        return globalThis.sessionStorage;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=journal.js.map