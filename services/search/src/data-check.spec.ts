import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng, encodePng } from '@taskweave/images';
import type { DataReport } from '@taskweave/datasets';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cli } from './testing/cli.js';

const [WIDTH, HEIGHT] = [8, 6];
const CONFIG = `
data: {set: image-folder, options: {root: own}}
tasks: [{id: room}, {id: parts}]
`;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-cli-'));
  mkdirSync(join(cwd, 'own'));
  writeFileSync(join(cwd, 'own.yaml'), CONFIG);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Twelve examples; the image of example i is grey 20 i, its parts are of class 0 above and of class i mod 3 below. */
function writeData(): void {
  const head = {
    tasks: {
      room: { kind: 'classification', classes: ['hall', 'bath'] },
      parts: { kind: 'segmentation', classes: ['wall', 'floor', 'sink', 'tub'] },
    },
  };
  const lines = [JSON.stringify(head)];
  for (let i = 0; i < 12; i++) {
    const split = i < 8 ? 'train' : i < 10 ? 'validation' : 'test';
    writePng(`${i}.png`, WIDTH, HEIGHT, (pixel) => 20 * i + (pixel % 2));
    writePng(`${i}-parts.png`, WIDTH, HEIGHT, (pixel) =>
      pixel === 0 ? 255 : pixel < (WIDTH * HEIGHT) / 2 ? 0 : i % 3,
    );
    lines.push(
      JSON.stringify({
        image: `${i}.png`,
        split,
        labels: { room: i < 3 ? 'hall' : 'bath', parts: `${i}-parts.png` },
      }),
    );
  }
  writeFileSync(join(cwd, 'own/manifest.jsonl'), `${lines.join('\n')}\n`);
}

function writePng(name: string, width: number, height: number, at: (pixel: number) => number): void {
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => at(pixel));
  writeFileSync(join(cwd, 'own', name), encodePng({ width, height, channels: 1, data }));
}

it('counts what is in good data, and shows it', async () => {
  writeData();
  const { code, stdout } = await cli(['data', 'check', '--config', 'own.yaml', '--out', 'sheet.png'], cwd);
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing is wrong with this data.');
  expect(stdout).toMatch(/train\s+8\s+8\s+8x6/);
  expect(stdout).toMatch(/class 1 bath\s+5 \(62\.5 %\)/);
  expect(stdout).toContain('nowhere: class 3 (tub)\n');
  const json = await cli(['data', 'check', '--config', 'own.yaml', '--json'], cwd);
  const report = JSON.parse(json.stdout) as DataReport;
  expect(report).toMatchObject({
    imageShape: [HEIGHT, WIDTH, 3],
    tasks: [{ id: 'room', classes: ['hall', 'bath'] }, { id: 'parts' }],
    problems: [],
  });
  const [train] = report.parts;
  expect(train).toMatchObject({
    part: 'train',
    examples: 8,
    readable: 8,
    sizes: { '8x6': 8 },
    labels: [
      { labelled: 8, unlabelled: 0, classes: [3, 5] },
      { labelled: 8 * 47, unlabelled: 8, classes: [8 * 23 + 3 * 24, 3 * 24, 2 * 24, 0] },
    ],
  });
  expect(train!.image!.least).toBe(-1);
  expect(train!.image!.most).toBeCloseTo((141 - 127.5) / 127.5, 5);
  const picture = decodePng(readFileSync(join(cwd, 'sheet.png')), 'sheet.png');
  // 6 + 2 + 2 rows; two pictures of 8 columns and a swatch, twice for training.
  expect(picture.width).toBeGreaterThan(2 * (2 * WIDTH));
  expect(picture.height).toBeGreaterThan(10 * HEIGHT);
});

it('names every file that is wrong by its line, and ends with 2', async () => {
  writeData();
  writeFileSync(join(cwd, 'own/0.png'), readFileSync(join(cwd, 'own/0.png')).subarray(0, 50));
  writePng('3-parts.png', WIDTH, HEIGHT + 1, () => 0);
  writePng('5-parts.png', WIDTH, HEIGHT, () => 4);
  rmSync(join(cwd, 'own/9.png'));
  writePng('11.png', WIDTH + 2, HEIGHT, () => 0);
  writePng('11-parts.png', WIDTH + 2, HEIGHT, () => 0);
  const json = await cli(['data', 'check', '--config', 'own.yaml', '--json', '--out', 'sheet.png'], cwd);
  expect(json.code).toBe(2);
  const { problems, parts } = JSON.parse(json.stdout) as DataReport;
  expect(problems.map(({ part, index, subject, found }) => [part, index, subject, found])).toEqual([
    ['train', 0, 'manifest.jsonl, line 2: 0.png', expect.any(String)],
    ['train', 3, 'manifest.jsonl, line 5: 3-parts.png', '8x7'],
    ['train', 5, 'manifest.jsonl, line 7: 5-parts.png', '4 at row 0, column 0'],
    ['validation', 1, 'manifest.jsonl, line 11: 9.png', 'ENOENT'],
    ['test', undefined, undefined, '1 of 8x6, 1 of 10x6'],
  ]);
  expect(parts.map(({ readable }) => readable)).toEqual([5, 1, 2]);
  const { stdout, stderr, code } = await cli(['data', 'check', '--config', 'own.yaml'], cwd);
  expect(code).toBe(2);
  expect(stdout).toContain('manifest.jsonl, line 5: 3-parts.png');
  expect(stderr).toContain('error DATA_INVALID');
  expect(stderr).toContain('5 problems');
});

it('reports lists that cannot be read, and refuses what is no matter of the data', async () => {
  writeData();
  const check = (...more: string[]) => cli(['data', 'check', '--config', 'own.yaml', ...more], cwd);
  const task = await check('--set', 'tasks[1].id=smell');
  expect([task.code, task.stdout]).toEqual([2, '']);
  expect(task.stderr).toContain("Data set 'image-folder' has no labels for this task.");
  const out = await check('--out', 'nowhere/sheet.png');
  expect(out.code).toBe(2);
  expect(out.stderr).toContain('OUTPUT_NOT_WRITABLE');
  writeFileSync(join(cwd, 'own/manifest.jsonl'), '{"tasks": 7}\n');
  const lists = await check('--json');
  expect(lists.code).toBe(2);
  expect((JSON.parse(lists.stdout) as DataReport).problems).toMatchObject([
    { code: 'DATA_INVALID', subject: 'manifest.jsonl, line 1' },
  ]);
});

it('draws images of other than one or three channels channel by channel', async () => {
  const sizes = 'data.options={size: 8, trainSize: 2, validationSize: 1, testSize: 1}';
  const args = ['data', 'check', '--preset', 'planted', '--set', sizes, '--out', 'sheet.png'];
  const { code, stderr } = await cli(args, cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { width, channels } = decodePng(readFileSync(join(cwd, 'sheet.png')), 'sheet.png');
  expect(channels).toBe(3);
  // Of a training example four channels and four labels, as they are and as a network gets them.
  expect(width).toBeGreaterThanOrEqual(2 * 4 * 8);
});
