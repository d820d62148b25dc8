import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readImage } from '@taskweave/images';
import { toInput } from '../input-scale.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, npy, png, tensor, writeIn } from '../image-files/testing.js';
import { imageFolder } from './index.js';

const TASKS = {
  room: { kind: 'classification', classes: ['kitchen', 'bath'] },
  age: { kind: 'classification', classes: 5 },
  mood: { kind: 'soft-classification', classes: 3 },
  parts: { kind: 'segmentation', classes: 4 },
  normals: { kind: 'surface-normals' },
  depth: { kind: 'depth', unit: 0.5 },
};
const [WIDTH, HEIGHT] = [6, 4];
/** A JPEG of 6x4 pixels of grey 90. */
const GREY_JPEG =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoK' +
  'CgoKBggLDAsKDAkKCgoBAgICAgICBQMDBQoHBgcKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK' +
  'CgoKCv/AABEIAAQABgMBEQACEQEDEQH/xAGiAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQEC' +
  'AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm' +
  'Z2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq' +
  '8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIy' +
  'gQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SF' +
  'hoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEA' +
  'AhEDEQA/APmegD//2Q==';

let root: string;
beforeEach(async () => {
  root = await newFolder();
  await writeIn(
    root,
    'a.png',
    png(WIDTH, HEIGHT, (y, x) => [x, y, 7]),
  );
  await writeIn(root, 'b.jpg', Buffer.from(GREY_JPEG, 'base64'));
  await writeIn(root, 'mood.npy', npy(Float32Array.of(1, 2, 1)));
  await writeIn(
    root,
    'parts.png',
    png(WIDTH, HEIGHT, (y) => [y]),
  );
  await writeIn(
    root,
    'normals.png',
    png(WIDTH, HEIGHT, (_, x) => (x === 0 ? [255, 255, 255] : [128, 128, 255])),
  );
  await writeIn(
    root,
    'depth.png',
    png(WIDTH, HEIGHT, (_, x) => [x === 5 ? 255 : x]),
  );
});
afterEach(() => rm(root, { recursive: true }));

const labels = {
  room: 'bath',
  age: 4,
  mood: 'mood.npy',
  parts: 'parts.png',
  normals: 'normals.png',
  depth: 'depth.png',
};
interface Line {
  image?: string;
  split?: string | undefined;
  labels?: Record<string, unknown>;
}
const line = ({ image = 'a.png', ...rest }: Line): Line => ({ image, labels, ...rest });
async function write(lines: readonly unknown[], tasks: object = TASKS): Promise<void> {
  const text = [{ tasks }, ...lines].map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  await writeIn(root, 'manifest.jsonl', `${text.join('\n')}\n`);
}
const SPLITS = ['train', 'validation', 'test'];
const good = SPLITS.map((split, i) => line({ split, ...(i === 2 && { image: 'b.jpg' }) }));

describe('image-folder', () => {
  it('has the tasks of its manifest, and reads labels of every kind', async () => {
    await write(good);
    const set = await imageFolder.open({ root });
    expect(imageFolder.tasks).toBeUndefined();
    expect(set.tasks.map(({ id, kind, outputs }) => [id, kind, outputs])).toEqual([
      ['room', 'classification', 2],
      ['age', 'classification', 5],
      ['mood', 'soft-classification', 3],
      ['parts', 'segmentation', 4],
      ['normals', 'surface-normals', 3],
      ['depth', 'depth', 1],
    ]);
    expect(set.imageShape).toEqual([HEIGHT, WIDTH, 3]);
    const read = await set.read('train', Uint32Array.of(0, 0), Object.keys(TASKS));
    expect(read.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['image', 'float32', [2, 4, 6, 3]],
      ['label/room', 'int32', [2]],
      ['label/age', 'int32', [2]],
      ['label/mood', 'float32', [2, 3]],
      ['label/parts', 'int32', [2, 4, 6]],
      ['label/normals', 'float32', [2, 4, 6, 3]],
      ['label/depth', 'float32', [2, 4, 6]],
    ]);
    expect(tensor(read, 'image').data[3]).toBeCloseTo((1 - 127.5) / 127.5, 6);
    expect([...tensor(read, 'label/room').data]).toEqual([1, 1]);
    expect([...tensor(read, 'label/age').data]).toEqual([4, 4]);
    expect([...tensor(read, 'label/mood').data]).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, 0.25]);
    expect([...tensor(read, 'label/depth').data.subarray(0, 6)]).toEqual([255, 0.5, 1, 1.5, 2, 255]);
    expect(tensor(read, 'label/normals').data[5]).toBeCloseTo(1, 4);
    const photo = await set.read('test', Uint32Array.of(0), []);
    expect(tensor(photo, 'image').data[0]).toBeCloseTo((90 - 127.5) / 127.5, 1);
  });

  it('brings images and labels of many sizes to one, and crops', async () => {
    await writeIn(
      root,
      'big.png',
      png(30, 20, () => [1, 2, 3]),
    );
    await writeIn(
      root,
      'big-parts.png',
      png(30, 20, () => [3]),
    );
    const tasks = { parts: TASKS.parts, again: TASKS.parts };
    const small = { parts: 'parts.png', again: 'parts.png' };
    await write(
      [
        line({ split: 'train', labels: small }),
        line({
          split: 'train',
          image: 'big.png',
          labels: { parts: 'big-parts.png', again: 'big-parts.png' },
        }),
        line({ split: 'validation', labels: small }),
        line({ split: 'test', labels: small }),
      ],
      tasks,
    );
    const both = Uint32Array.of(0, 1);
    await expect((await imageFolder.open({ root })).read('train', both, ['parts'])).rejects.toMatchObject({
      code: 'DATA_INVALID',
      subject: 'manifest.jsonl, line 3: big.png',
      found: '30x20',
    });
    const set = await imageFolder.open({ root, resize: [8, 10] });
    expect(set.imageShape).toEqual([8, 10, 3]);
    expect(tensor(await set.read('train', both, ['parts']), 'label/parts').shape).toEqual([2, 8, 10]);
    const cropped = await imageFolder.open({
      root,
      resize: [8, 10],
      outputSize: [5, 5],
      augment: { crop: true },
    });
    expect(cropped.imageShape).toEqual([5, 5, 3]);
    const read = await cropped.read('train', both, ['parts'], { seed: 1, step: 0 });
    expect(tensor(read, 'label/parts').shape).toEqual([2, 5, 5]);
    await expect(imageFolder.open({ root, augment: { crop: true } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('outputSize') as string,
    });
  });

  it('tells how it scales images', async () => {
    await write(good);
    const options = { root, mean: [1, 2, 3], deviation: [4, 5, 6] };
    const read = await (await imageFolder.open(options)).read('train', Uint32Array.of(0), []);
    const scale = await imageFolder.inputScale(options);
    expect(tensor(read, 'image').data).toEqual(toInput(await readImage(join(root, 'a.png')), scale));
  });

  it('reads logarithms of distances, 0 and less too', async () => {
    const stored = Float32Array.from(
      { length: WIDTH * HEIGHT },
      (_, i) => [-1.5, 0, 2, NaN, Infinity, 255][i % 6]!,
    );
    const metres = Float32Array.from(
      { length: WIDTH * HEIGHT },
      (_, i) => [0.25, 1, 500, 0, -1, NaN][i % 6]!,
    );
    await writeIn(root, 'stored.npy', npy(stored, [HEIGHT, WIDTH]));
    await writeIn(root, 'metres.npy', npy(metres, [HEIGHT, WIDTH]));
    const tasks = {
      stored: { kind: 'depth', logarithm: 'stored' },
      metres: { kind: 'depth', logarithm: 'taken' },
      image: { kind: 'depth', logarithm: 'taken', unit: 0.5 },
    };
    const files = { stored: 'stored.npy', metres: 'metres.npy', image: 'depth.png' };
    await write(
      SPLITS.map((split) => line({ split, labels: files })),
      tasks,
    );
    const set = await imageFolder.open({ root });
    const read = await set.read('train', Uint32Array.of(0), Object.keys(tasks));
    const row = (task: string): number[] => [...tensor(read, `label/${task}`).data.subarray(0, WIDTH)];
    expect(row('stored')).toEqual([-1.5, 0, 2, 255, 255, 255]);
    expect(row('metres')).toEqual([
      ...[0.25, 1, 500].map((value) => Math.fround(Math.log(value))),
      255,
      255,
      255,
    ]);
    // Steps of half a metre; 0 and 255 mean none.
    expect(row('image')).toEqual([
      255,
      ...[0.5, 1, 1.5, 2].map((value) => Math.fround(Math.log(value))),
      255,
    ]);
  });

  it('draws the parts where the manifest leaves them open', async () => {
    await write(Array.from({ length: 20 }, () => line({})));
    const set = await imageFolder.open({ root, validationShare: 0.2, testShare: 0.1 });
    expect(set.sizes).toEqual({ train: 14, validation: 4, test: 2 });
  });
});

describe('image-folder refuses', () => {
  const at = 'manifest.jsonl, line 3';
  const second =
    (change: object): (() => Promise<void>) =>
    () =>
      write([good[0], { ...good[1], ...change }, good[2]]);
  const label = (change: object) => second({ labels: { ...labels, ...change } });

  it.each<[what: string, spoil: () => Promise<void>, subject: string, found: RegExp]>([
    ['a line that is not JSON', () => write([good[0], '{"image": ', good[2]]), at, /not JSON/],
    ['an unknown key', second({ colour: 1 }), at, /colour/],
    ['an unknown kind', () => write(good, { x: { kind: 'poetry' } }), 'manifest.jsonl, line 1', /tasks\.x/],
    ['an unknown class', label({ room: 'garden' }), at, /garden/],
    ['a class that there is not', label({ age: 5 }), at, /^5 /],
    ['a number for a file', label({ parts: 3 }), at, /3/],
    ['a missing label', second({ labels: {} }), at, /no label of task 'room'/],
    ['a label of no task', label({ smell: 1 }), at, /smell/],
    ['a split on some lines only', second({ split: undefined }), at, /split none/],
    ['an empty part', () => write([good[0], good[1]]), 'manifest.jsonl', /0 examples/],
    ['a manifest of tasks alone', () => write([]), 'manifest.jsonl', /0 examples/],
    ['a path upwards', second({ image: 'x/../../a.png' }), `${at}: x/../../a.png`, /\.\./],
    ['an absolute path', label({ parts: '/etc/passwd' }), `${at}: /etc/passwd`, /passwd/],
    ['a missing file', label({ depth: 'none.png' }), `${at}: none.png`, /ENOENT/],
    [
      'a truncated image',
      async () => {
        await writeIn(root, 'cut.png', png(WIDTH, HEIGHT, () => [1, 2, 3]).subarray(0, 60));
        await second({ image: 'cut.png' })();
      },
      `${at}: cut.png`,
      /./,
    ],
    [
      'a label unlike its image in size',
      async () => {
        await writeIn(
          root,
          'wide.png',
          png(WIDTH + 1, HEIGHT, () => [1]),
        );
        await label({ parts: 'wide.png' })();
      },
      `${at}: wide.png`,
      /7x4/,
    ],
    [
      'a class map with a class too many',
      async () => {
        await writeIn(
          root,
          'four.png',
          png(WIDTH, HEIGHT, (_, x) => [x === 5 ? 4 : 0]),
        );
        await label({ parts: 'four.png' })();
      },
      `${at}: four.png`,
      /4 at row 0, column 5/,
    ],
    [
      'a truncated label',
      async () => {
        await writeIn(root, 'cut.png', png(WIDTH, HEIGHT, (y) => [y]).subarray(0, -20));
        await label({ parts: 'cut.png' })();
      },
      `${at}: cut.png`,
      /./,
    ],
    [
      'truncated normals',
      async () => {
        await writeIn(root, 'cut.png', png(WIDTH, HEIGHT, () => [128, 128, 255]).subarray(0, -20));
        await label({ normals: 'cut.png' })();
      },
      `${at}: cut.png`,
      /./,
    ],
    [
      'a truncated .npy',
      async () => {
        await writeIn(
          root,
          'cut.npy',
          npy(new Float32Array(WIDTH * HEIGHT), [HEIGHT, WIDTH]).subarray(0, -4),
        );
        await label({ depth: 'cut.npy' })();
      },
      `${at}: cut.npy`,
      /bytes/,
    ],
    [
      'a truncated JPEG',
      async () => {
        await writeIn(root, 'cut.jpg', Buffer.from(GREY_JPEG, 'base64').subarray(0, 300));
        await second({ image: 'cut.jpg' })();
      },
      `${at}: cut.jpg`,
      /./,
    ],
    [
      'normals unlike their image in size',
      async () => {
        await writeIn(
          root,
          'tall.png',
          png(WIDTH, HEIGHT + 1, () => [128, 128, 255]),
        );
        await label({ normals: 'tall.png' })();
      },
      `${at}: tall.png`,
      /6x5/,
    ],
    [
      'depth unlike its image in size',
      async () => {
        await writeIn(root, 'wide.npy', npy(new Float32Array((WIDTH + 1) * HEIGHT), [HEIGHT, WIDTH + 1]));
        await label({ depth: 'wide.npy' })();
      },
      `${at}: wide.npy`,
      /7x4/,
    ],
    [
      'a distance too far to be one',
      async () => {
        const far = new Float32Array(WIDTH * HEIGHT).fill(1);
        far[8] = 256;
        await writeIn(root, 'far.npy', npy(far, [HEIGHT, WIDTH]));
        await label({ depth: 'far.npy' })();
      },
      `${at}: far.npy`,
      /256 at row 1, column 2/,
    ],
    [
      'an image of logarithms',
      () => write([good[0], good[1], good[2]], { ...TASKS, depth: { kind: 'depth', logarithm: 'stored' } }),
      `${at}: depth.png`,
      /an image/,
    ],
    [
      'a vector that is no direction',
      async () => {
        const vectors = new Float32Array(WIDTH * HEIGHT * 3);
        vectors.set([0, 0, 3], 3 * 8);
        await writeIn(root, 'long.npy', npy(vectors, [HEIGHT, WIDTH, 3]));
        await label({ normals: 'long.npy' })();
        const text = await readFile(join(root, 'manifest.jsonl'), 'utf8');
        const other = text.replace('"surface-normals"', '"surface-normals","encoding":"unit-float"');
        await writeIn(root, 'manifest.jsonl', other);
      },
      `${at}: long.npy`,
      /length 3\.00 at row 1, column 2/,
    ],
    ['a negative class', label({ age: -1 }), at, /^-1 /],
    [
      'a link out of the root',
      async () => {
        await symlink('/etc/passwd', join(root, 'link.png'));
        await label({ parts: 'link.png' })();
      },
      `${at}: link.png`,
      /passwd/,
    ],
    ['a part that no line is of', () => write([good[0], good[0], good[2]]), 'manifest.jsonl', /0 examples/],
    [
      'soft classes of another number',
      async () => {
        await writeIn(root, 'two.npy', npy(Float32Array.of(1, 2)));
        await label({ mood: 'two.npy' })();
      },
      `${at}: two.npy`,
      /2 numbers/,
    ],
  ])('%s', async (_, spoil, subject, found) => {
    await spoil();
    const opened = imageFolder
      .open({ root })
      .then((set) => set.read('validation', Uint32Array.of(0), Object.keys(TASKS)));
    await expect(opened).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATA_INVALID|FILE_MISSING)$/) as string,
      subject,
      found: expect.stringMatching(found) as string,
    });
  });
});
