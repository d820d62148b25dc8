import { findDataSet } from '@taskweave/datasets';
import { hostTensors, openGraphModel, openOnnxFile, type ExportedModel } from '@taskweave/engine';
import { RunFolder } from '@taskweave/runs';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun } from './testing/cli.js';
import { referenceRun, type ReferenceRun } from './testing/reference-run.js';

let reference: ReferenceRun;
beforeAll(async () => void (reference = await referenceRun('--steps=10')));
afterAll(() => reference.remove());

describe('the network of a run, exported', () => {
  const options = (format: string, out: string) => [
    'export',
    onlyRun(reference.cwd),
    '--format',
    format,
    '--out',
    out,
  ];

  it.each<[string, (out: string) => Promise<ExportedModel>]>([
    ['onnx', (out) => openOnnxFile(readFileSync(out), 1)],
    [
      'tfjs',
      (out) =>
        openGraphModel(new Map(readdirSync(out).map((name) => [name, readFileSync(join(out, name))])), 1),
    ],
  ])('as %s names digits as well as the run says', async (format, open) => {
    const out = join(reference.folder(), 'exported');
    const { code, stdout, stderr } = await cli([...options(format, out), '--json'], reference.cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ format, path: out, batch: 'dynamic', tolerance: 1e-4 });
    const { plan } = new RunFolder(reference.path).readRecord();
    const { set, options: chosen } = plan.spec.data;
    const dataSet = await findDataSet(set).open(chosen);
    const indices = Uint32Array.from({ length: dataSet.sizes.test }, (_, i) => i);
    const batch = hostTensors(await dataSet.read('test', indices, ['left', 'right']));
    const model = await open(out);
    const outputs = await model.run({ image: batch['image']! });
    await model.dispose();
    for (const [task, { value }] of Object.entries(reference.facts.discrete)) {
      const labels = batch[`label/${task}`]!.data;
      const right = [...labels].filter((label, i) => argMax(outputs[task]!.data, 10, i) === label);
      expect(right.length / labels.length).toBe(value);
    }
  });

  it('is put into the folder of the run, where nothing else is said', async () => {
    const cwd = reference.folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    const { code, stdout } = await cli(['export', 'copy', '--format', 'safetensors'], cwd);
    expect(code).toBe(0);
    const run = onlyRun(reference.cwd);
    expect(readdirSync(join(cwd, 'runs', 'copy', 'export'))).toEqual([`${run}.safetensors`]);
    expect(stdout).toMatch(/Differs from the evaluation by at most \d\.\de-\d+ of the largest output/);
  });

  it('is refused for a run that is not finished, and where it cannot be written', async () => {
    const cwd = reference.folder();
    const copy = join(cwd, 'runs', 'copy');
    cpSync(reference.path, copy, { recursive: true });
    const record = readFileSync(join(copy, 'run.json'), 'utf8');
    writeFileSync(join(copy, 'run.json'), record.replace('"completed"', '"stopped"'));
    const unfinished = await cli(['export', 'copy', '--format', 'onnx'], cwd);
    expect(unfinished.code).toBe(2);
    expect(unfinished.stderr).toMatch(/^error RUN_NOT_FINISHED: /);

    const unwritable = await cli(options('onnx', join(copy, 'run.json', 'net.onnx')), reference.cwd);
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toMatch(/^error OUTPUT_NOT_WRITABLE: .*part of the path is a file/);
    expect(unwritable.stderr).toContain('--out.');
  });
});

function argMax(values: ArrayLike<number>, classes: number, row: number): number {
  const scores = Array.from({ length: classes }, (_, i) => values[row * classes + i]!);
  return scores.indexOf(Math.max(...scores));
}
