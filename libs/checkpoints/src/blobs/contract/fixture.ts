import type { BlobStore } from '../blob-store.js';

/** What the contract is tested on: a store of one kind, with nothing in it yet. */
export interface Fixture {
  readonly store: BlobStore;
  /** Opens the same store once more. */
  open(): Promise<BlobStore>;
  /** Closes it and removes what it kept. */
  remove(): Promise<void>;
}

export type OpenFixture = () => Promise<Fixture>;
