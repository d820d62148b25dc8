import type { Messaging } from '../messaging.js';

/** What a contract is tested on: messaging of one kind, with nothing in it yet. */
export interface Fixture {
  messaging: Messaging;
  /** Closes it and opens it again with what it kept. */
  reopen(): Promise<void>;
  /** Ends it and removes what it kept. */
  remove(): Promise<void>;
}

export type OpenFixture = () => Promise<Fixture>;

/** Resolves as soon as a condition holds. The test's own time limit ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** For `onFailure` where none is expected. */
export function unexpected(thrown: unknown): void {
  throw thrown;
}
