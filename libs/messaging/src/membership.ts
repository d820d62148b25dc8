import type { Json } from '@taskweave/common';
import { checkToken } from './names.js';
import type { StateStore } from './state-store.js';

/** Keys of members are below it: `members.<service>.<name>`. */
export const MEMBERS = 'members';

/** Silence after which a member is taken for gone, unless it says otherwise, in milliseconds. */
const MEMBER_TTL_MS = 6_000;
/** How long leaving may take when the store is away. */
const LEAVE_MS = 1_000;

/** A process that does work for whoever asks. */
export interface Member {
  /** Its kind, e.g. `supernet-trainer`. */
  readonly service: string;
  /** Unique among members of its kind: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Where others reach it. */
  readonly address: string;
}

/** What the store has of a member. */
export interface MemberValue {
  readonly address: string;
  readonly ttlMs: number;
}

/**
 * Keeps a member announced in a state store until it leaves. As with leases, expiry needs no clock that processes share:
 * the value is written again and again, and whoever watches takes the member for gone when its revision stays the same.
 * While the store is away nothing is lost but time; the member is back with the store.
 */
export class Membership {
  readonly #store: StateStore;
  readonly #key: string;
  readonly #value: MemberValue;
  #timer: NodeJS.Timeout | undefined;
  #left = false;

  private constructor(store: StateStore, { service, name, address }: Member, ttlMs: number) {
    this.#store = store;
    this.#key = `${MEMBERS}.${service}.${name}`;
    this.#value = { address, ttlMs };
  }

  /**
   * @param ttlMs silence after which others take it for gone
   * @throws TaskweaveError `CONFIG_INVALID` for names that are none; `SERVICE_UNAVAILABLE` when the store is away
   */
  static async announce(store: StateStore, member: Member, ttlMs = MEMBER_TTL_MS): Promise<Membership> {
    checkToken('kind of service', member.service);
    checkToken('name of a member', member.name);
    const membership = new Membership(store, member, ttlMs);
    await membership.#put();
    membership.#renewLater();
    return membership;
  }

  /** Others do not count on it any more; those that are served go on. */
  async leave(): Promise<void> {
    this.#left = true;
    clearTimeout(this.#timer);
    const away = new Promise((resolve) => setTimeout(resolve, LEAVE_MS).unref());
    await Promise.race([away, this.#store.delete(this.#key).catch(() => undefined)]);
  }

  #renewLater(): void {
    if (this.#left) return;
    this.#timer = setTimeout(() => {
      // A store that is away has the next one, or the one after.
      void this.#put()
        .catch(() => undefined)
        .then(() => this.#renewLater());
    }, this.#value.ttlMs / 3);
  }

  async #put(): Promise<void> {
    await this.#store.put(this.#key, { ...this.#value } satisfies Json);
    // It may have left while this was on its way.
    if (this.#left) await this.#store.delete(this.#key);
  }
}
