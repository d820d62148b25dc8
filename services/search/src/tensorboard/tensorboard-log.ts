import { TaskweaveError } from '@taskweave/common';
import {
  listPictures,
  picturesAreKept,
  type EvaluationLine,
  type RunFolder,
  type StepLine,
} from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { EventFile } from '@taskweave/tensorboard';
import type { StampedEvent } from '../run/run-events.js';
import { exampleValues } from './examples.js';
import { InOrder } from './in-order.js';
import { GateHistograms, scoreValues, stepValues } from './values.js';

/** About as many points as a curve has at most; a long run leaves some out. */
const MOST_POINTS = 20_000;
/** The same of histograms, of which TensorBoard shows 500. */
const MOST_HISTOGRAMS = 500;

/**
 * Writes what happens in a run to event files beside it, for TensorBoard. Points stand at the number of steps done. Whenever
 * the run goes on from an earlier step, TensorBoard is told to forget what was after it.
 */
export class TensorboardLog {
  readonly #folder: RunFolder;
  readonly #plan: RunPlan;
  readonly #warn: (message: string) => void;
  readonly #file: EventFile;
  readonly #gates: GateHistograms;
  readonly #evaluations: InOrder<{ readonly line: EvaluationLine; readonly time: number }>;
  /** Steps done when the last one of this session was told; undefined before the first. */
  #done: number | undefined;
  #warned = false;

  /** @param warn told once if events cannot be written */
  constructor(folder: RunFolder, plan: RunPlan, warn: (message: string) => void) {
    this.#folder = folder;
    this.#plan = plan;
    this.#warn = warn;
    this.#file = new EventFile(folder.tensorboard, { onProblem: (problem) => this.#problem(problem) });
    this.#gates = new GateHistograms(plan);
    this.#evaluations = new InOrder(plan.spec, (step, { line, time }) => this.#evaluation(step, line, time));
  }

  /** Takes an event of the run. Those of an earlier session are in an earlier file. */
  take({ time, event }: StampedEvent): void {
    if (event.kind === 'step' && time > 0) this.#step(event.line, time);
    if (event.kind === 'evaluation.done') {
      this.#evaluations.take(event.step, time > 0 ? { line: event.line, time } : undefined);
    }
    // A killed run goes on from here, in another file.
    if (event.kind === 'checkpoint.ready' && time > 0) void this.#file.flush();
  }

  /**
   * Takes the gates after a step.
   *
   * @param step counted from 0
   * @param probabilities in edge order; empty for what has no gates
   */
  takeGates(step: number, probabilities: readonly number[]): void {
    const values = this.#isTold(step, MOST_HISTOGRAMS) ? this.#gates.values(probabilities) : [];
    if (values.length > 0) this.#file.add(step + 1, { kind: 'values', values });
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#evaluations.end();
    await this.#file.close();
  }

  #step(line: StepLine, time: number): void {
    const done = line.step + 1;
    if (this.#done === undefined || done <= this.#done) this.#file.add(done, { kind: 'start' }, time);
    this.#done = done;
    if (!this.#isTold(line.step, MOST_POINTS)) return;
    this.#file.add(done, { kind: 'values', values: stepValues(line) }, time);
  }

  #evaluation(step: number, { scores }: EvaluationLine, time: number): void {
    this.#file.add(step, { kind: 'values', values: scoreValues(scores) }, time);
    const { pictures } = this.#folder;
    if (!picturesAreKept(step, this.#plan.spec)) return;
    try {
      if (!listPictures(pictures).includes(step)) return;
      this.#file.add(step, { kind: 'values', values: exampleValues(pictures, step) }, time);
    } catch (problem) {
      this.#problem(problem);
    }
  }

  #isTold(step: number, most: number): boolean {
    const { steps } = this.#plan.spec;
    return step % Math.ceil(steps / most) === 0 || step === steps - 1;
  }

  #problem(problem: unknown): void {
    if (!this.#warned)
      this.#warn(`TensorBoard is not told everything: ${TaskweaveError.from(problem).message}`);
    this.#warned = true;
  }
}
