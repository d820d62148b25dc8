import type { TaskweaveError } from '@taskweave/common';
import type { RunResult, StepLine } from '@taskweave/runs';
import type { Sweep, SweepRun } from '@taskweave/spec';
import type { RunEvents } from '../run/run-events.js';
import { describeScores } from '../run/score-text.js';
import { secondsLeft } from '../sweep/eta.js';
import type { OtherRuns, SweepObserver } from '../sweep/run-sweep.js';
import { formatDuration } from './format.js';
import { Progress } from './progress.js';

/** Shows how a sweep goes on: a line for each run, and the running one's steps with the time that all still take. */
export class SweepScreen implements SweepObserver {
  readonly #runs: readonly SweepRun[];
  readonly #quiet: boolean;
  #progress: Progress | undefined;

  /** @param quiet says nothing */
  constructor({ runs }: Sweep, quiet: boolean) {
    this.#runs = runs;
    this.#quiet = quiet;
  }

  /** Prints a line above the one that is rewritten. */
  print(text: string): void {
    if (this.#quiet) return;
    if (this.#progress !== undefined) this.#progress.print(text);
    else process.stderr.write(`${text}\n`);
  }

  onSkip(run: SweepRun): void {
    this.print(`${this.#place(run)}: completed before`);
  }

  onRun(run: SweepRun, events: RunEvents, { finished, stepsWaiting }: OtherRuns): void {
    this.print(this.#place(run));
    if (this.#quiet) return;
    const { steps } = run.spec;
    const after = ({ step, stepsPerSecond }: StepLine): string => {
      const current = { stepsLeft: steps - step - 1, stepsPerSecond };
      const seconds = secondsLeft({ finished, current, stepsWaiting });
      return seconds === undefined ? '' : `sweep ETA ${formatDuration(seconds)}`;
    };
    this.#progress = new Progress(events, { stream: process.stderr, steps, after, terse: true });
  }

  onFinish(run: SweepRun, { test, seconds }: RunResult): void {
    this.print(`${this.#place(run)}: ${describeScores(test.discrete)}, ${formatDuration(seconds)}`);
    this.#progress = undefined;
  }

  onFailure(run: SweepRun, { code, message }: TaskweaveError): void {
    this.print(`${this.#place(run)}: failed with ${code}: ${message}`);
    this.#progress = undefined;
  }

  /** `run 3/12 soft-seed-1`. */
  #place(run: SweepRun): string {
    return `run ${this.#runs.indexOf(run) + 1}/${this.#runs.length} ${run.name}`;
  }
}
