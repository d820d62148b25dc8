import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../augment/augmentation.js';
import type { DecodeRequest } from '../decode-example.js';
import { newFolder, png, writeIn } from '../testing.js';
import { DecodePool } from './decode-pool.js';

let root: string;
beforeAll(async () => {
  root = await newFolder();
  for (let i = 0; i < 6; i++)
    await writeIn(
      root,
      `${i}.png`,
      png(3 + i, 2, () => [i, i, i]),
    );
  await writeIn(
    root,
    'big.png',
    png(1200, 1200, (y, x) => [(x * y) % 256, x % 256, y % 256]),
  );
});
afterAll(() => rm(root, { recursive: true }));

function request(path: string): DecodeRequest {
  return {
    decoding: { root, tasks: [], augmentation: NO_AUGMENTATION, mean: [0, 0, 0], deviation: [1, 1, 1] },
    example: { image: { path, listedAt: 'list, line 1' }, labels: {} },
    index: 0,
    tasks: [],
    draw: undefined,
  };
}

describe('DecodePool', () => {
  it.each([1, 4])('answers each request with its own example, in %i threads', async (size) => {
    const pool = new DecodePool(size);
    const decoded = await Promise.all([5, 0, 3, 1, 4, 2].map((i) => pool.decode(request(`${i}.png`))));
    expect(decoded.map(({ image }) => [image.width, image.data[0]])).toEqual(
      [5, 0, 3, 1, 4, 2].map((i) => [3 + i, i]),
    );
  });

  it('passes errors on as they are, and goes on', async () => {
    const pool = new DecodePool(1);
    const [bad, good] = await Promise.allSettled([
      pool.decode(request('none.png')),
      pool.decode(request('1.png')),
    ]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { code: 'FILE_MISSING', subject: 'list, line 1: none.png', exitCode: 2 },
    });
    expect(good.status).toBe('fulfilled');
  });

  it('leaves the thread of the caller free', async () => {
    const pool = new DecodePool(1);
    let done = false;
    let turns = 0;
    const decoding = pool.decode(request('big.png')).finally(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await decoding;
    // Decoding here would leave a turn for each read of the file and no more.
    expect(turns).toBeGreaterThan(100);
  });
});
