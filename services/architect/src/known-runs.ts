import { TaskweaveError } from '@taskweave/common';
import type { SearchRun } from './search-run.js';

/** Runs without trainers that are remembered: some hundred kilobytes each. */
const MOST_ABANDONED = 16;

/** The runs that were opened, by name. Those that nobody takes part in any more are forgotten, the oldest first. */
export class KnownRuns {
  readonly #runs = new Map<string, SearchRun>();

  find(id: string): SearchRun | undefined {
    return this.#runs.get(id);
  }

  /** @throws TaskweaveError `RUN_NOT_FOUND` */
  get(id: string): SearchRun {
    const run = this.#runs.get(id);
    if (run !== undefined) return run;
    throw new TaskweaveError({
      code: 'RUN_NOT_FOUND',
      message: 'The architect does not know this run.',
      subject: id,
      expected: 'a run that was opened with OpenSearch since the architect started',
      action: 'Open the search again, with the state of the latest checkpoint.',
    });
  }

  /** Takes the place of an earlier run of this name, whose trainers are sent away. */
  add(run: SearchRun): void {
    this.#runs.get(run.id)?.close();
    this.#runs.delete(run.id);
    const abandoned = [...this.#runs.values()].filter((known) => known.abandoned);
    for (const { id } of abandoned.slice(0, Math.max(0, abandoned.length - MOST_ABANDONED + 1))) {
      this.#runs.delete(id);
    }
    this.#runs.set(run.id, run);
  }
}
