import { TaskweaveError, type Json, type NamedTensor } from '@taskweave/common';
import {
  blobNameOf,
  blobPath,
  downloadFolder,
  isBlobPath,
  readCheckpoint,
  specHash,
  uploadFolder,
  withBlobStore,
  withScratchFolder,
  writeCheckpoint,
  type Checkpoint,
} from '@taskweave/checkpoints';
import type { GetStateResponse } from '@taskweave/contracts';
import { hostTensors, namedTensors } from '@taskweave/engine';
import { hashedPlan, type RunPlan } from '@taskweave/spec';
import { currentTraceparent } from '@taskweave/telemetry';
import { basename, join } from 'node:path';
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
 * Writes everything needed to continue after `step` steps: it is there with all its files or not at all.
 *
 * @param folder that receives the checkpoint's folder: a path, or a name in the blob store
 * @returns the checkpoint's folder, of the same kind
 * @throws TaskweaveError OUTPUT_NOT_WRITABLE; for the blob store also CONFIG_INVALID and SERVICE_UNAVAILABLE
 */
export async function storeTraining(folder: string, ...training: TrainingToStore): Promise<string> {
  if (!isBlobPath(folder)) return writeTraining(folder, ...training);
  return withScratchFolder(async (scratch) => {
    const written = await writeTraining(scratch, ...training);
    const name = `${blobNameOf(folder)}/${basename(written)}`;
    return blobPath(await withBlobStore((store) => uploadFolder(store, written, name)));
  });
}

type TrainingToStore = [
  run: string,
  plan: RunPlan,
  step: number,
  tensors: TrainingTensors,
  architect: GetStateResponse | undefined,
];

async function writeTraining(
  folder: string,
  ...[run, plan, step, tensors, architect]: TrainingToStore
): Promise<string> {
  const { seed, engine } = plan.spec;
  const { id, device, threads } = engine;
  return writeCheckpoint(folder, {
    info: {
      run,
      step,
      specHash: specHash(hashedPlan(plan)),
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

/** Reads a checkpoint into memory, whichever way it got there. */
async function readStored(folder: string): Promise<Checkpoint> {
  if (!isBlobPath(folder)) return readCheckpoint(folder);
  return withScratchFolder(async (scratch) => {
    const name = blobNameOf(folder);
    const copy = join(scratch, basename(name));
    await withBlobStore((store) => downloadFolder(store, name, copy));
    return readCheckpoint(copy);
  });
}

/**
 * Reads a checkpoint of this very run back.
 *
 * @param folder a path, or a name in the blob store
 * @throws TaskweaveError CHECKPOINT_DAMAGED, or RUN_NOT_RESUMABLE when it belongs to another spec; for the blob store
 *   also FILE_MISSING, CONFIG_INVALID and SERVICE_UNAVAILABLE
 */
export async function loadTraining(folder: string, plan: RunPlan): Promise<StoredTraining> {
  const { manifest, tensors, json } = await readStored(folder);
  const expected = specHash(hashedPlan(plan));
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
