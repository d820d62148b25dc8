import { currentTraceparent, linkTo, metrics, rootSpan, withSpan } from '@taskweave/telemetry';

/** Phases of a step of a search with one trainer. */
const PHASES = ['data-wait', 'architecture-step', 'gate-update', 'data-wait', 'weight-step'] as const;
const TASKS = ['left', 'right'] as const;
const RUN = { [metrics.RUN]: 'bench' };

/** Names of the spans that one step begins and ends, sorted; of all services together. */
export const SPANS_OF_A_STEP = ['batch', 'batch', 'round', ...PHASES].sort();

/**
 * All that one step of a search on two tasks tells, and no step. Where a step tells more, this has to as well: a test
 * compares the spans with those of a search.
 */
export async function tellOfAStep(step: number): Promise<void> {
  const batches: string[] = [];
  for (const split of ['architecture', 'weights']) {
    const attributes = { 'taskweave.split': split, 'taskweave.batch.index': step };
    batches.push(await rootSpan('batch', attributes, () => currentTraceparent()));
  }
  await rootSpan('round', { ...RUN, 'taskweave.step': step }, async () => {
    for (const phase of PHASES) {
      await withSpan(phase, { 'taskweave.step': step }, () => {
        if (phase === 'data-wait') linkTo(batches.shift()!);
      });
    }
    metrics.stepDuration.record(0.01, RUN);
    metrics.images.add(8, RUN);
    for (const phase of PHASES) metrics.phaseDuration.record(0.002, { ...RUN, [metrics.PHASE]: phase });
    metrics.dataWaitRatio.record(0.01, RUN);
  });
  metrics.steps.add(1, RUN);
  metrics.runStep.record(step, RUN);
  metrics.learningRate.record(0.01, RUN);
  for (const task of TASKS) {
    for (const batch of ['weights', 'architecture']) {
      metrics.loss.record(0.7, { ...RUN, [metrics.TASK]: task, [metrics.BATCH]: batch });
    }
  }
  metrics.gateEntropy.record(0.5, RUN);
  metrics.edgesAboveHalf.record(2, RUN);
  metrics.temperature.record(0.5, RUN);
}
