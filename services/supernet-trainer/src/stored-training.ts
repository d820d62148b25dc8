import { TaskweaveError, type Json, type NamedTensor } from '@taskweave/common';
import { readCheckpoint, specHash, writeCheckpoint } from '@taskweave/checkpoints';
import type { GetStateResponse } from '@taskweave/contracts';
import { hostTensors, namedTensors } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { currentTraceparent } from '@taskweave/telemetry';
import { join } from 'node:path';
import type { TrainingTensors } from './trainer-core.js';

/** Version written into checkpoints; that of the root package. */
export const CODE_VERSION = '0.1.0';

export interface StoredTraining {
  /** Steps done: the step to go on with. */
  readonly step: number;
  readonly tensors: TrainingTensors;
  /** The architecture strategy's state; absent for a training without architect. */
  readonly architect?: Json;
}

/** Identifies what a checkpoint belongs to: the same spec trained by the same method. */
function planHash({ spec, method }: RunPlan): string {
  return specHash({ spec: spec as unknown as Json, method });
}

/** Alpha and what follows from it, as tensors that any tool can read. */
function architectureTensors({
  alpha,
  softGates,
  discreteGates,
  probabilities,
}: GetStateResponse): NamedTensor[] {
  const vectors = { alpha, soft_gates: softGates, discrete_gates: discreteGates, probabilities };
  return Object.entries(vectors).map(([name, values]) => ({
    name,
    dtype: 'float64',
    shape: [values.length],
    data: Float64Array.from(values),
  }));
}

/**
 * Writes everything needed to continue after `step` steps, atomically.
 *
 * @returns the checkpoint's folder
 * @throws TaskweaveError OUTPUT_NOT_WRITABLE
 */
export async function storeTraining(
  folder: string,
  run: string,
  plan: RunPlan,
  step: number,
  tensors: TrainingTensors,
  architect: GetStateResponse | undefined,
): Promise<string> {
  const { seed, engine } = plan.spec;
  const { id, device, threads } = engine;
  return writeCheckpoint(folder, {
    info: {
      run,
      step,
      specHash: planHash(plan),
      codeVersion: CODE_VERSION,
      dataCursor: { weights: step, architecture: step },
      rng: { seed },
      traceparent: currentTraceparent(),
      // What is recomputed makes no difference to the bits.
      engine: { id, device, threads },
    },
    tensors: {
      weights: namedTensors(tensors.weights),
      optimizer: namedTensors(tensors.optimizer),
      ...(architect !== undefined && { architecture: architectureTensors(architect) }),
    },
    ...(architect !== undefined && { json: { architect: JSON.parse(architect.stateJson) as Json } }),
  });
}

/**
 * Reads a checkpoint of this very run back.
 *
 * @throws TaskweaveError CHECKPOINT_DAMAGED, or RUN_NOT_RESUMABLE when it belongs to another spec
 */
export async function loadTraining(folder: string, plan: RunPlan): Promise<StoredTraining> {
  const { manifest, tensors, json } = await readCheckpoint(folder);
  const expected = planHash(plan);
  if (manifest.specHash !== expected) {
    throw new TaskweaveError({
      code: 'RUN_NOT_RESUMABLE',
      message: 'The checkpoint was written for another spec.',
      subject: join(folder, 'manifest.json'),
      found: `spec hash ${manifest.specHash.slice(0, 12)}`,
      expected: `spec hash ${expected.slice(0, 12)}`,
      action: 'Continue with the spec that the run was started with.',
    });
  }
  return {
    step: manifest.step,
    tensors: {
      weights: hostTensors(tensors['weights'] ?? []),
      optimizer: hostTensors(tensors['optimizer'] ?? []),
    },
    ...(json['architect'] !== undefined && { architect: json['architect'] }),
  };
}
