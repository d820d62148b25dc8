import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedTensor } from '@taskweave/common';
import type { DataSet } from '../data-set.js';
import { mnistFolder, readMnist, type Mnist } from './digits.js';
import { multiMnist } from './index.js';
import { digitPairs } from './pairs.js';

function tensor(tensors: NamedTensor[], name: string): NamedTensor {
  return tensors.find((one) => one.name === name)!;
}

describe('multi-mnist', () => {
  let dataSet: DataSet;
  let mnist: Mnist;
  beforeAll(async () => {
    dataSet = await multiMnist.open({});
    mnist = await readMnist(mnistFolder());
  });

  it('is the real thing', () => {
    // The first labels of the published files.
    expect([...mnist.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...mnist.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(dataSet.sizes).toEqual({ train: 50_000, validation: 10_000, test: 10_000 });
    expect(dataSet.imageShape).toEqual([36, 36, 1]);
  });

  it.each(['train', 'validation', 'test'] as const)('shows both digits of a %s pair', async (part) => {
    const indices = Uint32Array.of(9_999, 3, 3);
    const tensors = await dataSet.read(part, indices, ['right', 'left']);
    expect(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
      { name: 'image', dtype: 'float32', shape: [3, 36, 36, 1] },
      { name: 'label/right', dtype: 'int32', shape: [3] },
      { name: 'label/left', dtype: 'int32', shape: [3] },
    ]);
    const { images, labels } = part === 'test' ? mnist.test : mnist.train;
    const pairs = (await digitPairs())[part];
    const grey = (digit: number, y: number, x: number) =>
      y < 0 || x < 0 || y >= 28 || x >= 28 ? 0 : images[digit * 784 + y * 28 + x]!;
    const image = tensor(tensors, 'image').data;
    indices.forEach((pair, row) => {
      const [left, right] = [pairs.left[pair]!, pairs.right[pair]!];
      expect(tensor(tensors, 'label/left').data[row]).toBe(labels[left]);
      expect(tensor(tensors, 'label/right').data[row]).toBe(labels[right]);
      for (let y = 0; y < 36; y++) {
        for (let x = 0; x < 36; x++) {
          const expected = Math.fround(Math.max(grey(left, y, x), grey(right, y - 8, x - 8)) / 255);
          if (image[(row * 36 + y) * 36 + x] !== expected) expect.fail(`pixel ${y}, ${x} of pair ${pair}`);
        }
      }
    });
  });

  it('reads only the labels asked for', async () => {
    const images = await dataSet.read('test', Uint32Array.of(0), []);
    expect(images.map(({ name }) => name)).toEqual(['image']);
    await expect(dataSet.read('test', Uint32Array.of(0), ['middle'])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      found: 'middle',
      expected: 'left, right',
    });
    await expect(dataSet.read('test', Uint32Array.of(10_000), [])).rejects.toThrow(/no such example/);
  });

  it('keeps the first pairs under a limit, and moves the right digit by the shift', async () => {
    const small = await multiMnist.open({ shift: 0, trainLimit: 5, validationLimit: 4, testLimit: 3 });
    expect(small.sizes).toEqual({ train: 5, validation: 4, test: 3 });
    expect(small.imageShape).toEqual([28, 28, 1]);
    const label = async (set: DataSet) =>
      tensor(await set.read('train', Uint32Array.of(4), ['right']), 'label/right').data;
    expect(await label(small)).toEqual(await label(dataSet));
  });

  it('refuses options that are not valid', async () => {
    await expect(multiMnist.open({ shift: 40 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('shift') as string,
    });
  });
});

describe('readMnist', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'mnist-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('names the file that is missing or damaged', async () => {
    await expect(readMnist(folder)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      subject: expect.stringContaining(folder) as string,
    });
    const label = new Uint8Array(8 + 60_000);
    label.set([0, 0, 8, 1, 0, 0, 0xea, 0x60]);
    label[8 + 77] = 10;
    const image = new Uint8Array(16 + 784 * 60_000);
    image.set([0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]);
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), label);
    await writeFile(join(folder, 'train-images-idx3-ubyte'), image);
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), 'not idx');
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), 'not idx');
    await expect(readMnist(folder)).rejects.toMatchObject({ code: 'DATA_INVALID' });
    for (const file of ['t10k-labels-idx1-ubyte', 't10k-images-idx3-ubyte']) {
      await copyFile(join(mnistFolder(), file), join(folder, file));
    }
    await expect(readMnist(folder)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      subject: `${join(folder, 'train-labels-idx1-ubyte')}, label 77`,
      found: '10',
    });
  });
});
