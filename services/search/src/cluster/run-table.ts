import type { Json } from '@taskweave/common';
import { putFenced, type StateStore } from '@taskweave/messaging';
import { readClusterRun, runKey, type ClusterRun } from './cluster-run.js';

/** Finished runs that are remembered; folders of older ones stay. */
const MOST_FINISHED = 1_000;
const RETRY_MS = 1_000;
/** How long closing waits for a store that is away. */
const CLOSE_MS = 3_000;

/**
 * The runs of a cluster, kept in its state store. What it says here counts at once and is stored soon: while the store is
 * away nothing is lost unless this process is, too, and then the folders of runs tell how far they are.
 */
export class RunTable {
  readonly #state: StateStore;
  readonly #token: number;
  readonly #onFollowed: () => void;
  readonly #runs = new Map<string, ClusterRun>();
  readonly #listeners = new Set<() => void>();
  #storing: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(state: StateStore, token: number, onFollowed: () => void) {
    this.#state = state;
    this.#token = token;
    this.#onFollowed = onFollowed;
  }

  /**
   * @param token of the lease in whose name runs are written
   * @param onFollowed told when a later holder of the lease has written
   */
  static async open(state: StateStore, token: number, onFollowed: () => void): Promise<RunTable> {
    const table = new RunTable(state, token, onFollowed);
    for (const key of await state.keys('runs')) {
      const fenced = (await state.get(key))?.value as { readonly value?: Json } | null | undefined;
      const run = readClusterRun(fenced?.value ?? null);
      if (run !== undefined && runKey(run.run) === key) table.#runs.set(key, run);
    }
    return table;
  }

  /** In the order of their numbers. */
  get all(): ClusterRun[] {
    return [...this.#runs.values()].sort((a, b) => a.order - b.order);
  }

  get(run: string): ClusterRun | undefined {
    const found = this.#runs.get(runKey(run));
    return found?.run === run ? found : undefined;
  }

  /** Whether a run could not have this name. */
  isTaken(run: string): boolean {
    return this.#runs.has(runKey(run));
  }

  /** A number behind all others. */
  get nextOrder(): number {
    return Math.max(0, ...[...this.#runs.values()].map(({ order }) => order)) + 1;
  }

  /** Adds or replaces a run. @returns whether it could be stored */
  async set(run: ClusterRun): Promise<boolean> {
    this.#runs.set(runKey(run.run), run);
    for (const listener of [...this.#listeners]) listener();
    const stored = await this.#store(runKey(run.run));
    if (stored) await this.#forgetOld();
    return stored;
  }

  /** Changes a run that is there. @returns whether that could be stored */
  update(run: string, change: Partial<ClusterRun>): Promise<boolean> {
    const before = this.get(run);
    return before === undefined ? Promise.resolve(false) : this.set({ ...before, ...change });
  }

  /** Told of every change. @returns ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Stores what can be stored at once, and nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#storing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }

  /** One after the other, each with the run as it is by then. */
  #store(key: string): Promise<boolean> {
    const stored = this.#storing.then(async () => {
      do {
        const run = this.#runs.get(key);
        if (run === undefined) return false;
        try {
          const kept = await putFenced(this.#state, key, run as unknown as Json, this.#token);
          if (!kept) this.#onFollowed();
          return kept;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      } while (!this.#closed);
      return false;
    });
    this.#storing = stored;
    return stored;
  }

  async #forgetOld(): Promise<void> {
    const finished = this.all.filter(({ state }) => state === 'completed');
    for (const { run } of finished.slice(0, Math.max(0, finished.length - MOST_FINISHED))) {
      this.#runs.delete(runKey(run));
      await this.#state.delete(runKey(run)).catch(() => undefined);
    }
  }
}
