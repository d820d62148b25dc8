import { TaskweaveError } from '@taskweave/common';
import { didYouMean } from '@taskweave/spec';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RunFolder } from './run-folder.js';

/** The folders of runs in `output`, by name; none when there is no such folder. */
export function listRuns(output: string): RunFolder[] {
  if (!existsSync(output)) return [];
  return readdirSync(output, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => new RunFolder(join(output, name)))
    .filter(({ exists }) => exists)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The run that a user means.
 *
 * @param run its name within `output`, or the path of its folder
 * @throws TaskweaveError `RUN_NOT_FOUND`, with the nearest name there is
 */
export function findRun(run: string, output: string): RunFolder {
  for (const path of [join(output, run), run]) {
    const folder = new RunFolder(path);
    if (run !== '' && folder.exists) return folder;
  }
  const names = listRuns(output).map(({ path }) => basename(path));
  throw new TaskweaveError({
    code: 'RUN_NOT_FOUND',
    message: `There is no run of this name in ${output}${didYouMean(run, names) || '.'}`,
    subject: 'RUN',
    found: run,
    expected:
      names.length === 0
        ? `a run in ${output}, which holds none`
        : `one of the ${names.length} runs in ${output}, or the path of a run`,
    action: 'List the runs with: taskweave runs',
  });
}
