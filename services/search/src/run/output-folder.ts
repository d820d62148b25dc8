import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { notWritable } from './files.js';

/**
 * Makes sure that runs can be written below `output`, and leaves no trace of having tried.
 *
 * @param option of the command line that says where to write
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export function checkOutput(output: string, option?: string): void {
  const folder = resolve(output);
  let existing = folder;
  try {
    while (!existsSync(existing)) existing = dirname(existing);
    if (!statSync(existing).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    rmdirSync(mkdtempSync(join(existing, '.taskweave-')));
  } catch (cause) {
    throw notWritable(existing === folder ? folder : `${folder} (below ${existing})`, cause, option);
  }
}
