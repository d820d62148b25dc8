import { TaskweaveError } from '@taskweave/common';
import { findRun, listRuns, nameOfRun, type RunFolder, runNamed } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFinishedRun, type FinishedRun } from './finished-run.js';

/** The runs that a user wants compared. */
export interface FoundRuns {
  readonly runs: readonly FinishedRun[];
  /** Unfinished or damaged runs of a folder, which are left out; why, with their names. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the runs to compare. A run named itself must be completed; of a folder of runs, such as a sweep, those are taken
 * that are.
 *
 * @param names names within `output` or paths, of runs or of folders of runs
 * @throws TaskweaveError `RUN_NOT_FOUND`, `RUN_NOT_FINISHED`, `FILE_MISSING`, `FILE_DAMAGED`, naming the run
 */
export function findFinished(names: readonly string[], output: string): FoundRuns {
  const runs = new Map<string, FinishedRun>();
  const leftOut: string[] = [];
  for (const name of names) {
    const single = runNamed(name, output);
    const folder = single === undefined ? folderOfRuns(name, output) : undefined;
    if (folder === undefined) {
      const run = single ?? findRun(name, output);
      runs.set(run.path, readFinishedRun(run));
      continue;
    }
    for (const run of folder.runs) {
      const found = tryRead(run, nameOfRun(run, folder.path));
      if (typeof found === 'string') leftOut.push(found);
      else runs.set(run.path, found);
    }
  }
  if (runs.size === 0) throw noneFinished(names, leftOut);
  return { runs: [...runs.values()], leftOut };
}

function folderOfRuns(name: string, output: string): { path: string; runs: RunFolder[] } | undefined {
  const path = [join(output, name), name].find((one) => name !== '' && existsSync(one));
  if (path === undefined) return undefined;
  const runs = listRuns(path);
  return runs.length === 0 ? undefined : { path, runs };
}

function tryRead(run: RunFolder, name: string): FinishedRun | string {
  try {
    return readFinishedRun(run);
  } catch (thrown) {
    const { message, found } = TaskweaveError.from(thrown);
    return `${name} is left out: ${found ?? message}`;
  }
}

function noneFinished(names: readonly string[], leftOut: readonly string[]): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_FINISHED',
    message: 'None of these runs is completed, so there is nothing to compare.',
    subject: names.join(', '),
    found: leftOut.join('; '),
    expected: 'at least one completed run',
  });
}
