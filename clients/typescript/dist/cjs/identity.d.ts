/** What requests are recognised and repeated by. */
/** A random Idempotency-Key. crypto.randomUUID is there in secure contexts only, and http://192.168.… is none. */
export declare function randomKey(): string;
/**
 * A hash of a request's JSON, the same whatever the order of its fields. It recognises a request among those of one page.
 * It is no protection: cyrb53 (public domain, by bryc), 53 bits.
 */
export declare function hashOf(request: object): string;
