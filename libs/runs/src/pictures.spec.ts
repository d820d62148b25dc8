import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  listPictures,
  picturesAreKept,
  picturesFolder,
  readPictures,
  writePictures,
  type DrawnExample,
} from './pictures.js';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-'));
  folder = join(parent, 'pictures');
});
afterEach(() => rmSync(parent, { recursive: true }));

const png = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const EXAMPLE: DrawnExample = {
  image: png(1),
  tasks: [
    { task: 'parts', kind: 'segmentation', truth: png(2), prediction: png(3) },
    {
      ...{ task: 'scene', kind: 'classification', truth: png(4), prediction: png(5) },
      ...{ truthText: 'hall', predictionText: 'attic' },
    },
  ],
};
const TIMES = { steps: 100, evaluation: { every: 1 } };
const write = (step: number): Promise<void> => writePictures(folder, step, [EXAMPLE], TIMES);

it('keeps all of a few evaluations, and at most 20 spread ones of many with the last', () => {
  const kept = (steps: number, every: number) =>
    Array.from({ length: steps }, (_, i) => i + 1).filter((step) =>
      picturesAreKept(step, { steps, evaluation: { every } }),
    );
  expect(kept(100, 30)).toEqual([30, 60, 90, 100]);
  expect(kept(100, 0)).toEqual([100]);
  expect(kept(1000, 10)).toHaveLength(20);
  expect(kept(99_999, 1).length).toBeLessThanOrEqual(21);
});

it('reads what it wrote, files beside their record', async () => {
  await write(5);
  expect(listPictures(folder)).toEqual([5]);
  expect(readPictures(folder, 5)).toMatchObject({ step: 5, network: 'discrete' });
  const { image, tasks } = readPictures(folder, 5).examples[0]!;
  expect(tasks[1]).toMatchObject({ task: 'scene', truthText: 'hall', predictionText: 'attic' });
  expect(tasks[0]).not.toHaveProperty('truthText');
  const files = [image, ...tasks.flatMap(({ truth, prediction }) => [truth, prediction])];
  const bytes = files.map((file) => readFileSync(join(picturesFolder(folder, 5), file))[0]);
  expect(bytes).toEqual([1, 2, 3, 4, 5]);
});

it('leaves the same folders in whatever order evaluations are done, and nothing half written', async () => {
  mkdirSync(join(folder, 'step-00000003.unfinished'), { recursive: true });
  for (const step of [100, 7, 5, 6, 10]) await write(step);
  expect(readdirSync(folder).sort()).toEqual(['step-00000005', 'step-00000010', 'step-00000100']);
});

it('keeps the newest for now', async () => {
  for (const step of [5, 6, 7]) await write(step);
  expect(listPictures(folder)).toEqual([5, 7]);
});

it('says when they cannot be written or read, and leaves nothing behind', async () => {
  writeFileSync(folder, '');
  await expect(write(5)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  rmSync(folder);
  expect(listPictures(folder)).toEqual([]);
  expect(() => readPictures(folder, 5)).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }));
  await write(5);
  writeFileSync(join(picturesFolder(folder, 5), 'pictures.json'), '{}');
  expect(() => readPictures(folder, 5)).toThrow(expect.objectContaining({ code: 'FILE_DAMAGED' }));
  expect(existsSync(`${picturesFolder(folder, 5)}.unfinished`)).toBe(false);
});
