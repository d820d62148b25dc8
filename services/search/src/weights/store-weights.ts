import { specHash, writeCheckpoint } from '@taskweave/checkpoints';
import type { Json, NamedTensor } from '@taskweave/common';
import { namedTensors } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import type { ImportedWeights } from '@taskweave/supernet';
import { currentTraceparent } from '@taskweave/telemetry';
import { CODE_VERSION } from '../run/code-version.js';

/**
 * Writes imported weights as a checkpoint of no steps, which the evaluator can score.
 *
 * @param gates soft gates, one per edge; those of edges that are kept are above one half
 * @returns the checkpoint's folder
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function storeWeights(
  folder: string,
  plan: RunPlan,
  weights: ImportedWeights,
  gates: readonly number[],
): Promise<string> {
  const { spec, method } = plan;
  const vector = (name: string, values: readonly number[]): NamedTensor => ({
    name,
    dtype: 'float64',
    shape: [values.length],
    data: Float64Array.from(values),
  });
  return writeCheckpoint(folder, {
    info: {
      run: spec.name,
      step: 0,
      specHash: specHash({ spec: spec as unknown as Json, method }),
      codeVersion: CODE_VERSION,
      dataCursor: { weights: 0, architecture: 0 },
      rng: { seed: spec.seed },
      traceparent: currentTraceparent(),
      engine: spec.engine,
    },
    tensors: {
      weights: namedTensors(weights.parameters),
      architecture: [
        vector('soft_gates', gates),
        vector(
          'discrete_gates',
          gates.map((gate) => (gate > 0.5 ? 1 : 0)),
        ),
      ],
    },
  });
}
