import { encodePng, type Raster } from '@taskweave/images';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fitImage } from './fit-image.js';

const folder = mkdtempSync(join(tmpdir(), 'taskweave-fit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, picture: Raster): string {
  const path = join(folder, name);
  writeFileSync(path, encodePng(picture));
  return path;
}

const colours: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };

it('leaves an image alone that fits', async () => {
  const path = written('same.png', colours);
  expect(await fitImage(path, { imageShape: [1, 2, 3] })).toEqual({ path, picture: colours });
});

it('makes colours grey, and says from what size it resized', async () => {
  const path = written('colours.png', colours);
  const { picture, resizedFrom } = await fitImage(path, { imageShape: [2, 4, 1] });
  expect(resizedFrom).toEqual([2, 1]);
  // 0.299 and 0.114 of 255, and a quarter and three quarters of the way.
  const row = [76, 64, 41, 29];
  expect(picture).toEqual({ width: 4, height: 2, channels: 1, data: Uint8Array.from([...row, ...row]) });
});

it('makes grey of 16 bits RGB of 8', async () => {
  const path = written('grey.png', { width: 1, height: 1, channels: 1, data: Uint16Array.of(257 * 9) });
  const { picture } = await fitImage(path, { imageShape: [1, 1, 3] });
  expect(picture.data).toEqual(Uint8Array.of(9, 9, 9));
});

it('refuses networks whose input is no picture, and files that are none', async () => {
  const path = written('any.png', colours);
  await expect(fitImage(path, { imageShape: [1, 2, 5] })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    found: '5 channels',
  });
  writeFileSync(path, encodePng(colours).subarray(0, 50));
  await expect(fitImage(path, { imageShape: [1, 2, 3] })).rejects.toMatchObject({
    code: 'DATA_INVALID',
    subject: path,
  });
});
