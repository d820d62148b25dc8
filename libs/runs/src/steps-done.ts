import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseHistory } from './history.js';

/** Surely holds a line or two. */
const TAIL_BYTES = 32 * 1024;

/** Steps done by the end of a history, 0 when there is none; only the end is read. */
export function stepsDone(history: string): number {
  let file: number;
  try {
    file = openSync(history, 'r');
  } catch {
    return 0;
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const steps = buffer
      .toString('utf8')
      .split('\n')
      .map(parseHistory)
      .map((line) => (line === undefined ? 0 : line.kind === 'step' ? line.step + 1 : line.step));
    return Math.max(0, ...steps);
  } finally {
    closeSync(file);
  }
}
