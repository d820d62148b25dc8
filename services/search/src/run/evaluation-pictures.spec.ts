import { EvaluateResponse } from '@taskweave/contracts';
import { listPictures, readPictures, RunFolder } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { resolveSpec } from '@taskweave/spec';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EvaluationPictures } from './evaluation-pictures.js';
import { plugins } from './plugins.js';

let folder: RunFolder;
let warnings: string[];
let pictures: EvaluationPictures;
beforeEach(() => {
  folder = new RunFolder(mkdtempSync(join(tmpdir(), 'taskweave-pictures-')));
  const spec = resolveSpec({ preset: 'multi-mnist-smoke', assignments: ['evaluation.pictures=2'] }, plugins);
  warnings = [];
  pictures = new EvaluationPictures(folder, { spec } as RunPlan, (warning) => warnings.push(warning));
});
afterEach(() => rmSync(folder.path, { recursive: true }));

const png = Uint8Array.of(1);
const answer = EvaluateResponse.create({
  pictures: [
    {
      imagePng: png,
      tasks: [
        {
          ...{ task: 'left', kind: 'classification', truthPng: png, predictionPng: png },
          ...{ truthText: '3', predictionText: '' },
        },
      ],
    },
  ],
});

it('asks for as many as the spec says, and keeps them with what is known of them', async () => {
  expect(pictures.count).toBe(2);
  await pictures.take(10, answer);
  const [example] = readPictures(folder.pictures, 10).examples;
  expect(example!.tasks).toEqual([
    {
      ...{ task: 'left', kind: 'classification', truth: '0-left-truth.png' },
      ...{ prediction: '0-left-prediction.png', truthText: '3' },
    },
  ]);
  expect(warnings).toEqual([]);
});

it('makes no folder where none are drawn', async () => {
  await pictures.take(10, EvaluateResponse.create());
  expect(listPictures(folder.pictures)).toEqual([]);
});

it('warns once of what cannot be written or drawn, and goes on', async () => {
  writeFileSync(folder.pictures, '');
  await pictures.take(10, answer);
  await pictures.take(20, answer);
  await pictures.take(30, EvaluateResponse.create({ picturesProblem: 'No colours are left.' }));
  expect(warnings).toEqual([
    expect.stringMatching(/^Examples are not drawn at evaluations: Cannot write .*step-00000010/),
  ]);
});
