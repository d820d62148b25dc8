import { listCheckpoints } from '@taskweave/checkpoints';
import { TaskweaveError } from '@taskweave/common';
import type { RunPlan } from '@taskweave/spec';
import {
  buildSupernet,
  initialSlots,
  initialWeights,
  type InitialWeights,
  type Supernet,
} from '@taskweave/supernet';
import type { TrainingFolder } from '../run/run-folder.js';
import { initialSources, readInitialFile, type InitialFile } from './initial-files.js';
import { storeWeights } from './store-weights.js';

/** A file that a run started from. */
export interface InitialFileRecord {
  /** The field of the spec, e.g. `tasks[1].initialWeights`. */
  readonly field: string;
  /** Absolute. */
  readonly file: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** How its names were recognised. */
  readonly format: string;
  /** How many parameters it gave. */
  readonly parameters: number;
  /** How many of its tensors belong to nothing that was wanted, such as fusion nodes or other tasks' networks. */
  readonly unused: number;
}

/** What the training of a run started from, where that is not chance alone. */
export interface InitialWeightsRecord {
  readonly files: readonly InitialFileRecord[];
  /** Names of the parameters that no file says anything of. */
  readonly random: readonly string[];
}

/** A training, and whether it is the run's own: a baseline beside it takes networks from files, but no fusion nodes. */
export interface InitialTraining {
  readonly plan: RunPlan;
  readonly own: boolean;
}

/**
 * Reads what a spec says to start from and imports it into every training, as a check. All are of the same spec but for
 * their methods.
 *
 * @returns what there is to say of the first; nothing when the spec names no files
 * @throws TaskweaveError whatever is wrong with a file, naming the field
 */
export async function checkInitialWeights(
  trainings: readonly InitialTraining[],
): Promise<InitialWeightsRecord | undefined> {
  const files = await readFiles(trainings[0]!.plan);
  if (files.length === 0) return undefined;
  const records = trainings.map((training) => describe(files, importFiles(training, files).weights));
  return records[0];
}

/**
 * Gives a training that has not begun the weights to start from, as a checkpoint of no steps. So nothing but this first
 * beginning ever needs the files.
 *
 * @param recorded what the run's record says of the files
 * @throws TaskweaveError `RUN_NOT_RESUMABLE` when a file is not what it was when the run was started
 */
export async function storeInitialWeights(
  { checkpoints }: TrainingFolder,
  run: string,
  training: InitialTraining,
  recorded: InitialWeightsRecord | undefined,
): Promise<void> {
  const { plan } = training;
  if (initialSources(plan.spec).length === 0 || (await listCheckpoints(checkpoints)).length > 0) return;
  const files = await readFiles(plan);
  refuseOthers(files, recorded);
  const { supernet, weights } = importFiles(training, files);
  await storeWeights(checkpoints, run, plan, {
    weights: weights.parameters,
    optimizer: initialSlots(supernet.parameters),
  });
}

/**
 * Makes sure that a run which goes on finds the files that its trainings still need.
 *
 * @param trainings those of the run, with their folders
 * @throws TaskweaveError as {@link checkInitialWeights} and {@link storeInitialWeights}
 */
export async function recheckInitialWeights(
  trainings: readonly (InitialTraining & { readonly folder: TrainingFolder })[],
  recorded: InitialWeightsRecord | undefined,
): Promise<void> {
  const waiting: InitialTraining[] = [];
  for (const training of trainings) {
    if ((await listCheckpoints(training.folder.checkpoints)).length === 0) waiting.push(training);
  }
  if (waiting.length === 0) return;
  const files = await readFiles(waiting[0]!.plan);
  refuseOthers(files, recorded);
  for (const training of waiting) importFiles(training, files);
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

function refuseOthers(files: readonly InitialFile[], recorded: InitialWeightsRecord | undefined): void {
  for (const [index, { source, path, sha256 }] of files.entries()) {
    const expected = recorded?.files[index]?.sha256;
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
