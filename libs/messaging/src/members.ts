import type { Json } from '@taskweave/common';
import type { Subscription } from './event-bus.js';
import { MEMBERS, type Member, type MemberValue } from './membership.js';
import type { StateChange, StateStore } from './state-store.js';

/** Longest silence that a member may ask for, in milliseconds. */
const MOST_TTL_MS = 600_000;

interface Seen {
  readonly member: Member;
  readonly revision: number;
  readonly expiry: NodeJS.Timeout;
}

/**
 * The members that are there, as far as they have been heard of. One that is silent for its own time is gone, by this
 * process's monotonic clock; its key is removed, so that members which were killed do not pile up. One that is here may
 * have been killed a moment ago: ask for its health before counting on it.
 */
export class Members {
  readonly #store: StateStore;
  readonly #seen = new Map<string, Seen>();
  readonly #listeners = new Set<() => void>();
  #subscription: Subscription | undefined;

  private constructor(store: StateStore) {
    this.#store = store;
  }

  /** @param onFailure told once when members can no longer be watched */
  static async watch(store: StateStore, onFailure: (thrown: unknown) => void): Promise<Members> {
    const members = new Members(store);
    members.#subscription = await store.watch(
      { below: MEMBERS },
      (change) => members.#take(change),
      onFailure,
    );
    return members;
  }

  /** Those of one kind, by name. */
  list(service: string): Member[] {
    return [...this.#seen.values()]
      .map(({ member }) => member)
      .filter((member) => member.service === service)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Told when a member comes, goes or has another address. @returns ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    await this.#subscription?.stop();
    for (const { expiry } of this.#seen.values()) clearTimeout(expiry);
    this.#seen.clear();
  }

  #take({ key, value, revision }: StateChange): void {
    const before = this.#seen.get(key);
    // A change that is told twice is no sign of life.
    if (before !== undefined && revision <= before.revision) return;
    clearTimeout(before?.expiry);
    const said = value === undefined ? undefined : readValue(value);
    const [, service = '', name = ''] = key.split('.');
    if (said === undefined) {
      this.#seen.delete(key);
      if (before !== undefined) this.#tell();
      return;
    }
    const expiry = setTimeout(() => this.#expire(key, revision), said.ttlMs).unref();
    this.#seen.set(key, { member: { service, name, address: said.address }, revision, expiry });
    if (before?.member.address !== said.address) this.#tell();
  }

  #expire(key: string, revision: number): void {
    this.#seen.delete(key);
    this.#tell();
    // Only if it is still as silent; while the store is away somebody else, or nobody, removes it.
    this.#store.delete(key, revision).catch(() => undefined);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What a member says of itself; nothing when somebody else wrote there. */
function readValue(value: Json): MemberValue | undefined {
  const { address, ttlMs } = (value ?? {}) as { readonly [Key in keyof MemberValue]?: unknown };
  if (typeof address !== 'string' || typeof ttlMs !== 'number') return undefined;
  return ttlMs > 0 && ttlMs <= MOST_TTL_MS ? { address, ttlMs } : undefined;
}
