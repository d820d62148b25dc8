import type { TaskweaveError } from '@taskweave/common';
import { RunControl, stopped } from '../run/run-control.js';

/** How a sweep ends before its time: each run has a control of its own, and whatever ends one ends the sweep. */
export class SweepControl {
  #current: RunControl | undefined;
  #ending: TaskweaveError | undefined;

  /** Lets the running step finish; no further run is started. */
  requestStop(): void {
    this.#ending ??= stopped();
    this.#current?.requestStop();
  }

  /** Cancels whatever is under way. */
  abort(reason: TaskweaveError): void {
    this.#ending ??= reason;
    this.#current?.abort(reason);
  }

  /** @throws TaskweaveError `STOPPED`, or why the sweep was aborted */
  throwIfEnding(): void {
    if (this.#ending !== undefined) throw this.#ending;
  }

  /** Does a part of the sweep, with a control that ends with the sweep. */
  async during<T>(part: (control: RunControl) => Promise<T>): Promise<T> {
    this.throwIfEnding();
    const control = new RunControl();
    this.#current = control;
    try {
      return await part(control);
    } finally {
      this.#current = undefined;
    }
  }
}
