import type { Json } from '@taskweave/common';
import type { Subscription } from './event-bus.js';

export interface StateEntry {
  /** Dotted name, e.g. `runs.digits-1.phase`; see `checkDotted`. */
  readonly key: string;
  readonly value: Json;
  /** Counted over all keys; every change has a larger one. */
  readonly revision: number;
}

/** What a watch tells: an entry, or that a key was deleted. */
export interface StateChange {
  readonly key: string;
  /** Absent when the key was deleted. */
  readonly value?: Json;
  readonly revision: number;
}

/** A revision that no entry has: the key must not be there. */
export const ABSENT = 0;

/**
 * Values by key, with compare-and-set. Values are at most 1 MB of JSON. Whoever may write to a server may write anything:
 * what is no JSON reads as null, and keys that break the rules are not there.
 */
export interface StateStore {
  get(key: string): Promise<StateEntry | undefined>;

  /** Sets a value whatever was there. @returns its revision */
  put(key: string, value: Json): Promise<number>;

  /**
   * Sets a value if the key still has this revision ({@link ABSENT}: is not there). Applied once even if the connection
   * breaks and it is sent again.
   *
   * @returns the new revision, or undefined when the key has another
   */
  compareAndSet(key: string, value: Json, revision: number): Promise<number | undefined>;

  /**
   * Removes a key; one that is not there stays so.
   *
   * @param revision only if the key still has it
   * @returns false when it has another
   */
  delete(key: string, revision?: number): Promise<boolean>;

  /** Keys below a dotted prefix (`runs.a` has `runs.a.phase` below it), sorted; all without one. */
  keys(below?: string): Promise<string[]>;

  /**
   * Tells a handler the present entries, then changes in order, one at a time. Of changes that follow each other fast
   * only the last of a key may be told. A change may be told twice.
   *
   * @param scope one key, or all below a prefix (`''`: all)
   * @param onFailure told once when the handler throws or changes can no longer be told
   */
  watch(
    scope: { readonly key: string } | { readonly below: string },
    handler: (change: StateChange) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription>;
}
