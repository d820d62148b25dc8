import { TaskweaveError } from '@taskweave/common';
import { listCheckpoints, readCheckpoint } from '@taskweave/checkpoints';
import { notWritable, readHistory, stepsCovered, type TrainingFolder } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';

/** Where a training goes on. */
export interface ResumePoint {
  /** Steps done. */
  readonly step: number;
  /** Folder of the checkpoint; undefined at step 0. */
  readonly checkpoint: string | undefined;
  /** Checkpoints that verify and are not newer, oldest first. */
  readonly checkpoints: readonly { readonly step: number; readonly folder: string }[];
  /** Newer checkpoints, which will be written again. */
  readonly ahead: readonly string[];
  /** Checkpoints that do not verify. */
  readonly damaged: readonly { readonly folder: string; readonly error: TaskweaveError }[];
}

/**
 * Finds the newest checkpoint that verifies. One whose last step reports did not reach the history, because the process
 * was killed in between, is passed over for one before it, or for the beginning if there has been none: the history then
 * becomes that of an unbroken run. Only where an earlier one is damaged, or the history is missing as a whole, the training
 * goes on from a checkpoint ahead of its history, rather than be lost.
 *
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` when there are checkpoints, but none that verifies
 */
export async function findResumePoint({ checkpoints, history }: TrainingFolder): Promise<ResumePoint> {
  const sound: { step: number; folder: string }[] = [];
  const damaged: { folder: string; error: TaskweaveError }[] = [];
  for (const folder of await listCheckpoints(checkpoints)) {
    try {
      sound.push({ step: (await readCheckpoint(folder)).manifest.step, folder });
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      if (error.code !== 'CHECKPOINT_DAMAGED') throw error;
      damaged.push({ folder, error });
    }
  }
  if (sound.length === 0 && damaged[0] !== undefined) throw noneLeft(damaged[0].error, damaged.length);
  const covered = stepsCovered(readHistory(history));
  const told = (step: number): boolean => step <= covered;
  const lostOne = !existsSync(history) || damaged.some(({ folder }) => told(stepOf(folder)));
  const chosen = sound.find(({ step }) => told(step)) ?? (lostOne ? sound[0] : undefined);
  if (chosen === undefined) {
    const ahead = sound.map(({ folder }) => folder);
    return { step: 0, checkpoint: undefined, checkpoints: [], ahead, damaged };
  }
  return {
    step: chosen.step,
    checkpoint: chosen.folder,
    checkpoints: sound.filter(({ step }) => step <= chosen.step).reverse(),
    ahead: sound.filter(({ step }) => step > chosen.step).map(({ folder }) => folder),
    damaged,
  };
}

/** Leaves only the checkpoints up to a resume point in place; damaged ones are kept for inspection under another name. */
export async function rewindTo({ ahead, damaged }: ResumePoint): Promise<void> {
  for (const folder of ahead) await rm(folder, { recursive: true, force: true });
  for (const { folder } of damaged) {
    const aside = `${folder}.damaged`;
    try {
      await rm(aside, { recursive: true, force: true });
      await rename(folder, aside);
    } catch (cause) {
      throw notWritable(aside, cause);
    }
  }
}

/** By its name, as a damaged one may tell nothing else. */
function stepOf(folder: string): number {
  return Number(basename(folder).replace(/^step-/, ''));
}

function noneLeft(newest: TaskweaveError, count: number): TaskweaveError {
  const message =
    count === 1
      ? `The only checkpoint is damaged. ${newest.message}`
      : `All ${count} checkpoints are damaged. ${newest.message}`;
  return new TaskweaveError(
    { ...newest.toDetails(), message, action: 'Restore the file from a copy, or start the search again.' },
    { cause: newest },
  );
}
