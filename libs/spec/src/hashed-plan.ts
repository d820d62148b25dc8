import type { Json } from '@taskweave/common';
import type { RunPlan } from './run-plan.js';

/**
 * What checkpoints are matched with runs by: the spec and the method, but for what changes no bit of a training and came
 * later than runs that should still be resumed.
 */
export function hashedPlan({ spec, method }: RunPlan): Json {
  const evaluation: Partial<typeof spec.evaluation> = { ...spec.evaluation };
  delete evaluation.pictures;
  return { spec: { ...spec, evaluation } as unknown as Json, method };
}
