/** Largest message or value, in bytes of JSON; below NATS's own default of 1 MiB with headers. */
export const MOST_MESSAGE_BYTES = 1_000_000;

/**
 * For how long at least a message id is remembered after it was stored, in milliseconds. Long, as a publisher may meet
 * its server again after an outage and then sends what it does not know to be stored. The embedded bus, whose
 * publishers are in its own process, remembers the last 20,000 at most.
 */
export const DUPLICATE_WINDOW_MS = 3_600_000;

/** Longest message id, in characters. */
export const MOST_ID_CHARACTERS = 200;
