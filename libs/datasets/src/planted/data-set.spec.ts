import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorBytes, type NamedTensor } from '@taskweave/common';
import { planted } from './index.js';

const TASKS = ['channel-0', 'channel-1', 'channel-2', 'channel-3'];
const first = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

function digest(tensors: readonly NamedTensor[]): string {
  const sum = createHash('sha256');
  for (const tensor of tensors) sum.update(tensor.name).update(tensorBytes(tensor));
  return sum.digest('hex').slice(0, 16);
}

const labels = (tensors: NamedTensor[], task: number) =>
  tensors.find(({ name }) => name === `label/channel-${task}`)!.data;

/** Partners of 2 to 6 channels. */
const structures = fc.integer({ min: 2, max: 6 }).chain((channels) =>
  fc.tuple(
    ...Array.from({ length: channels }, (_, own) =>
      fc.option(
        fc.nat(channels - 2).map((other) => (other < own ? other : other + 1)),
        { nil: null },
      ),
    ),
  ),
);

describe('planted', () => {
  it('declares its tasks, sizes and shapes', async () => {
    const dataSet = await planted.open({ partners: [1, null, 0] });
    expect(dataSet.sizes).toEqual({ train: 8000, validation: 500, test: 1000 });
    expect(dataSet.imageShape).toEqual([16, 16, 3]);
    expect(dataSet.tasks).toEqual([
      { id: 'channel-0', kind: 'classification', outputs: 16 },
      { id: 'channel-1', kind: 'classification', outputs: 4 },
      { id: 'channel-2', kind: 'classification', outputs: 16 },
    ]);
    const tensors = await dataSet.read('train', Uint32Array.of(7, 3), ['channel-2', 'channel-0']);
    expect(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
      { name: 'image', dtype: 'float32', shape: [2, 16, 16, 3] },
      { name: 'label/channel-2', dtype: 'int32', shape: [2] },
      { name: 'label/channel-0', dtype: 'int32', shape: [2] },
    ]);
    const image = tensors[0]!.data as Float32Array;
    expect(Math.min(...image)).toBe(0);
    expect(Math.max(...image)).toBe(1);
  });

  it('never changes', async () => {
    // Scores are comparable only as long as the images stay what they are.
    const dataSet = await planted.open({});
    expect(digest(await dataSet.read('train', Uint32Array.of(0, 1, 49), TASKS))).toMatchInlineSnapshot(
      `"8ae228dc13252008"`,
    );
    expect(digest(await dataSet.read('test', Uint32Array.of(0, 9), TASKS))).toMatchInlineSnapshot(
      `"99db2d85efd54fcb"`,
    );
  });

  it('reads the same image alone, in a batch, under any draw, from a part of any size; others in other parts', async () => {
    const dataSet = await planted.open({});
    const one = await dataSet.read('train', Uint32Array.of(3), TASKS);
    const small = await planted.open({ trainSize: 4 });
    const many = await small.read('train', Uint32Array.of(1, 3), [...TASKS].reverse(), { seed: 5, step: 2 });
    for (const tensor of one) {
      const other = many.find(({ name }) => name === tensor.name)!;
      expect(other.data.subarray(other.data.length / 2)).toEqual(tensor.data);
    }
    const parts = (['train', 'validation', 'test'] as const).map(async (part) =>
      digest(await dataSet.read(part, Uint32Array.of(0), [])),
    );
    expect(new Set(await Promise.all(parts)).size).toBe(3);
  });

  it('has labels of own and partner direction, over images that do not depend on the partners', async () => {
    const plain = await planted.open({ partners: Array<null>(6).fill(null) });
    const count = 40;
    const directions = await plain.read('train', first(count), [0, 1, 2, 3, 4, 5].map(taskOf));
    await fc.assert(
      fc.asyncProperty(structures, async (partners) => {
        const dataSet = await planted.open({ partners });
        const read = await dataSet.read(
          'train',
          first(count),
          partners.map((_, task) => taskOf(task)),
        );
        partners.forEach((partner, task) => {
          const expected = [...labels(directions, task)].map((own, i) =>
            partner === null ? own : 4 * own + labels(directions, partner)[i]!,
          );
          expect([...labels(read, task)]).toEqual(expected);
        });
        const channels = partners.length;
        const image = read[0]!.data.filter((_, i) => i % channels === 1);
        expect(image).toEqual(directions[0]!.data.filter((_, i) => i % 6 === 1));
      }),
      { numRuns: 20 },
    );
  });

  it('draws channels independently: no class of two channels is rarer or more frequent than chance has it', async () => {
    const dataSet = await planted.open({ size: 8 });
    const count = 1600;
    const read = await dataSet.read('train', first(count), TASKS);
    for (const task of [0, 1, 2, 3]) {
      const counts = Array<number>(16).fill(0);
      for (const label of labels(read, task)) counts[label]!++;
      // 100 of each are expected, with a deviation of 9.7; chi-square of 15 degrees of freedom is below 38 in 999 of 1000.
      expect(counts.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0)).toBeLessThan(38);
    }
  });

  it('shows the direction on its own channel: stripes run along it', async () => {
    const dataSet = await planted.open({ noise: 0, partners: [null, null] });
    const [image, label] = await dataSet.read('test', first(60), ['channel-1']);
    const at = (row: number, y: number, x: number) => image!.data[((row * 16 + y) * 16 + x) * 2 + 1]!;
    /** How much the image changes from pixel to neighbour along a direction. */
    const change = (row: number, dy: number, dx: number) => {
      let sum = 0;
      for (let y = 1; y < 15; y++)
        for (let x = 1; x < 15; x++) sum += Math.abs(at(row, y + dy, x + dx) - at(row, y, x));
      return sum / Math.hypot(dx, dy);
    };
    // Waves of direction d go at d·45° from the x axis towards the y axis (down); along the stripes nothing changes.
    const along = [
      [1, 0],
      [1, -1],
      [0, 1],
      [1, 1],
    ] as const;
    label!.data.forEach((direction, row) => {
      const changes = along.map(([dy, dx]) => change(row, dy, dx));
      expect(changes.indexOf(Math.min(...changes))).toBe(direction);
    });
  });

  it.each<[string, object, RegExp]>([
    ['a partner that is the task itself', { partners: [1, 1] }, /index of another channel/],
    ['a partner that is not there', { partners: [1, 2] }, /index of another channel/],
    ['one task', { partners: [null] }, /partners/],
    ['unknown options', { partner: [1, 0] }, /partner/],
  ])('refuses %s', async (_, options, told) => {
    await expect(planted.open(options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(told) as string,
    });
  });

  it('refuses tasks and examples that it does not have', async () => {
    const dataSet = await planted.open({ partners: [1, 0] });
    await expect(dataSet.read('test', first(1), ['channel-2'])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      found: 'channel-2',
      expected: 'channel-0, channel-1',
    });
    await expect(dataSet.read('test', Uint32Array.of(1000), [])).rejects.toThrow(/no such example/);
  });
});

function taskOf(channel: number): string {
  return `channel-${channel}`;
}
