import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, png, writeIn } from '../image-files/testing.js';
import { multiMnist } from '../multi-mnist/index.js';
import { nyuv2 } from '../nyuv2/index.js';
import { HEIGHT, WIDTH, writeNyuv2 } from '../nyuv2/testing.js';
import { checkDataSet } from './check-data-set.js';

let root: string;
beforeEach(async () => {
  root = await newFolder();
  await writeNyuv2(root);
});
afterEach(() => rm(root, { recursive: true }));

describe('checkDataSet', () => {
  it('adds up whole images, classes and vectors', async () => {
    const seen: number[][] = [];
    const report = await checkDataSet(await nyuv2.open({ root }), {
      onProgress: (done, of) => seen.push([done, of]),
    });
    expect(report.problems).toEqual([]);
    expect(seen.at(-1)).toEqual([11, 11]);
    expect(report.parts.map(({ part, examples, readable }) => [part, examples, readable])).toEqual([
      ['train', 7, 7],
      ['validation', 1, 1],
      ['test', 3, 3],
    ]);
    const { sizes, image, labels } = report.parts[2]!;
    expect(sizes).toEqual({ '12x9': 3 });
    expect([image!.least, image!.most]).toEqual([-120, -10]);
    const counted = WIDTH * (HEIGHT - 1) * 3;
    expect(labels[0]).toMatchObject({ task: 'segmentation', labelled: counted, unlabelled: 3 * WIDTH });
    const classes = Array.from({ length: 40 }, (_, i) => (i < WIDTH ? 3 * (HEIGHT - 1) : 0));
    expect(labels[0]!.classes).toEqual(classes);
    expect(labels[1]).toMatchObject({ task: 'normals', labelled: counted, unlabelled: 3 * WIDTH });
    expect(labels[1]!.range!.most).toBeLessThanOrEqual(1);
    expect(labels[1]!.range!.least).toBeGreaterThan(-1);
  });

  it('goes on after an example that cannot be read, and takes only the tasks asked for', async () => {
    await rm(join(root, 'nyu_train_val/testing/normal_mask/0.png'));
    await writeIn(
      root,
      'nyu_train_val/testing/seg/2.png',
      png(WIDTH, HEIGHT, () => [77]),
    );
    const set = await nyuv2.open({ root });
    const report = await checkDataSet(set);
    expect(report.problems.map(({ part, index, subject }) => [part, index, subject])).toEqual([
      ['test', 0, 'list/testing_normal_mask.txt, line 1: nyu_train_val/testing/normal_mask/0.png'],
      ['test', 2, 'list/testing_seg.txt, line 3: nyu_train_val/testing/seg/2.png'],
    ]);
    expect(report.parts[2]).toMatchObject({ examples: 3, readable: 1 });
    const one = await checkDataSet(set, { tasks: ['normals'] });
    expect(one.problems).toHaveLength(1);
    expect(one.tasks.map(({ id }) => id)).toEqual(['normals']);
  });

  it('counts classes of whole images', async () => {
    const set = await multiMnist.open({ trainLimit: 50, validationLimit: 5, testLimit: 5 });
    const { parts } = await checkDataSet(set, { tasks: ['left'] });
    const { labels, image } = parts[0]!;
    expect(labels[0]!.classes!.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(image).toMatchObject({ least: 0, most: 1 });
  });
});
