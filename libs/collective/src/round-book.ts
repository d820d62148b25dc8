import { TaskweaveError } from '@taskweave/common';
import { RoundState, type RoundFailure, type RoundKey } from '@taskweave/contracts';
import { describeKey, failureError } from './round-failure.js';
import { Signal } from './signal.js';

/** How a round stands or ended. */
export interface Standing {
  readonly key: RoundKey;
  readonly state: RoundState;
  readonly failure: RoundFailure | undefined;
}

/** Rounds whose end is remembered in each group: the others may still ask about the last one. */
const REMEMBERED = 4;
/** Groups whose last rounds are remembered. */
const MOST_GROUPS = 256;
/** Calls that may wait for a round to be entered. */
const MAX_WAITING = 64;

/** The rounds of all groups: the one under way in each, and how the last ones ended. */
export class RoundBook<Entry extends { readonly round: Standing }> {
  readonly #groups = new Map<string, { current: Entry | undefined; last: RoundKey; ended: Standing[] }>();
  readonly #changed = new Signal();
  readonly #patienceMs: number;
  #waiting = 0;
  #closed = false;

  /** @param patienceMs how long a call may wait until its round is entered here */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** @throws TaskweaveError `INTERNAL` when the group is in a round, or was in this one or a later one */
  enter(key: RoundKey, entry: Entry): void {
    const group = this.#groups.get(key.group);
    if (group !== undefined && (group.current !== undefined || compare(key, group.last) <= 0)) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'Rounds of a group come one after the other, each with a greater epoch or round.',
        found: describeKey(key),
        expected: `after ${describeKey(group.last)}${group.current === undefined ? '' : ' has ended'}`,
      });
    }
    this.#groups.delete(key.group);
    this.#groups.set(key.group, { current: entry, last: key, ended: group?.ended ?? [] });
    this.#forgetOldest();
    this.#changed.notify();
  }

  #forgetOldest(): void {
    if (this.#groups.size <= MOST_GROUPS) return;
    for (const [name, { current }] of this.#groups) {
      if (current === undefined) return void this.#groups.delete(name);
    }
  }

  /** Notes how a round ended. */
  leave(key: RoundKey, { state, failure }: Standing): void {
    const group = this.#groups.get(key.group);
    if (group?.current?.round.key !== key) return;
    group.current = undefined;
    group.ended = [{ key, state, failure }, ...group.ended].slice(0, REMEMBERED);
    this.#changed.notify();
  }

  /** The round under way, if it is this one. */
  current(key: RoundKey): Entry | undefined {
    const current = this.#groups.get(key.group)?.current;
    return current !== undefined && compare(current.round.key, key) === 0 ? current : undefined;
  }

  /** How a round stands; undefined for one that was not entered or is forgotten. */
  standing(key: RoundKey): Standing | undefined {
    const ended = this.#groups.get(key.group)?.ended ?? [];
    return this.current(key)?.round ?? ended.find((one) => compare(one.key, key) === 0);
  }

  /** Whether a round that comes before this one is still under way. */
  isBusyBefore(key: RoundKey): boolean {
    const current = this.#groups.get(key.group)?.current;
    return current !== undefined && compare(current.round.key, key) < 0;
  }

  /**
   * The round once it is entered here: a neighbour may be there first.
   *
   * @throws TaskweaveError `ROUND_UNKNOWN` when it is over, is not entered in time, or too many are waiting; the
   *   failure of one that was given up
   */
  async entered(key: RoundKey, signal: AbortSignal): Promise<Entry> {
    if (this.#waiting >= MAX_WAITING) throw unknown(key, 'too many calls are waiting already');
    this.#waiting++;
    let over = signal.aborted;
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = () => resolve(void (over = true))));
    // Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect the latter as garbage, and the call waits for ever.
    const patience = setTimeout(end, this.#patienceMs);
    signal.addEventListener('abort', end);
    try {
      for (;;) {
        const entry = this.current(key);
        if (entry !== undefined) return entry;
        const failure = this.standing(key)?.failure;
        if (failure !== undefined) throw failureError(key, failure);
        const last = this.#groups.get(key.group)?.last;
        if (last !== undefined && compare(key, last) <= 0) throw unknown(key, 'it is over here');
        if (over || this.#closed) throw unknown(key, 'it was not entered here');
        await Promise.race([this.#changed.next(), ended]);
      }
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', end);
      this.#waiting--;
    }
  }

  /** Sends those away who wait. */
  close(): void {
    this.#closed = true;
    this.#changed.notify();
  }
}

/** Negative when a comes before b: by epoch, then by round. */
function compare(a: RoundKey, b: RoundKey): number {
  return a.epoch - b.epoch || a.round - b.round;
}

function unknown(key: RoundKey, why: string): TaskweaveError {
  return new TaskweaveError({
    code: 'ROUND_UNKNOWN',
    message: `The round cannot be joined: ${why}.`,
    subject: describeKey(key),
  });
}
