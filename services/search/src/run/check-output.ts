import { notWritable } from '@taskweave/runs';
import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Makes sure, before anything is computed, that files can be written into a folder, which need not be there yet.
 * Leaves no trace of having tried.
 *
 * @param option of the command line that says where to write
 * @param named what the user named, where that is something in the folder
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export function checkOutputFolder(folder: string, option?: string, named = folder): void {
  let existing = resolve(folder);
  try {
    while (!existsSync(existing)) existing = dirname(existing);
    if (!statSync(existing).isDirectory()) throw refusal('ENOTDIR');
    rmdirSync(mkdtempSync(join(existing, '.taskweave-')));
  } catch (cause) {
    throw notWritable(existing === resolve(named) ? named : `${named} (below ${existing})`, cause, option);
  }
}

/**
 * The same of a file in a folder that is there; one that exists would be replaced, a device written to.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export function checkOutputFile(file: string, option: string): void {
  const folder = dirname(resolve(file));
  try {
    if (!existsSync(folder)) throw refusal('ENOENT');
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw refusal('EISDIR');
    if (there !== undefined) return accessSync(file, constants.W_OK);
  } catch (cause) {
    throw notWritable(file, cause, option);
  }
  checkOutputFolder(folder, option, file);
}

function refusal(code: string): Error {
  return Object.assign(new Error(), { code });
}
