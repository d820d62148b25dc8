import { specHash, writeCheckpoint } from '@taskweave/checkpoints';
import type { NamedTensor } from '@taskweave/common';
import { namedTensors, type HostTensors } from '@taskweave/engine';
import { hashedPlan, type RunPlan } from '@taskweave/spec';
import { CODE_VERSION } from '../run/code-version.js';

export interface WeightsToStore {
  readonly weights: HostTensors;
  /** Momentum slots, for a checkpoint that a training is to start from. */
  readonly optimizer?: HostTensors;
  /** Soft gates, one per edge, for a checkpoint to be scored; those of edges that are kept are above one half. */
  readonly gates?: readonly number[];
  /** W3C traceparent of what stores them. */
  readonly traceparent: string;
}

/**
 * Writes weights as a checkpoint of no steps, which the evaluator can score or a training start from.
 *
 * @returns the checkpoint's folder
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function storeWeights(
  folder: string,
  run: string,
  plan: RunPlan,
  { weights, optimizer, gates, traceparent }: WeightsToStore,
): Promise<string> {
  const { spec } = plan;
  return writeCheckpoint(folder, {
    info: {
      run,
      step: 0,
      specHash: specHash(hashedPlan(plan)),
      codeVersion: CODE_VERSION,
      dataCursor: { weights: 0, architecture: 0 },
      rng: { seed: spec.seed },
      traceparent,
      engine: spec.engine,
    },
    tensors: {
      weights: namedTensors(weights),
      ...(optimizer !== undefined && { optimizer: namedTensors(optimizer) }),
      ...(gates !== undefined && { architecture: architectureTensors(gates) }),
    },
  });
}

function architectureTensors(gates: readonly number[]): NamedTensor[] {
  const vectors = { soft_gates: gates, discrete_gates: gates.map((gate) => (gate > 0.5 ? 1 : 0)) };
  return Object.entries(vectors).map(([name, values]) => ({
    name,
    dtype: 'float64',
    shape: [values.length],
    data: Float64Array.from(values),
  }));
}
