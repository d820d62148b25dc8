import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, npy, png, tensor, writeIn } from '../image-files/testing.js';
import { taskonomy } from './index.js';

const [WIDTH, HEIGHT] = [8, 6];
const BUILDINGS = { ackley: 'train', beach: 'val', cosmos: 'test', unused: '' };
const resize = [HEIGHT, WIDTH];
const TASKS = ['class_object', 'class_scene', 'normal', 'depth_euclidean'];

let root: string;
beforeEach(async () => {
  root = await newFolder();
  const columns = ['train', 'val', 'test'];
  const rows = Object.entries(BUILDINGS).map(([id, part]) =>
    [id, ...columns.map((column) => (column === part ? 1 : 0))].join(','),
  );
  await writeIn(root, 'train_val_test.csv', ['id,train,val,test', ...rows].join('\n'));
  for (const building of ['ackley', 'beach', 'cosmos']) {
    for (const view of [0, 1]) {
      const name = `${building}/point_3_view_${view}_domain_`;
      await writeIn(
        root,
        `rgb/${name}rgb.png`,
        png(WIDTH, HEIGHT, () => [view, 0, 255]),
      );
      await writeIn(root, `class_object/${name}class_object.npy`, npy(Float32Array.of(0.1, 0.2, 0.3, 0.4)));
      await writeIn(root, `class_scene/${name}class_places.npy`, npy(Float64Array.of(0.5, 0.25, 0.25)));
      await writeIn(
        root,
        `normal/${name}normal.png`,
        png(WIDTH, HEIGHT, () => [128, 128, 255]),
      );
      await writeIn(
        root,
        `depth_euclidean/${name}depth_euclidean.png`,
        png(WIDTH, HEIGHT, () => [128]),
      );
    }
  }
});
afterEach(() => rm(root, { recursive: true }));

describe('taskonomy', () => {
  it('finds examples by building and tasks by folder', async () => {
    const set = await taskonomy.open({ root, resize });
    expect(set.sizes).toEqual({ train: 2, validation: 2, test: 2 });
    expect(set.imageShape).toEqual([HEIGHT, WIDTH, 3]);
    expect(set.tasks.map(({ id, kind, outputs }) => [id, kind, outputs])).toEqual([
      ['class_object', 'soft-classification', 4],
      ['class_scene', 'soft-classification', 3],
      ['normal', 'surface-normals', 3],
      ['depth_euclidean', 'depth', 1],
    ]);
    const read = await set.read('test', Uint32Array.of(1, 0), TASKS);
    expect(tensor(read, 'image').data[0]).toBeCloseTo((1 - 127.5) / 127.5, 6);
    expect(tensor(read, 'label/class_object').shape).toEqual([2, 4]);
    [0.1, 0.2, 0.3, 0.4].forEach((share, i) =>
      expect(tensor(read, 'label/class_object').data[i]).toBeCloseTo(share, 6),
    );
    expect([...tensor(read, 'label/class_scene').data.subarray(0, 3)]).toEqual([0.5, 0.25, 0.25]);
    expect(tensor(read, 'label/depth_euclidean').data[0]).toBe(0.25);
  });

  it('takes shares among the classes chosen, and only the folders there are', async () => {
    await rm(join(root, 'normal'), { recursive: true });
    const set = await taskonomy.open({ root, resize, classes: { class_object: [3, 0] } });
    expect(set.tasks.map(({ id }) => id)).toEqual(['class_object', 'class_scene', 'depth_euclidean']);
    const { data } = tensor(
      await set.read('train', Uint32Array.of(0), ['class_object']),
      'label/class_object',
    );
    expect(data[0]).toBeCloseTo(0.8, 6);
    expect(data[1]).toBeCloseTo(0.2, 6);
  });
});

describe('taskonomy refuses', () => {
  const at = 'train_val_test.csv, line 4';
  const file = 'cosmos/point_3_view_1_domain_';
  const csv = (change: (text: string) => string) => async () =>
    writeIn(root, 'train_val_test.csv', change(await readFile(join(root, 'train_val_test.csv'), 'utf8')));

  it.each<[what: string, spoil: () => Promise<void>, subject: string, found: RegExp]>([
    ['two parts for a building', csv((text) => text.replace('cosmos,0', 'cosmos,1')), at, /cosmos,1/],
    ['a missing column', csv((text) => text.replace('val', 'valid')), 'train_val_test.csv, line 1', /valid/],
    ['a building upwards', csv((text) => text.replace('cosmos', '../..')), `${at}: rgb/../..`, /\.\./],
    ['a building without images', csv((text) => text.replace('cosmos', 'dunn')), `${at}: rgb/dunn`, /ENOENT/],
    ['an empty part', csv((text) => text.replace('0,0,1', '0,0,0')), 'train_val_test.csv', /0 examples/],
    [
      'a missing label',
      () => rm(join(root, `normal/${file}normal.png`)),
      `${at}: normal/${file}normal.png`,
      /ENOENT/,
    ],
    [
      'a truncated image',
      () => writeIn(root, `rgb/${file}rgb.png`, png(WIDTH, HEIGHT, () => [1, 2, 3]).subarray(0, 50)),
      `${at}: rgb/${file}rgb.png`,
      /./,
    ],
    [
      'a truncated label',
      () =>
        writeIn(root, `normal/${file}normal.png`, png(WIDTH, HEIGHT, () => [128, 128, 255]).subarray(0, -20)),
      `${at}: normal/${file}normal.png`,
      /./,
    ],
    [
      'truncated classes',
      () =>
        writeIn(root, `class_scene/${file}class_places.npy`, npy(Float32Array.of(1, 2, 3)).subarray(0, -1)),
      `${at}: class_scene/${file}class_places.npy`,
      /bytes/,
    ],
    [
      'more classes than the others have',
      () => writeIn(root, `class_object/${file}class_object.npy`, npy(Float32Array.of(1, 1, 1, 1, 1))),
      `${at}: class_object/${file}class_object.npy`,
      /5 numbers/,
    ],
    [
      'depth unlike its image in size',
      () =>
        writeIn(
          root,
          `depth_euclidean/${file}depth_euclidean.png`,
          png(5, HEIGHT, () => [9]),
        ),
      `${at}: depth_euclidean/${file}depth_euclidean.png`,
      /5x6/,
    ],
    [
      'a link out of the root among labels',
      async () => {
        await rm(join(root, `normal/${file}normal.png`));
        await symlink('/etc/passwd', join(root, `normal/${file}normal.png`));
      },
      `${at}: normal/${file}normal.png`,
      /passwd/,
    ],
    [
      'a label unlike its image in size',
      () =>
        writeIn(
          root,
          `normal/${file}normal.png`,
          png(WIDTH, 5, () => [1, 2, 3]),
        ),
      `${at}: normal/${file}normal.png`,
      /8x5/,
    ],
    [
      'a negative share',
      () => writeIn(root, `class_object/${file}class_object.npy`, npy(Float32Array.of(1, 1, -1, 1))),
      `${at}: class_object/${file}class_object.npy`,
      /-1 for class 2/,
    ],
    [
      'a link out of the root',
      async () => {
        await rm(join(root, `rgb/${file}rgb.png`));
        await symlink('/etc/passwd', join(root, `rgb/${file}rgb.png`));
      },
      `${at}: rgb/${file}rgb.png`,
      /passwd/,
    ],
  ])('%s', async (_, spoil, subject, found) => {
    await spoil();
    const opened = taskonomy
      .open({ root, resize })
      .then((set) => set.read('test', Uint32Array.of(0, 1), TASKS));
    await expect(opened).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATA_INVALID|FILE_MISSING)$/) as string,
      subject,
      found: expect.stringMatching(found) as string,
    });
  });
});
