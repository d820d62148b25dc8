import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedTensor } from '@taskweave/common';
import { readImage } from '@taskweave/images';
import type { DataSet } from '../data-set.js';
import { toInput } from '../input-scale.js';
import { newFolder, npy, png, tensor, writeIn } from '../image-files/testing.js';
import { nyuv2 } from './index.js';
import { HEIGHT, WIDTH, writeNyuv2 } from './testing.js';

let root: string;
beforeEach(async () => {
  root = await newFolder();
  await writeNyuv2(root);
});
afterEach(() => rm(root, { recursive: true }));

const TASKS = ['segmentation', 'normals'];
const all = (size: number): Uint32Array => Uint32Array.from({ length: size }, (_, i) => i);
const readTest = (set: DataSet): Promise<NamedTensor[]> => set.read('test', all(3), TASKS);

describe('nyuv2', () => {
  it('reads whole test images with their labels, in the order of the list', async () => {
    const set = await nyuv2.open({ root });
    expect(set.sizes).toEqual({ train: 7, validation: 1, test: 3 });
    expect(set.imageShape).toEqual([321, 321, 3]);
    expect(set.tasks.map(({ id, outputs }) => [id, outputs])).toEqual([
      ['segmentation', 40],
      ['normals', 3],
    ]);
    const read = await readTest(set);
    expect(read.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
      { name: 'image', dtype: 'float32', shape: [3, HEIGHT, WIDTH, 3] },
      { name: 'label/segmentation', dtype: 'int32', shape: [3, HEIGHT, WIDTH] },
      { name: 'label/normals', dtype: 'float32', shape: [3, HEIGHT, WIDTH, 3] },
    ]);
    const [image, classes, normals] = read.map(({ data }) => data) as [
      Float32Array,
      Int32Array,
      Float32Array,
    ];
    const pixel = (example: number, y: number, x: number): number => (example * HEIGHT + y) * WIDTH + x;
    const at = pixel(2, 4, 7);
    // Minus the mean colour of the file.
    expect([...image.subarray(3 * at, 3 * at + 3)]).toEqual([70 - 120, 40 - 110, 2 - 100]);
    expect(classes[at]).toBe(7);
    expect(classes[pixel(1, 0, 3)]).toBe(255);
    const [x, y, z] = [(2 * 70) / 255 - 1, 1, (2 * 128) / 255 - 1];
    const length = Math.hypot(x, y, z);
    [x, y, z].forEach((part, c) => expect(normals[3 * at + c]).toBeCloseTo(part / length, 6));
    expect([...normals.subarray(3 * pixel(1, 0, 3), 3 * pixel(1, 0, 3) + 3)]).toEqual([255, 255, 255]);
  });

  it('tells how it scales images', async () => {
    const picture = await readImage(join(root, 'nyu_train_val/testing/img/1.png'));
    const read = await (await nyuv2.open({ root })).read('test', Uint32Array.of(1), []);
    expect(tensor(read, 'image').data).toEqual(toInput(picture, await nyuv2.inputScale({ root })));
  });

  it('reads normals as raw bytes and as floats', async () => {
    const raw = tensor(await readTest(await nyuv2.open({ root, normals: 'raw-u8' })), 'label/normals').data;
    expect([...raw.subarray(3 * (WIDTH + 5), 3 * (WIDTH + 5) + 3)]).toEqual([50, 255, 128]);

    const list = (await readFile(join(root, 'list/testing_normal_mask.txt'), 'utf8')).split('\n');
    const vectors = new Float32Array(WIDTH * HEIGHT * 3).map((_, i) => [0.6, 0, 0.8][i % 3]!);
    vectors.set([0, 0, 0, NaN, NaN, NaN]);
    await writeIn(root, 'floats.npy', npy(vectors, [HEIGHT, WIDTH, 3]));
    await writeIn(
      root,
      'list/testing_normal_mask.txt',
      list.map((line) => line.replace(/ \S+$/, ' /floats.npy')).join('\n'),
    );
    const floats = tensor(
      await readTest(await nyuv2.open({ root, normals: 'unit-float' })),
      'label/normals',
    ).data;
    expect([...floats.subarray(0, 6)]).toEqual([255, 255, 255, 255, 255, 255]);
    [0.6, 0, 0.8].forEach((part, c) => expect(floats[6 + c]).toBeCloseTo(part, 6));
    await expect(readTest(await nyuv2.open({ root }))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      subject: 'list/testing_normal_mask.txt, line 1: floats.npy',
    });
  });

  it('takes validation out of the training list, always the same for a seed', async () => {
    const ids = async (options: object): Promise<Record<string, number[]>> => {
      const set = await nyuv2.open({
        root,
        validationShare: 0.4,
        augment: { crop: false, scale: [1, 1] },
        ...options,
      });
      const part = async (name: 'train' | 'validation'): Promise<number[]> => {
        const { data } = tensor(await set.read(name, all(set.sizes[name]), []), 'image');
        return Array.from({ length: set.sizes[name] }, (_, i) => data[i * WIDTH * HEIGHT * 3 + 2]! + 100);
      };
      return { train: await part('train'), validation: await part('validation') };
    };
    const first = await ids({});
    expect([...first['train']!, ...first['validation']!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(first['validation']).toHaveLength(3);
    expect(await ids({})).toEqual(first);
    expect(await ids({ validationSeed: 1 })).not.toEqual(first);
  });

  it('augments by the draw alone, in any number of threads, and not without one', async () => {
    const set = await nyuv2.open({ root, outputSize: [10, 7] });
    const several = await nyuv2.open({ root, outputSize: [10, 7], workers: 3 });
    const indices = Uint32Array.of(4, 0, 6, 4);
    const read = (of: DataSet, step: number, seed = 3) => of.read('train', indices, TASKS, { seed, step });
    const batch = await read(set, 5);
    expect(tensor(batch, 'image').shape).toEqual([4, 10, 7, 3]);
    expect(tensor(batch, 'label/normals').shape).toEqual([4, 10, 7, 3]);
    expect(await read(several, 5)).toEqual(batch);
    expect(await read(set, 5)).toEqual(batch);
    expect(await read(set, 6)).not.toEqual(batch);
    expect(await read(set, 5, 4)).not.toEqual(batch);
    // The same example under the same draw, wherever it stands in the batch.
    const alone = await set.read('train', Uint32Array.of(4), TASKS, { seed: 3, step: 5 });
    expect([...tensor(alone, 'image').data]).toEqual([...tensor(batch, 'image').data.subarray(0, 210)]);
    expect(tensor(await set.read('train', indices, []), 'image').shape).toEqual([4, HEIGHT, WIDTH, 3]);
  });

  it('trains on whole images where every change of size is off', async () => {
    const set = await nyuv2.open({ root, augment: { crop: false, scale: [1, 1] } });
    expect(set.imageShape).toEqual([HEIGHT, WIDTH, 3]);
    await expect(nyuv2.open({ root, augment: { crop: false } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('crop: true') as string,
    });
  });
});

describe('nyuv2 refuses', () => {
  const line = (list: string, number: number, change: (line: string) => string | undefined) => async () => {
    const lines = (await readFile(join(root, list), 'utf8')).trim().split('\n');
    const changed = change(lines[number - 1]!);
    lines.splice(number - 1, 1, ...(changed === undefined ? [] : [changed]));
    await writeIn(root, list, `${lines.join('\n')}\n`);
  };
  const seg = 'list/testing_seg.txt';
  const normals = 'list/testing_normal_mask.txt';
  const label = 'nyu_train_val/testing/seg/1.png';

  it.each<[what: string, spoil: () => Promise<void>, subject: string, found: string | RegExp]>([
    [
      'a truncated image',
      async () => truncate('nyu_train_val/testing/img/2.png'),
      `${seg}, line 3: nyu_train_val/testing/img/2.png`,
      /./,
    ],
    ['a truncated label', async () => truncate(label), `${seg}, line 2: ${label}`, /./],
    [
      'truncated normals',
      async () => truncate('nyu_train_val/testing/normal_mask/0.png'),
      `${normals}, line 1: nyu_train_val/testing/normal_mask/0.png`,
      /./,
    ],
    [
      'normals unlike their image in size',
      () =>
        writeIn(
          root,
          'nyu_train_val/testing/normal_mask/2.png',
          png(WIDTH + 1, HEIGHT, () => [128, 128, 255]),
        ),
      `${normals}, line 3: nyu_train_val/testing/normal_mask/2.png`,
      '13x9',
    ],
    [
      'a path upwards in the list of normals',
      line(normals, 1, (text) => text.replace(/ .*/, ' /a/../../x.png')),
      `${normals}, line 1: a/../../x.png`,
      /\.\./,
    ],
    [
      'a training list too short to validate with',
      async () => {
        for (const list of ['list/training_seg.txt', 'list/training_normal_mask.txt'])
          await writeIn(root, list, (await readFile(join(root, list), 'utf8')).split('\n')[0]!);
      },
      'list/training_seg.txt',
      '0 examples',
    ],
    [
      'an empty training list',
      () => writeIn(root, 'list/training_seg.txt', ''),
      'list/training_seg.txt',
      'no lines',
    ],
    ['a missing label', () => rm(join(root, label)), `${seg}, line 2: ${label}`, 'ENOENT'],
    [
      'a label unlike its image in size',
      () =>
        writeIn(
          root,
          label,
          png(WIDTH, 8, () => [1]),
        ),
      `${seg}, line 2: ${label}`,
      '12x8',
    ],
    [
      'a class that there is not',
      () =>
        writeIn(
          root,
          label,
          png(WIDTH, HEIGHT, (y, x) => [y === 3 && x === 2 ? 40 : 39]),
        ),
      `${seg}, line 2: ${label}`,
      '40 at row 3, column 2',
    ],
    [
      'a label in colours',
      () =>
        writeIn(
          root,
          label,
          png(WIDTH, HEIGHT, () => [1, 2, 3]),
        ),
      `${seg}, line 2: ${label}`,
      '3 channels',
    ],
    [
      'a path upwards',
      line(seg, 2, (text) => text.replace('/seg/1.png', '/../../../x.png')),
      `${seg}, line 2: nyu_train_val/testing/../../../x.png`,
      /\.\./,
    ],
    [
      'an absolute path',
      line(seg, 2, (text) => text.replace(/ .*/, ' //etc/passwd')),
      `${seg}, line 2: /etc/passwd`,
      '/etc/passwd',
    ],
    ['a link out of the root', () => linkOut(label), `${seg}, line 2: ${label}`, /outside/],
    [
      'a list that is shorter',
      line(normals, 3, () => undefined),
      `${seg}, line 3`,
      `no example 3 in ${normals}`,
    ],
    ['a list that is longer', line(seg, 3, () => undefined), `${normals}, line 3`, `no example 3 in ${seg}`],
    [
      'lists of different images',
      line(normals, 2, (text) => text.replace('img/1', 'img/0')),
      `${seg}, line 2`,
      /img\/0\.png/,
    ],
    ['a line without a label', line(seg, 2, (text) => text.replace(/ .*/, '')), `${seg}, line 2`, /img/],
    ['an empty list', () => writeIn(root, 'list/testing_seg.txt', '\n'), seg, 'no lines'],
    ['a missing list', () => rm(join(root, seg)), seg, 'ENOENT'],
    [
      'a mean that is none',
      () => writeIn(root, 'nyu_v2_mean.npy', npy(Float32Array.of(1, 2))),
      'nyu_v2_mean.npy',
      '1, 2',
    ],
    [
      'a mean file cut off',
      () => writeIn(root, 'nyu_v2_mean.npy', npy(Float32Array.of(1, 2, 3)).subarray(0, 130)),
      'nyu_v2_mean.npy',
      '130 bytes',
    ],
  ])('%s', async (_, spoil, subject, found) => {
    await spoil();
    const opened = nyuv2.open({ root }).then(readTest);
    await expect(opened).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATA_INVALID|FILE_MISSING)$/) as string,
      subject,
      found: expect.stringMatching(found) as string,
      exitCode: 2,
    });
  });

  async function truncate(path: string): Promise<void> {
    const bytes = await readFile(join(root, path));
    await writeIn(root, path, bytes.subarray(0, bytes.length - 20));
  }

  async function linkOut(path: string): Promise<void> {
    const outside = await newFolder();
    await writeIn(
      outside,
      'outside.png',
      png(WIDTH, HEIGHT, () => [1]),
    );
    await rm(join(root, path));
    await symlink(join(outside, 'outside.png'), join(root, path));
  }
});
