import { float32 } from '@taskweave/engine';
import { raster, readImage } from '@taskweave/images';
import type { TaskDeclaration } from '@taskweave/spec';
import { taskKinds } from '@taskweave/tasks';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writePictures } from './write-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'taskweave-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TASKS = [
  { id: 'segmentation', kind: 'segmentation', outputs: 2 },
  { id: 'far', kind: 'depth', outputs: 1 },
] as const satisfies readonly TaskDeclaration[];
const outputs = new Map([
  ['segmentation', float32([1, 1, 2, 2], [3, 0, 0, 3])],
  ['far', float32([1, 1, 2, 1], [1, 2])],
]);
const picture = raster(8, 6, 3);

it('writes a picture per image and task in the size of the image, and one with everything', async () => {
  const out = join(folder, 'some', 'where');
  const images = ['a/photo.jpg', 'b/photo.png', 'c/other.x.png'].map((path) => ({ path, picture }));
  const written = await writePictures(out, TASKS, images, [outputs, outputs, outputs]);
  expect(readdirSync(out).sort()).toEqual([
    'other.x-far.png',
    'other.x-segmentation.png',
    'photo-2-far.png',
    'photo-2-segmentation.png',
    'photo-far.png',
    'photo-segmentation.png',
    'sheet.png',
  ]);
  const file = written.images[1]!.files.get('far')!;
  expect(file).toBe(join(out, 'photo-2-far.png'));
  const drawn = taskKinds.depth.drawOutput(outputs.get('far')!, 0, [6, 8], TASKS[1]);
  expect(await readImage(file)).toEqual(drawn);
  // Three columns of 8 x 6, enlarged twenty times, with gaps of 4.
  expect(await readImage(written.sheet)).toMatchObject({ width: 3 * 160 + 4 * 4, height: 3 * 120 + 4 * 4 });
});

it('tells of a folder that cannot be written', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  await expect(writePictures(path, TASKS, [], [])).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    action: expect.stringContaining('--out.') as string,
  });
});
