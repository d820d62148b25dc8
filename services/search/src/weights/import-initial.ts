/** What is done in the worker thread; see `initial-weights.ts` for the side that asks. */
import { TaskweaveError } from '@taskweave/common';
import type { InitialWeightsRecord } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import {
  buildSupernet,
  initialSlots,
  initialWeights,
  type InitialWeights,
  type Supernet,
} from '@taskweave/supernet';
import { readInitialFile, type InitialFile } from './initial-files.js';
import { initialSources } from './initial-sources.js';
import type { InitialTraining } from './initial-weights.js';
import { storeWeights } from './store-weights.js';

/** Where the weights to start from go to. */
export interface ImportTarget {
  /** Folder of checkpoint folders. */
  readonly folder: string;
  readonly run: string;
  /** W3C traceparent, for the checkpoint's manifest. */
  readonly traceparent: string;
}

/**
 * Reads files once and imports them into every training, which are of one spec.
 *
 * @param recorded what was found before; absent: anything that fits is right
 * @returns what there is to say of the first training
 */
export async function checkImport(
  trainings: readonly InitialTraining[],
  recorded: InitialWeightsRecord | undefined,
): Promise<InitialWeightsRecord> {
  const files = await readFiles(trainings[0]!.plan);
  if (recorded !== undefined) refuseOthers(files, recorded);
  const records = trainings.map((training) => describe(files, importFiles(training, files).weights));
  return records[0]!;
}

/** Imports files into a training and stores it as a checkpoint of no steps. */
export async function storeImport(
  training: InitialTraining,
  recorded: InitialWeightsRecord,
  { folder, run, traceparent }: ImportTarget,
): Promise<void> {
  const files = await readFiles(training.plan);
  refuseOthers(files, recorded);
  const { supernet, weights } = importFiles(training, files);
  await storeWeights(folder, run, training.plan, {
    weights: weights.parameters,
    optimizer: initialSlots(supernet.parameters),
    traceparent,
  });
}

async function readFiles({ spec }: RunPlan): Promise<InitialFile[]> {
  const files: InitialFile[] = [];
  for (const source of initialSources(spec)) files.push(await readInitialFile(source));
  return files;
}

function importFiles(
  { plan, own }: InitialTraining,
  files: readonly InitialFile[],
): { supernet: Supernet; weights: InitialWeights } {
  const supernet = buildSupernet(plan);
  return { supernet, weights: initialWeights(supernet, files, { seed: plan.spec.seed, fusion: own }) };
}

function describe(files: readonly InitialFile[], { taken, random }: InitialWeights): InitialWeightsRecord {
  return {
    files: files.map(({ source, path, sha256 }, index) => {
      const { format, parameters, unused } = taken[index]!;
      return { field: source.field, file: path, sha256, format, parameters, unused: unused.length };
    }),
    random,
  };
}

function refuseOthers(files: readonly InitialFile[], recorded: InitialWeightsRecord): void {
  for (const [index, { source, path, sha256 }] of files.entries()) {
    const expected = recorded.files[index]?.sha256;
    if (sha256 === expected) continue;
    throw new TaskweaveError({
      code: 'RUN_NOT_RESUMABLE',
      message: 'A file that the run is to start from has changed since the run was started.',
      subject: `${source.field}, ${path}`,
      found: `SHA-256 ${sha256}`,
      expected: `SHA-256 ${expected ?? 'in the record of the run'}`,
      action: 'Put the file back that was there, or start a new run.',
    });
  }
}
