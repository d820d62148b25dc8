import type { PhaseTime } from '@taskweave/contracts';
import { metrics } from '@taskweave/telemetry';

/** Steps whose time the share of waiting is of. */
const WINDOW = 20;

/** Metrics of the steps that a trainer takes. */
export class StepMetrics {
  readonly #run: Record<string, string>;
  /** Attributes by phase, made once: a step is a matter of milliseconds. */
  readonly #phases = new Map<string, Record<string, string>>();
  readonly #recent: { waited: number; seconds: number }[] = [];

  /** @param run the training's name */
  constructor(run: string) {
    this.#run = { [metrics.RUN]: run };
  }

  /**
   * @param seconds wall time of the step
   * @param examples images of its weight pass
   */
  step(seconds: number, examples: number, phases: readonly PhaseTime[]): void {
    metrics.stepDuration.record(seconds, this.#run);
    metrics.images.add(examples, this.#run);
    this.#record(phases);
    const waits = phases.filter(({ phase }) => phase === 'data-wait');
    this.#recent.push({ waited: sum(waits.map((wait) => wait.seconds)), seconds });
    if (this.#recent.length > WINDOW) this.#recent.shift();
    const whole = sum(this.#recent.map((one) => one.seconds));
    metrics.dataWaitRatio.record(sum(this.#recent.map(({ waited }) => waited)) / whole, this.#run);
  }

  checkpoint(phases: readonly PhaseTime[]): void {
    this.#record(phases);
  }

  #record(phases: readonly PhaseTime[]): void {
    for (const { phase, seconds } of phases) {
      let attributes = this.#phases.get(phase);
      if (attributes === undefined) {
        attributes = { ...this.#run, [metrics.PHASE]: phase };
        this.#phases.set(phase, attributes);
      }
      metrics.phaseDuration.record(seconds, attributes);
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
