import { TaskweaveError } from '@taskweave/common';
import type { GateGradient } from '@taskweave/contracts';
import { startPatienceMs } from '@taskweave/spec';
import { averageGradients } from './average.js';
import type { SearchSession, Update } from './search-session.js';

/** Who sets out on a search together. */
export interface TrainerGroup {
  /** Chosen anew for every setting out. */
  readonly session: string;
  /** At least one, each name once. */
  readonly members: readonly string[];
  /**
   * Milliseconds after the first gradient of a step after which the others are given up, ten times as many before the first
   * step; 0 for none.
   */
  readonly deadlineMs: number;
}

/** An update, and who had no part in it any more. */
export interface GroupUpdate extends Update {
  /** Members that were lost since the update before. */
  readonly lost: string[];
}

interface Report {
  readonly gradient: GateGradient;
  resolve(update: GroupUpdate): void;
  reject(error: unknown): void;
}

/** A trainer that takes part in a run. */
export interface Member {
  /**
   * Hands in the gradient of the step that comes next and waits for the update, which is made when every member
   * has handed in.
   *
   * @throws TaskweaveError `REQUEST_OUT_OF_ORDER` for another step, `MEMBER_LOST` when the others went on without this
   *   member, `STOPPED` when the run was opened again, or whatever the update throws (to all members)
   */
  report(gradient: GateGradient): Promise<GroupUpdate>;
  /** Takes no further part; the others no longer wait for it. */
  leave(): void;
}

/** One run: its session and the trainers that take part. A member that is lost stays out until the run is opened again. */
export class SearchRun {
  readonly id: string;
  readonly session: SearchSession;
  readonly group: TrainerGroup;
  /** Members left by name, with what they have handed in for the step that comes next. */
  readonly #members: Map<string, { joined: boolean; report?: Report }>;
  /** How many members have handed in. Counted, as looking through all of them at each report grows with N squared. */
  #reports = 0;
  /** Why a member no longer takes part. */
  readonly #lost = new Map<string, TaskweaveError>();
  /** Members lost since the last update. */
  #newlyLost: string[] = [];
  #deadline: NodeJS.Timeout | undefined;
  /** How long the first to hand in waits for the others, in milliseconds. */
  #patienceMs: number;
  #closed = false;

  constructor(id: string, session: SearchSession, group: TrainerGroup) {
    this.id = id;
    this.session = session;
    this.group = group;
    this.#patienceMs = startPatienceMs(group.deadlineMs);
    this.#members = new Map(group.members.map((name) => [name, { joined: false }]));
  }

  /** Whether nobody takes part any more. */
  get abandoned(): boolean {
    return this.#members.size === 0;
  }

  /**
   * Lets a member of the group take its part.
   *
   * @param step the step it is ready for
   * @throws TaskweaveError `REQUEST_OUT_OF_ORDER` when the search is at another step or the member has joined already,
   *   `MEMBER_LOST` when it is no member, or none any more
   */
  join(name: string, step: number): Member {
    const entry = this.#find(name);
    this.#checkStep(step, `Trainer ${name} is ready for another step than the architect.`);
    if (entry.joined) throw this.#outOfOrder(`Trainer ${name} has joined already.`, 'a second join', 'one');
    entry.joined = true;
    return {
      report: (gradient) => this.#report(name, gradient),
      leave: () => this.#giveUp(name, 'it has left'),
    };
  }

  /** Sends all members away, e.g. because the run was opened again. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#deadline);
    for (const { report } of this.#members.values()) report?.reject(this.#stopped());
    this.#members.clear();
    this.#reports = 0;
  }

  async #report(name: string, gradient: GateGradient): Promise<GroupUpdate> {
    const entry = this.#find(name);
    this.#checkStep(gradient.step, `Trainer ${name} sent a gradient of another step.`);
    const answer = new Promise<GroupUpdate>((resolve, reject) => {
      if (entry.report === undefined) this.#reports++;
      entry.report = { gradient, resolve, reject };
    });
    for (const other of gradient.lost) if (other !== name) this.#giveUp(other, `${name} has lost it`);
    this.#updateIfComplete();
    const waiting = this.#reports > 0;
    if (waiting && this.#patienceMs > 0) {
      this.#deadline ??= setTimeout(() => this.#giveUpLate(), this.#patienceMs);
    }
    return answer;
  }

  #giveUpLate(): void {
    const reason = `it was ${this.#patienceMs} ms behind the first at step ${this.session.step}`;
    const late = [...this.#members].filter(([, { report }]) => report === undefined);
    for (const [name] of late) this.#giveUp(name, reason);
  }

  #giveUp(name: string, reason: string): void {
    const entry = this.#members.get(name);
    if (entry === undefined) return;
    const error = lost(this.id, name, reason);
    this.#members.delete(name);
    this.#lost.set(name, error);
    this.#newlyLost.push(name);
    if (entry.report !== undefined) this.#reports--;
    entry.report?.reject(error);
    this.#updateIfComplete();
  }

  #updateIfComplete(): void {
    if (this.#reports === 0 || this.#reports < this.#members.size) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#patienceMs = this.group.deadlineMs;
    // Sorted, as sums of floats depend on the order.
    const entries = [...this.#members].sort(([a], [b]) => (a < b ? -1 : 1));
    const reports = entries.map(([, { report }]) => report!);
    for (const [, entry] of entries) delete entry.report;
    this.#reports = 0;
    try {
      const update = this.session.update(averageGradients(reports.map(({ gradient }) => gradient)));
      const lost = this.#newlyLost;
      this.#newlyLost = [];
      for (const { resolve } of reports) resolve({ ...update, lost });
    } catch (error) {
      for (const { reject } of reports) reject(error);
    }
  }

  #find(name: string): { joined: boolean; report?: Report } {
    if (this.#closed) throw this.#stopped();
    const entry = this.#members.get(name);
    if (entry !== undefined) return entry;
    throw this.#lost.get(name) ?? lost(this.id, name, 'it is none of those the search was opened for');
  }

  #checkStep(step: number, message: string): void {
    if (step !== this.session.step) {
      throw this.#outOfOrder(message, `step ${step}`, `step ${this.session.step}`);
    }
  }

  #outOfOrder(message: string, found: string, expected: string): TaskweaveError {
    return new TaskweaveError({
      code: 'REQUEST_OUT_OF_ORDER',
      message,
      subject: `run ${this.id}`,
      found,
      expected,
      action: 'Open the search again with the state of the checkpoint that the trainer was restored from.',
    });
  }

  #stopped(): TaskweaveError {
    const message = `The run ${this.id} was opened again; this trainer no longer takes part.`;
    return new TaskweaveError({ code: 'STOPPED', message });
  }
}

function lost(run: string, member: string, reason: string): TaskweaveError {
  return new TaskweaveError({
    code: 'MEMBER_LOST',
    message: `The trainer ${member} takes no part in run ${run}: ${reason}.`,
    subject: member,
    action: 'It can take part again when the run is opened again, from its next checkpoint on.',
  });
}
