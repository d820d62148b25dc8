import { TaskweaveError } from '@taskweave/common';

/** The error of a run that was stopped on request; it can be resumed. */
export function stopped(): TaskweaveError {
  return new TaskweaveError({ code: 'STOPPED', message: 'The run was stopped.' });
}

/**
 * How a run ends before its time: by a request to stop, which lets the running step finish, or by an abort, which
 * cancels every call.
 */
export class RunControl {
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  #stopRequested = false;
  #failure: TaskweaveError | undefined;

  /** Cancels every call of the run. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stopRequested(): boolean {
    return this.#stopRequested;
  }

  /** Why the run was aborted. */
  get failure(): TaskweaveError | undefined {
    return this.#failure;
  }

  /** Asks the run to stop. What is under way decides how; without anybody to decide the run is aborted. */
  requestStop(): void {
    if (this.#stopRequested) return;
    this.#stopRequested = true;
    if (this.#listeners.size === 0) this.abort(stopped());
    else for (const listener of this.#listeners) listener();
  }

  /** Cancels all calls; the first reason given counts. */
  abort(reason: TaskweaveError): void {
    this.#failure ??= reason;
    this.#abort.abort();
  }

  /** @throws TaskweaveError `STOPPED`, or why the run was aborted */
  throwIfEnding(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stopRequested) throw stopped();
  }

  /** Runs `fn`, during which a request to stop calls `onStop` instead of aborting. */
  async withStop<T>(onStop: () => void, fn: () => Promise<T>): Promise<T> {
    this.throwIfEnding();
    this.#listeners.add(onStop);
    try {
      return await fn();
    } finally {
      this.#listeners.delete(onStop);
    }
  }
}
