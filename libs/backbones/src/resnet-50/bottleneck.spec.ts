import { describe, expect, it } from 'vitest';
import { float32, tf, type HostTensors } from '@taskweave/engine';
import { TESTED_ENGINES, differentiated, normal, pure, runProgram } from '@taskweave/engine/testing';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { applyUnit, bottleneck, bottleneckMacs, declareBottleneck, declareUnit } from './bottleneck.js';

const EPSILON = 1e-3;
const UNIT = { weight: 'conv1', norm: 'bn1' };

/** One image of one channel that counts its pixels from 1. */
const counted = (height: number, width: number) =>
  float32(
    [1, height, width, 1],
    Float32Array.from({ length: height * width }, (_, i) => i + 1),
  );

/** A kernel of ones, and statistics with which evaluation normalises nothing away. */
const sums = (size: number): HostTensors => ({
  ...initialValues(declareUnit(UNIT, size, 1, 1), 1),
  'conv1/weight': float32([size, size, 1, 1], new Float32Array(size * size).fill(1)),
  'bn1/variance': float32([1], [1 - EPSILON]),
});

const evaluation = (parameters: Record<string, tf.Tensor>) =>
  forwardContext(parameters, { training: false, batchNorm: { epsilon: EPSILON, momentum: 0.05 } });

describe.each(TESTED_ENGINES)('a strided convolution on %s', (engine) => {
  const run = async (size: number, height: number, width: number) => {
    const state = { ...sums(size), x: counted(height, width) };
    const program = pure(state, (tensors) => ({
      y: applyUnit(evaluation(tensors), UNIT, tensors['x']!, { stride: 2 }),
    }));
    const { y } = (await runProgram(engine, program, { inputs: state })).outputs;
    return { shape: y!.shape, data: [...y!.data].map((value) => Math.round(value * 1e3) / 1e3) };
  };

  it('pads even and odd sizes alike on all sides, as PyTorch does', async () => {
    // Taps at rows and columns -1..1 and 1..3.
    expect(await run(3, 4, 4)).toEqual({ shape: [1, 2, 2, 1], data: [14, 30, 57, 99] });
    expect(await run(3, 3, 3)).toEqual({ shape: [1, 2, 2, 1], data: [12, 16, 24, 28] });
    expect(await run(1, 4, 3)).toEqual({ shape: [1, 2, 2, 1], data: [1, 3, 7, 9] });
  });

  it.each([3, 7])('of size %i has the gradients of padding first', async (size) => {
    const state = {
      x: normal('x', [2, 8, 7, 3]),
      kernel: normal('kernel', [size, size, 3, 2]),
    };
    const pad = (size - 1) / 2;
    const implied = differentiated(state, ({ x, kernel }) =>
      tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 2, pad),
    );
    const explicit = differentiated(state, ({ x, kernel }) => {
      const sides: [number, number] = [pad, pad];
      const padded = tf.pad(x as tf.Tensor4D, [[0, 0], sides, sides, [0, 0]]);
      return tf.conv2d(padded, kernel as tf.Tensor4D, 2, 'valid');
    });
    const [found, expected] = [
      await runProgram(engine, implied, { state }),
      await runProgram(engine, explicit, { state }),
    ];
    expect(Object.keys(expected.outputs)).toEqual(['y', 'd/x', 'd/kernel']);
    for (const [name, { data }] of Object.entries(expected.outputs)) {
      data.forEach((value, i) => expect(found.outputs[name]!.data[i], name).toBeCloseTo(value, 3));
    }
  });
});

describe('a bottleneck', () => {
  const shape = { inputs: 8, narrow: 2, stride: 1, dilation: 1 } as const;
  const names = (changes: Partial<Record<'inputs' | 'stride', number>>) =>
    declareBottleneck('b', { ...shape, ...(changes as object) })
      .map(({ name }) => name)
      .filter((name) => name.endsWith('/weight'));

  it('has a projection only where channels or size change', () => {
    const plain = ['b/conv1/weight', 'b/conv2/weight', 'b/conv3/weight'];
    expect(names({})).toEqual(plain);
    expect(names({ inputs: 4 })).toEqual([...plain, 'b/downsample/conv/weight']);
    expect(names({ stride: 2 })).toEqual([...plain, 'b/downsample/conv/weight']);
    expect(bottleneckMacs(shape, 10, 10)).toBe((16 + 36 + 16) * 10);
    expect(bottleneckMacs({ ...shape, inputs: 4, stride: 2 }, 40, 10)).toBe(8 * 40 + (36 + 16 + 32) * 10);
  });

  it('adds its input to what its convolutions make of it, and cuts off below 0', async () => {
    const x = normal('x', [1, 2, 2, 8]);
    // With a scale of 0 the last normalisation leaves nothing of the convolutions but its shift.
    const state = {
      ...initialValues(declareBottleneck('b', shape), 1),
      'b/bn3/gamma': float32([8], new Float32Array(8)),
      'b/bn3/beta': float32([8], new Float32Array(8).fill(0.25)),
      x,
    };
    const program = pure(state, (tensors) => ({
      y: bottleneck(evaluation(tensors), 'b', tensors['x']!, shape),
    }));
    const { y } = (await runProgram('onnx', program, { inputs: state })).outputs;
    x.data.forEach((value, i) => expect(y!.data[i]).toBeCloseTo(Math.max(0, value + 0.25), 5));
  });
});
