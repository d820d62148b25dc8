import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withScope } from '../compiler/record/scope.js';
import { openEngine } from '../open-engine.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';
import { nodeOrigin } from './node-name.js';
import { readProfile } from './ort-profile.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads what the engine leaves, named by the layers of the model', async () => {
  const engine = await openEngine({ id: 'onnx', threads: 1, profile: `${folder}/` });
  const state = engine.createState({ w: normal('w', [4, 3]) });
  const executable = await engine.compile(
    {
      name: 'product',
      inputs: { x: { dtype: 'float32', shape: [2, 4] } },
      reads: ['w'],
      run: ({ w }, { x }) => ({
        outputs: { y: withScope('left/head', () => tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))) },
      }),
    },
    state,
  );
  for (let run = 0; run < 3; run++) await executable.run({ x: normal('x', [2, 4]) });
  await executable.dispose();
  const profile = readProfile(folder, 'product', 1);
  expect(profile.runs).toHaveLength(2);
  const origins = profile.nodes.map(({ name }) => nodeOrigin(name));
  expect(origins.filter(({ layer }) => layer === 'left/head').map(({ kernel }) => kernel)).toEqual([
    'BatchMatMul',
    'Tanh',
    'BatchMatMul',
    'Tanh',
  ]);
});

it('says so when there is none', () => {
  expect(() => readProfile(folder, 'other', 0)).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }));
});
