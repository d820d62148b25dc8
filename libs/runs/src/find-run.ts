import { TaskweaveError } from '@taskweave/common';
import { didYouMean } from '@taskweave/spec';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { RunFolder } from './run-folder.js';

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));
}

/** The folders of runs in `output` and in its sweeps, by name; none when there is no such folder. */
export function listRuns(output: string): RunFolder[] {
  return foldersIn(output)
    .map((path) => new RunFolder(path))
    .flatMap((folder) =>
      folder.exists ? [folder] : foldersIn(folder.path).map((path) => new RunFolder(path)),
    )
    .filter(({ exists }) => exists)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a run in `output` is called: `digits-20260131-120000`, or `ablation/soft-seed-1` in a sweep. */
export function nameOfRun({ path }: RunFolder, output: string): string {
  return relative(resolve(output), path).replaceAll('\\', '/');
}

/** The run that a name within `output`, or the path of a folder, stands for; `undefined` when there is none. */
export function runNamed(run: string, output: string): RunFolder | undefined {
  if (run === '') return undefined;
  return [join(output, run), run].map((path) => new RunFolder(path)).find(({ exists }) => exists);
}

/**
 * The run that a user means.
 *
 * @param run its name within `output`, or the path of its folder
 * @throws TaskweaveError `RUN_NOT_FOUND`, with the nearest name there is
 */
export function findRun(run: string, output: string): RunFolder {
  const found = runNamed(run, output);
  if (found !== undefined) return found;
  const names = listRuns(output).map((folder) => nameOfRun(folder, output));
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
