import { TaskweaveError } from '@taskweave/common';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnfinished } from './durable-folder.js';

/** Name of the folder of a step; padded so that names sort like steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/** The step a folder name stands for, or undefined when it is no checkpoint's name. */
function stepOf(name: string): number | undefined {
  const digits = /^step-(\d{8,10})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Names in a folder; none when there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new TaskweaveError(
      {
        code: 'FILE_MISSING',
        message: `The folder of checkpoints ${folder} cannot be read.`,
        subject: folder,
        found: cause.code ?? cause.message,
        expected: 'a readable folder',
      },
      { cause },
    );
  });
}

/** Folders of checkpoints in `parent`, newest first, none of them verified; empty when there is no such folder. */
export async function listCheckpoints(parent: string): Promise<string[]> {
  return (await namesIn(parent))
    .filter((name) => stepOf(name) !== undefined)
    .sort((a, b) => stepOf(b)! - stepOf(a)!)
    .map((name) => join(parent, name));
}

/**
 * Removes all but the newest `keep` checkpoints, and what interrupted writes left behind. Call it after a successful
 * write only, when no other write to `parent` is under way.
 *
 * @param keep at least 1
 */
export async function pruneCheckpoints(parent: string, keep: number): Promise<void> {
  const old = (await listCheckpoints(parent)).slice(Math.max(1, keep));
  const unfinished = (await namesIn(parent)).filter(isUnfinished).map((name) => join(parent, name));
  for (const folder of [...old, ...unfinished]) await rm(folder, { recursive: true, force: true });
}
