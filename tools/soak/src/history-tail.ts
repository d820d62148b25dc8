import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** More than the longest line. */
const TAIL_BYTES = 16_384;

/** The last whole line of a file of lines; undefined while there is none. Does not read the rest. */
export function lastLine(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString('utf8');
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.at(-2);
  } finally {
    closeSync(file);
  }
}
