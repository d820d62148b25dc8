import { lockOwner, RunFolder } from '@taskweave/runs';
import type { ServiceAddresses } from '../run/services.js';
import { join } from 'node:path';
import { rememberHealth } from './ask-health.js';
import type { ClusterRun } from './cluster-run.js';
import { place, type MemberSource, type Occupation } from './placement.js';

/** How often runs that wait are looked at again, even if nothing is known to have changed. */
const AGAIN_MS = 2_000;

/** What a scheduler needs to know, and what it may do. */
export interface SchedulerHost {
  readonly members: MemberSource;
  /** Folder that holds the runs. */
  readonly output: string;
  /** Runs that wait, the next one first; without those that have to wait for some time. */
  waiting(): readonly ClusterRun[];
  occupation(): Occupation;
  /** Begins with a run, so that its services count as occupied when this returns. */
  begin(run: ClusterRun, services: ServiceAddresses): void;
  /** Told why a run still waits. */
  onWaiting(run: ClusterRun, reason: string): void;
}

/** Begins with runs of the queue as soon as there are services for them, in order. */
export class Scheduler {
  readonly #host: SchedulerHost;
  #passing: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(host: SchedulerHost) {
    this.#host = host;
  }

  /** Something may have changed. */
  wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#passing ??= this.#passes().finally(() => {
      this.#passing = undefined;
      // Woken in the very moment in which the passes had ended.
      if (this.#again) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#passing;
  }

  async #passes(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#pass();
    }
    clearTimeout(this.#timer);
    if (this.#closed || this.#host.waiting().length === 0) return;
    this.#timer = setTimeout(() => this.wake(), AGAIN_MS);
  }

  async #pass(): Promise<void> {
    const { members, output } = this.#host;
    const ask = rememberHealth();
    let held = false;
    for (const run of this.#host.waiting()) {
      if (held) {
        this.#host.onWaiting(run, 'waits for the run before it');
        continue;
      }
      const owner = lockOwner(new RunFolder(join(output, run.run)).lock);
      if (owner !== undefined) {
        this.#host.onWaiting(run, `process ${owner} still works on its folder`);
        continue;
      }
      const placement = await place(run.spec.trainers.count, members, this.#host.occupation(), ask);
      if (this.#closed) return;
      // It may have been stopped in the meantime.
      if (!this.#host.waiting().some((other) => other.run === run.run)) continue;
      if ('services' in placement) {
        this.#host.begin(run, placement.services);
        continue;
      }
      this.#host.onWaiting(run, placement.waiting);
      held = placement.holds;
    }
  }
}
