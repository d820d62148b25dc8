import { PHASES, Trial, type PhaseSeconds } from './trial.js';
import { TrialBatches } from './trial-batches.js';
import type { PlannedRun } from './with-plan.js';

/** The first steps allocate memory and fill the queue of batches. */
const WARM_UP = 3;
const STEPS = 5;

/**
 * Takes some steps of a run that is planned, from the weights it would begin with, and forgets them.
 *
 * @returns the median over the steps of each phase's time
 */
export async function rehearseSteps({ plan, services }: PlannedRun): Promise<PhaseSeconds> {
  const trial = await Trial.open(plan, new TrialBatches(services, plan));
  const taken: PhaseSeconds[] = [];
  try {
    for (let step = 0; step < WARM_UP + STEPS; step++) taken.push(await trial.step());
  } finally {
    await trial.close();
  }
  const measured = taken.slice(WARM_UP);
  const median = (seconds: number[]): number => seconds.sort((a, b) => a - b)[Math.floor(STEPS / 2)]!;
  return Object.fromEntries(
    PHASES.map((phase) => [phase, median(measured.map((seconds) => seconds[phase]))]),
  ) as PhaseSeconds;
}
