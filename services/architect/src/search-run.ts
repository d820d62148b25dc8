import { TaskweaveError } from '@taskweave/common';
import type { GateGradient } from '@taskweave/contracts';
import { averageGradients } from './average.js';
import type { SearchSession, Update } from './search-session.js';

interface Report {
  gradient: GateGradient;
  resolve(update: Update): void;
  reject(error: unknown): void;
}

/** A trainer that takes part in a run. */
export interface Member {
  /**
   * Hands in the gradient of the step that comes next and waits for the update, which is made when every member
   * has handed in.
   *
   * @throws TaskweaveError `REQUEST_OUT_OF_ORDER` for another step, `STOPPED` when the member has left or was replaced, or
   * whatever the update throws (to all members)
   */
  report(gradient: GateGradient): Promise<Update>;
  /** Takes no further part; the others no longer wait for it. */
  leave(): void;
}

/** One run: its session and the trainers that take part. */
export class SearchRun {
  readonly id: string;
  readonly session: SearchSession;
  /** Members by name, with what they have handed in for the step that comes next. */
  readonly #members = new Map<string, { member: Member; report?: Report }>();
  /** How many members have handed in. Counted, as looking through all of them at each report grows with N squared. */
  #reports = 0;

  constructor(id: string, session: SearchSession) {
    this.id = id;
    this.session = session;
  }

  /**
   * Adds a trainer, in place of an earlier one of the same name.
   *
   * @param step the step it is ready for
   * @throws TaskweaveError `REQUEST_OUT_OF_ORDER` when the search is at another step
   */
  join(name: string, step: number): Member {
    this.#checkStep(step, `Trainer ${name} is ready for another step than the architect.`);
    this.#members.get(name)?.member.leave();
    const member: Member = {
      report: (gradient) => {
        if (this.#members.get(name)?.member !== member) return Promise.reject(stopped(this.id));
        return this.#report(name, gradient);
      },
      leave: () => {
        const entry = this.#members.get(name);
        if (entry?.member !== member) return;
        this.#members.delete(name);
        if (entry.report !== undefined) this.#reports--;
        entry.report?.reject(stopped(this.id));
        this.#updateIfComplete();
      },
    };
    this.#members.set(name, { member });
    return member;
  }

  /** Sends all members away, e.g. because the run was opened again. */
  close(): void {
    const entries = [...this.#members.values()];
    this.#members.clear();
    this.#reports = 0;
    for (const { report } of entries) report?.reject(stopped(this.id));
  }

  async #report(name: string, gradient: GateGradient): Promise<Update> {
    this.#checkStep(gradient.step, `Trainer ${name} sent a gradient of another step.`);
    const entry = this.#members.get(name)!;
    return new Promise((resolve, reject) => {
      if (entry.report === undefined) this.#reports++;
      entry.report = { gradient, resolve, reject };
      this.#updateIfComplete();
    });
  }

  #updateIfComplete(): void {
    if (this.#reports === 0 || this.#reports < this.#members.size) return;
    const entries = [...this.#members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    const reports = entries.map(({ report }) => report).filter((report) => report !== undefined);
    for (const entry of entries) delete entry.report;
    this.#reports = 0;
    try {
      const update = this.session.update(averageGradients(reports.map(({ gradient }) => gradient)));
      for (const { resolve } of reports) resolve(update);
    } catch (error) {
      for (const { reject } of reports) reject(error);
    }
  }

  #checkStep(step: number, message: string): void {
    if (step === this.session.step) return;
    throw new TaskweaveError({
      code: 'REQUEST_OUT_OF_ORDER',
      message,
      subject: `run ${this.id}`,
      found: `step ${step}`,
      expected: `step ${this.session.step}`,
      action: 'Open the search again with the state of the checkpoint that the trainer was restored from.',
    });
  }
}

function stopped(run: string): TaskweaveError {
  return new TaskweaveError({ code: 'STOPPED', message: `The trainer no longer takes part in run ${run}.` });
}
