import { encodePng } from '@taskweave/images';
import { findDataSet } from '@taskweave/datasets';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from './testing/cli.js';
import { EXAMPLES, referenceRun, type ReferenceRun } from './testing/reference-run.js';

let reference: ReferenceRun;
beforeAll(async () => void (reference = await referenceRun('--steps=10')));
afterAll(() => reference.remove());

describe('predictions of a run', () => {
  /** The test images as files, with their truth. */
  async function testImages(cwd: string) {
    const dataSet = await findDataSet('multi-mnist').open({});
    const indices = Uint32Array.from({ length: EXAMPLES }, (_, i) => i);
    const [image, left, right] = await dataSet.read('test', indices, ['left', 'right']);
    const [height, width] = dataSet.imageShape;
    const files = Array.from(indices, (i) => {
      const grey = (image!.data as Float32Array).subarray(i * height * width, (i + 1) * height * width);
      const file = join(cwd, `${i}.png`);
      const data = Uint8Array.from(grey, (value) => Math.round(value * 255));
      writeFileSync(file, encodePng({ width, height, channels: 1, data }));
      return file;
    });
    return { files, left: left!.data, right: right!.data };
  }

  it.each(['discrete', 'soft'] as const)(
    'score as the evaluator says, of the %s network',
    async (network) => {
      const cwd = reference.folder();
      const { files, ...truth } = await testImages(cwd);
      const { code, stdout, stderr } = await cli(
        [
          'predict',
          reference.path,
          '--network',
          network,
          '--json',
          '--out',
          'drawn',
          ...files.flatMap((file) => ['--image', file]),
        ],
        cwd,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { images } = JSON.parse(stdout) as {
        images: { tasks: { task: 'left' | 'right'; classes: { class: number }[] }[] }[];
      };
      for (const [place, task] of (['left', 'right'] as const).entries()) {
        const right = images.filter(({ tasks }, i) => tasks[place]!.classes[0]!.class === truth[task][i]);
        expect(right.length / EXAMPLES).toBe(reference.facts[network]![task]!.value);
      }
      expect(readdirSync(join(cwd, 'drawn'))).toHaveLength(2 * EXAMPLES + 1);
    },
  );

  it('are made of images in colour and of other sizes, and described', async () => {
    const cwd = reference.folder();
    const data = Uint8Array.from({ length: 50 * 20 * 3 }, (_, i) => (i * 7) % 256);
    writeFileSync(join(cwd, 'photo.png'), encodePng({ width: 50, height: 20, channels: 3, data }));
    const { code, stdout } = await cli(
      ['predict', reference.path, '--image', 'photo.png', '--out', 'o'],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('photo.png (resized from 50x20 to 36x36)');
    expect(stdout).toMatch(/left {3,}\d: 0\.\d\d {2}\d: .* {3}o\/photo-left\.png/);
    expect(stdout).toContain('All together: o/sheet.png');
  });

  it('are refused of images that cannot be read, and before a run is completed', async () => {
    const cwd = reference.folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    writeFileSync(join(cwd, 'broken.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d]));
    const predict = (image: string) => cli(['predict', 'copy', '--image', image], cwd);
    for (const [image, error] of [
      ['nowhere.png', 'FILE_MISSING'],
      ['broken.png', 'DATA_INVALID'],
    ] as const) {
      const { code, stderr } = await predict(image);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^error ${error}: .*\n.*${image}`));
    }
    const record = join(cwd, 'runs', 'copy', 'run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"completed"', '"stopped"'));
    const { code, stderr } = await predict('broken.png');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error RUN_NOT_FINISHED: /);
    expect(existsSync(join(cwd, 'runs', 'copy', 'predictions'))).toBe(false);
  });
});
