import type { Lease, Leases } from '@taskweave/messaging';

const LEASE = 'coordinator';
/** Where the state store keeps who leads. */
export const LEASE_KEY = `leases.${LEASE}`;
/** Silence after which another coordinator takes over, in milliseconds. */
const TTL_MS = 6_000;
const ASK_EVERY_MS = 500;

/** The right of one coordinator to lead its cluster. */
export class Leadership {
  readonly #lease: Lease;
  /** Aborts when another coordinator leads. */
  readonly lost = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  private constructor(lease: Lease) {
    this.#lease = lease;
    this.#renewLater();
  }

  /**
   * Waits until this process leads.
   *
   * @param onStandby told once if another coordinator leads at present
   * @returns nothing when `signal` was aborted before
   */
  static async acquire(
    leases: Leases,
    signal: AbortSignal,
    onStandby: () => void,
  ): Promise<Leadership | undefined> {
    let told = false;
    while (!signal.aborted) {
      // A store that is away is asked again.
      const lease = await leases.tryAcquire(LEASE, TTL_MS).catch(() => undefined);
      if (lease !== undefined) return new Leadership(lease);
      if (!told) onStandby();
      told = true;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    return undefined;
  }

  /** Grows with every leader. */
  get token(): number {
    return this.#lease.token;
  }

  /** Another coordinator may lead at once. */
  async release(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#lease.release().catch(() => undefined);
  }

  #renewLater(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => void this.#renew(), TTL_MS / 3);
  }

  /** While the store is away nobody can know who leads, and work goes on; it says so when it is back. */
  async #renew(): Promise<void> {
    const kept = await this.#lease.renew().catch(() => true);
    if (kept) this.#renewLater();
    else this.lost.abort();
  }
}
