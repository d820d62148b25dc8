import type { PhaseTime, Timing } from '@taskweave/contracts';
import { currentTraceparent, withSpan } from '@taskweave/telemetry';

/** What the time of a step goes to; spans are called the same. */
export type Phase =
  'data-wait' | 'architecture-step' | 'gate-update' | 'weight-step' | 'all-reduce' | 'checkpoint';

/** Takes the time of what a piece of work consists of. The work begins when its clock is made. */
export class PhaseClock {
  readonly #began = Date.now();
  readonly #start = performance.now();
  readonly #phases: PhaseTime[] = [];

  /** Does a part of the work in a span of its own. Parts that fail are left out. */
  async time<T>(phase: Phase, step: number, part: () => Promise<T>): Promise<T> {
    return withSpan(phase, { 'taskweave.step': step }, async () => {
      const start = this.#seconds();
      const done = await part();
      this.#phases.push({ phase, start, seconds: this.#seconds() - start });
      return done;
    });
  }

  /** What there is to tell so far. Belongs to the span that is active. */
  timing(trainer: string): Timing {
    const phases = [...this.#phases].sort((a, b) => a.start - b.start);
    return { trainer, began: this.#began, phases, traceparent: currentTraceparent() };
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}
