import { describe, expect, it } from 'vitest';
import { float32, int32, type HostTensor } from '../host-tensor.js';
import { valueAndGradients } from '../gradients.js';
import type { Program } from '../program.js';
import { TESTED_ENGINES, runProgram } from '../testing.js';
import { maskedCrossEntropy } from './cross-entropy.js';

const logits = float32([3, 2], [0, Math.log(3), 100, 0, 1, 1]);

const program = (shape: readonly number[], ignore: number): Program => ({
  name: 'loss',
  inputs: { labels: { dtype: 'int32', shape } },
  reads: ['logits'],
  run: ({ logits: x }, { labels }) => {
    const { value, gradients } = valueAndGradients(
      (variables) => ({ value: maskedCrossEntropy(variables['logits']!, labels!, ignore), auxiliary: {} }),
      { logits: x! },
    );
    return { outputs: { loss: value, gradient: gradients['logits']! } };
  },
});

describe.each(TESTED_ENGINES)('cross-entropy with a label to ignore on %s', (engine) => {
  const run = async (labels: HostTensor, ignore: number, x = logits) =>
    (await runProgram(engine, program(labels.shape, ignore), { state: { logits: x }, inputs: { labels } }))
      .outputs;

  it.each([
    ['all labels count', [0, 0, 1], 255, (Math.log(4) + 0 + Math.log(2)) / 3],
    ['one is ignored', [0, 255, 1], 255, (Math.log(4) + Math.log(2)) / 2],
    ['-1 is ignored', [-1, 1, -1], -1, 100],
    ['a class is ignored', [1, 0, 1], 1, 0],
  ])('is the mean over labels that count: %s', async (_, labels, ignore, expected) => {
    const { loss } = await run(int32([3], labels), ignore);
    expect(loss!.data[0]).toBeCloseTo(expected, 4);
  });

  it('has the gradient (softmax − one-hot) / count, and 0 where a label is ignored', async () => {
    const { gradient } = await run(int32([3], [0, 255, 1]), 255);
    [0.25 - 1, 0.75, 0, 0, 0.5, 0.5 - 1].forEach((slope, i) => {
      expect(gradient!.data[i]).toBeCloseTo(slope / 2, 5);
    });
  });

  it('is 0, with gradient 0, where no label counts', async () => {
    const { loss, gradient } = await run(int32([3], [9, 9, 9]), 9);
    expect([...loss!.data, ...gradient!.data].map(Math.abs)).toEqual(new Array(7).fill(0));
  });

  it('takes labels of any rank', async () => {
    const images = float32([1, 3, 1, 2], logits.data as Float32Array);
    const { loss } = await run(int32([1, 3, 1], [0, 0, 1]), 255, images);
    expect(loss!.data[0]).toBeCloseTo((Math.log(4) + Math.log(2)) / 3, 4);
  });
});
