import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { tensorBytes, type NamedTensor } from '@taskweave/common';
import { roomScenes } from './index.js';

const TASKS = ['segmentation', 'normals', 'depth', 'room'];
const SIZE = 32;
const open = (options: object = {}) =>
  roomScenes.open({ size: SIZE, trainSize: 50, validationSize: 10, testSize: 10, ...options });

function digest(tensors: readonly NamedTensor[]): string {
  const sum = createHash('sha256');
  for (const tensor of tensors) sum.update(tensor.name).update(tensorBytes(tensor));
  return sum.digest('hex').slice(0, 16);
}

describe('room-scenes', () => {
  it('declares its tasks, sizes and shapes', async () => {
    const dataSet = await roomScenes.open({});
    expect(dataSet.sizes).toEqual({ train: 4000, validation: 500, test: 500 });
    expect(dataSet.imageShape).toEqual([64, 64, 3]);
    const tensors = await (await open()).read('train', Uint32Array.of(7, 3), TASKS);
    expect(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
      { name: 'image', dtype: 'float32', shape: [2, SIZE, SIZE, 3] },
      { name: 'label/segmentation', dtype: 'int32', shape: [2, SIZE, SIZE] },
      { name: 'label/normals', dtype: 'float32', shape: [2, SIZE, SIZE, 3] },
      { name: 'label/depth', dtype: 'float32', shape: [2, SIZE, SIZE] },
      { name: 'label/room', dtype: 'int32', shape: [2] },
    ]);
  });

  it('never changes', async () => {
    // Scores are comparable only as long as the scenes stay what they are.
    const dataSet = await open();
    expect(digest(await dataSet.read('train', Uint32Array.of(0, 1, 49), TASKS))).toMatchInlineSnapshot(
      `"400134ff4a48a1df"`,
    );
    expect(digest(await dataSet.read('test', Uint32Array.of(0, 9), TASKS))).toMatchInlineSnapshot(
      `"4a86d92938672cae"`,
    );
  });

  it('reads the same scene alone, in a batch, in any order, from a part of any size', async () => {
    const one = await (await open()).read('train', Uint32Array.of(3), TASKS);
    const many = await (
      await open({ trainSize: 4 })
    ).read('train', Uint32Array.of(1, 3), [...TASKS].reverse());
    for (const tensor of one) {
      const other = many.find(({ name }) => name === tensor.name)!;
      expect(other.data.subarray(other.data.length / 2)).toEqual(tensor.data);
    }
  });

  it('shows other scenes in other parts', async () => {
    const dataSet = await open();
    const sums = await Promise.all(
      (['train', 'validation', 'test'] as const).map(async (part) =>
        digest(await dataSet.read(part, Uint32Array.of(0), [])),
      ),
    );
    expect(new Set(sums).size).toBe(3);
  });

  it('mirrors some scenes of a draw, and each the same way for the same draw', async () => {
    const dataSet = await open();
    const indices = Uint32Array.from({ length: 16 }, (_, i) => i);
    const plain = await dataSet.read('train', indices, ['depth']);
    const drawn = await dataSet.read('train', indices, ['depth'], { seed: 1, step: 5 });
    expect(digest(await dataSet.read('train', indices, ['depth'], { seed: 1, step: 5 }))).toBe(digest(drawn));
    const rows = (tensors: NamedTensor[], i: number) =>
      tensors.map(({ data }) => data.subarray((i * data.length) / 16, ((i + 1) * data.length) / 16));
    const same = [...indices].filter((i) => digestOf(rows(plain, i)) === digestOf(rows(drawn, i)));
    expect(same.length).toBeGreaterThan(2);
    expect(same.length).toBeLessThan(14);
    const other = await dataSet.read('train', indices, ['depth'], { seed: 2, step: 5 });
    expect(digest(other)).not.toBe(digest(drawn));
  });

  it('lets other work have its turn between scenes', async () => {
    let turns = 0;
    let reading = true;
    const others = (async () => {
      while (reading) {
        turns++;
        await nextTurn();
      }
    })();
    await (
      await open()
    ).read(
      'train',
      Uint32Array.from({ length: 12 }, (_, i) => i),
      TASKS,
    );
    reading = false;
    await others;
    expect(turns).toBeGreaterThanOrEqual(12);
  });

  it('refuses unknown tasks, examples and options', async () => {
    const dataSet = await open();
    await expect(dataSet.read('test', Uint32Array.of(0), ['edges'])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      found: 'edges',
      expected: TASKS.join(', '),
    });
    await expect(dataSet.read('test', Uint32Array.of(10), [])).rejects.toThrow(/no such example/);
    await expect(roomScenes.open({ size: 8 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

function digestOf(arrays: readonly NamedTensor['data'][]): string {
  return arrays.map((array) => array.join()).join('|');
}
