/** What loader and service worker agree on: where a release's files lie, and who brings them now. */

/** Holds the record of releases that a desk stands for (trusted.ts): where it is, every file is checked. */
export const TRUST_CACHE = "tocsin-trust";

export const CACHE_PREFIX = "tocsin-app-";

/** Held by the loader until what the first page needs is stored: the service worker waits for it. */
export const FIRST_LOCK = "tocsin-first";
/** Held by whoever brings what else must be there without a network. */
export const REST_LOCK = "tocsin-rest";
/** What a page says to the service worker when nobody brings the rest. */
export const REST_MESSAGE = "rest";
