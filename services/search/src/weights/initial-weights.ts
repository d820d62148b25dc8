import { listCheckpoints } from '@taskweave/checkpoints';
import type { TrainingFolder } from '@taskweave/runs';
import type { InitialWeightsRecord } from '@taskweave/runs';
import { startWorker } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import { currentTraceparent } from '@taskweave/telemetry';
import type { ImportMethods } from './import-worker.js';
import { initialSources } from './initial-sources.js';

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
  if (initialSources(trainings[0]!.plan.spec).length === 0) return undefined;
  return inWorker((call) => call('check', trainings, undefined));
}

/**
 * Makes sure that a run which goes on finds the files that its trainings still need.
 *
 * @param trainings those of the run, with their folders
 * @param recorded what the run's record says of the files
 * @throws TaskweaveError `RUN_NOT_RESUMABLE` when a file is not what it was when the run was started; and as
 *   {@link checkInitialWeights}
 */
export async function recheckInitialWeights(
  trainings: readonly (InitialTraining & { readonly folder: TrainingFolder })[],
  recorded: InitialWeightsRecord | undefined,
): Promise<void> {
  const waiting: InitialTraining[] = [];
  for (const { plan, own, folder } of trainings) {
    if (!(await hasBegun(folder))) waiting.push({ plan, own });
  }
  if (waiting.length === 0 || initialSources(waiting[0]!.plan.spec).length === 0) return;
  await inWorker((call) => call('check', waiting, recorded ?? { files: [], random: [] }));
}

/**
 * Gives a training that has not begun the weights to start from, as a checkpoint of no steps. So nothing but this first
 * beginning ever needs the files.
 *
 * @param recorded what the run's record says of the files
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`; and as {@link recheckInitialWeights}
 */
export async function storeInitialWeights(
  folder: TrainingFolder,
  run: string,
  training: InitialTraining,
  recorded: InitialWeightsRecord | undefined,
): Promise<void> {
  if (initialSources(training.plan.spec).length === 0 || (await hasBegun(folder))) return;
  const to = { folder: folder.checkpoints, run, traceparent: currentTraceparent() };
  await inWorker((call) => call('store', training, recorded ?? { files: [], random: [] }, to));
}

async function hasBegun({ checkpoints }: TrainingFolder): Promise<boolean> {
  return (await listCheckpoints(checkpoints)).length > 0;
}

/** Files may be large, and this thread has others to answer. */
async function inWorker<T>(
  use: (call: ReturnType<typeof startWorker<ImportMethods>>['call']) => Promise<T>,
): Promise<T> {
  const worker = startWorker<ImportMethods>('@taskweave/search/import-worker');
  try {
    return await use(worker.call);
  } finally {
    await worker.stop();
  }
}
