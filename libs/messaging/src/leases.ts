import type { Json } from '@taskweave/common';
import { checkToken } from './names.js';
import { ABSENT, type StateStore } from './state-store.js';

/** The right to be the only one who does something, for a while. */
export interface Lease {
  readonly name: string;
  /**
   * Fencing token: every later holder has a larger one. Whoever the holder writes to refuses tokens smaller than
   * the largest it saw (see `putFenced`), as a holder that was stopped for a while may not know yet that it lost the lease.
   */
  readonly token: number;
  /** Whether nobody else can have it yet, by this process's own clock. */
  readonly valid: boolean;
  /** Holds it for another full time. @returns false when it is lost */
  renew(): Promise<boolean>;
  /** Gives it back at once; nothing happens if it is lost already. */
  release(): Promise<void>;
}

interface LeaseValue {
  readonly owner: string;
  readonly ttlMs: number;
}

/**
 * Leases over a state store. Expiry needs neither a clock that processes share nor keys that expire on the server: who
 * wants a lease watches its revision, and takes it over once that has not changed for as long as the holder said, by
 * his own monotonic clock. A clock that jumps changes nothing.
 */
export class Leases {
  readonly #store: StateStore;
  readonly #owner: string;
  /** The revision of a lease in other hands, and since when it is known. */
  readonly #seen = new Map<string, { revision: number; since: number }>();

  /** @param owner for people who look into the store */
  constructor(store: StateStore, owner: string) {
    this.#store = store;
    this.#owner = owner;
  }

  /**
   * Takes a lease if it is free. One whose holder is gone becomes free `ttlMs` of the holder after it was first seen
   * here, so this has to be called repeatedly.
   *
   * @param name letters, digits, `_` and `-`
   * @param ttlMs time in which it has to be renewed
   */
  async tryAcquire(name: string, ttlMs: number): Promise<Lease | undefined> {
    checkToken('lease', name);
    const key = `leases.${name}`;
    const entry = await this.#store.get(key);
    if (entry !== undefined && !this.#expired(key, entry.revision, ttlOf(entry.value) ?? ttlMs)) {
      return undefined;
    }
    const value: LeaseValue = { owner: this.#owner, ttlMs };
    const asked = performance.now();
    const token = await this.#store.compareAndSet(key, { ...value }, entry?.revision ?? ABSENT);
    if (token === undefined) return undefined;
    this.#seen.delete(key);
    return new HeldLease(this.#store, key, name, value, token, asked + ttlMs);
  }

  #expired(key: string, revision: number, ttlMs: number): boolean {
    const now = performance.now();
    const seen = this.#seen.get(key);
    if (seen?.revision === revision) return now - seen.since >= ttlMs;
    this.#seen.set(key, { revision, since: now });
    return false;
  }
}

/** The time of whoever has a lease; undefined for a value that none of these has written. */
function ttlOf(value: Json): number | undefined {
  const ttlMs = typeof value === 'object' && value !== null && 'ttlMs' in value ? value['ttlMs'] : undefined;
  return typeof ttlMs === 'number' && ttlMs >= 0 ? ttlMs : undefined;
}

class HeldLease implements Lease {
  readonly #store: StateStore;
  readonly #key: string;
  readonly #value: LeaseValue;
  #revision: number;
  #until: number;
  readonly name: string;
  readonly token: number;

  constructor(store: StateStore, key: string, name: string, value: LeaseValue, token: number, until: number) {
    this.#store = store;
    this.#key = key;
    this.#value = value;
    this.#revision = token;
    this.#until = until;
    this.name = name;
    this.token = token;
  }

  get valid(): boolean {
    return performance.now() < this.#until;
  }

  async renew(): Promise<boolean> {
    const asked = performance.now();
    const revision = await this.#store.compareAndSet(this.#key, { ...this.#value }, this.#revision);
    if (revision === undefined) {
      this.#until = 0;
      return false;
    }
    this.#revision = revision;
    this.#until = asked + this.#value.ttlMs;
    return true;
  }

  async release(): Promise<void> {
    this.#until = 0;
    await this.#store.delete(this.#key, this.#revision);
  }
}
