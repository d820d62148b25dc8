import type { RunSpec } from '@taskweave/spec';

/**
 * Whether several trainers average their gradients in every step. They then take the same step, and their weights stay
 * the same; else each takes steps of its own between averages of weights.
 */
export function averagesGradients({ trainers }: Pick<RunSpec, 'trainers'>): boolean {
  return trainers.count > 1 && trainers.averageEvery === 1;
}

/** Whether gradients are added up in the engine's state before a step is taken by them, rather than in one program. */
export function accumulatesGradients(spec: Pick<RunSpec, 'data' | 'trainers'>): boolean {
  return spec.data.microBatches > 1 || averagesGradients(spec);
}
