import { TaskweaveError } from '@taskweave/common';
import { resolve } from 'node:path';
import type { ListedFile } from './example.js';
import { readInRoot } from './file-in-root.js';

/** A line of a file, without its end. */
export interface Line {
  readonly text: string;
  /** `<file>, line <number>`. */
  readonly at: string;
}

/**
 * The lines of a text file that are not blank.
 *
 * @throws TaskweaveError `FILE_MISSING`, or `DATA_INVALID` when it is not UTF-8 or has no line
 */
export async function readLines(root: string, file: ListedFile): Promise<Line[]> {
  const bytes = await readInRoot(resolve(root), file);
  const refuse = (found: string, expected: string): TaskweaveError =>
    new TaskweaveError({
      code: 'DATA_INVALID',
      message: 'A list of examples cannot be read.',
      subject: file.path,
      found,
      expected,
    });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('bytes that are no text', 'text in UTF-8');
  }
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ text: line, at: `${file.path}, line ${i + 1}` }))
    .filter((line) => line.text.trim() !== '');
  if (lines.length === 0) throw refuse('no lines', 'one line per example');
  return lines;
}
