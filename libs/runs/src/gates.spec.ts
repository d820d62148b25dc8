import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GatesLog, gatesAreKept, readGates } from './gates.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'taskweave-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('keeps every step of a short search, and 2,000 or a few less of a long one with the last', () => {
  const kept = (steps: number) =>
    Array.from({ length: steps }, (_, i) => i).filter((i) => gatesAreKept(i, steps));
  expect(kept(2000)).toHaveLength(2000);
  expect(kept(2001)).toHaveLength(1001);
  expect(kept(100_000).length).toBeGreaterThan(1900);
  expect(kept(100_000).length).toBeLessThanOrEqual(2001);
  expect(kept(100_000).at(-1)).toBe(99_999);
});

it('is the same file after a stop: steps that are done again are dropped, and half a line', async () => {
  const path = join(folder, 'gates.jsonl');
  const append = async (from: number, to: number) => {
    const log = await GatesLog.open(path, from, 10);
    for (let step = from; step < to; step++) await log.append(step, [0.5, step / 3]);
  };
  await append(0, 7);
  appendFileSync(path, '{"step":7,"prob');
  await append(5, 10);
  const lines = readGates(path);
  expect(lines.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(lines[5]!.probabilities).toEqual([0.5, 1.6667]);
});

it('makes no file for what has no gates', async () => {
  const path = join(folder, 'gates.jsonl');
  const log = await GatesLog.open(path, 0, 10);
  await log.append(0, []);
  expect(readGates(path)).toEqual([]);
});
