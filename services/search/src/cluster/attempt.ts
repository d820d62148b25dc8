import type { TaskweaveError } from '@taskweave/common';
import { listCheckpoints } from '@taskweave/checkpoints';
import { type Phase, readResult, RunFolder, type RunResult } from '@taskweave/runs';
import { stopped, RunControl } from '../run/run-control.js';
import { RunEvents } from '../run/run-events.js';
import type { ServiceAddresses } from '../run/services.js';
import { resumeRun, startRun } from '../run/start-run.js';
import { basename, join } from 'node:path';
import type { ClusterRun } from './cluster-run.js';

/** One attempt to bring a run to its end, from wherever its folder says that it stands. */
export class Attempt {
  readonly #run: ClusterRun;
  readonly #output: string;
  readonly #control = new RunControl();
  readonly events = new RunEvents();
  readonly services: ServiceAddresses;
  /** When it has ended, whatever became of it. */
  readonly done: Promise<void>;
  #phase: Phase = 'starting';
  #step: number;
  #aborted = false;
  #settle!: () => void;

  /** @param output folder that holds the runs */
  constructor(run: ClusterRun, services: ServiceAddresses, output: string) {
    this.#run = run;
    this.#step = run.step;
    this.#output = output;
    this.services = services;
    this.done = new Promise((resolve) => (this.#settle = resolve));
    this.events.listen(({ event }) => {
      if (event.kind === 'phase') this.#phase = event.phase;
      else if (event.kind === 'step') this.#step = event.step + 1;
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether {@link abort} was called. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** Steps of the search done. */
  get step(): number {
    return this.#step;
  }

  /** @throws TaskweaveError as `startRun` and `resumeRun` */
  async see(): Promise<RunResult> {
    const { run, spec, baselines } = this.#run;
    const folder = new RunFolder(join(this.#output, run));
    const options = {
      processes: false,
      members: this.services,
      baselines,
      control: this.#control,
      events: this.events,
      onOpen: () => undefined,
    };
    try {
      if (!folder.exists) return await startRun(spec, this.#output, { ...options, run });
      // The coordinator may have been killed right after the end of the run.
      if (folder.readRecord().phase === 'completed') return readResult(folder.result);
      return await resumeRun(folder, options);
    } finally {
      this.events.close();
    }
  }

  /** What is left to do after {@link see} is done, too. */
  settle(): void {
    this.#settle();
  }

  /** Lets the running step finish, with a checkpoint. */
  requestStop(): void {
    this.#control.requestStop();
  }

  /** Cancels every call. */
  abort(reason: TaskweaveError = stopped()): void {
    this.#aborted = true;
    this.#control.abort(reason);
  }
}

/** Steps in the latest checkpoints of all trainings of a run: grows as it gets further. */
export async function stepsStored({ run, baselines }: ClusterRun, output: string): Promise<number> {
  const folder = new RunFolder(join(output, run));
  const trainings = [folder.search, ...baselines.map((method) => folder.baseline(method))];
  const steps = trainings.map(async ({ checkpoints }) => {
    const [latest] = await listCheckpoints(checkpoints);
    return latest === undefined ? 0 : Number(/\d+$/.exec(basename(latest))?.[0] ?? 0);
  });
  return (await Promise.all(steps)).reduce((sum, step) => sum + step, 0);
}
