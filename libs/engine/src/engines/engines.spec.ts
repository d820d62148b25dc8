import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '@taskweave/common';
import { valueAndGradients } from '../gradients.js';
import { elementCount, float32, int32, type HostTensors } from '../host-tensor.js';
import { openEngine } from '../open-engine.js';
import { batchNormTraining, runningStatistics } from '../ops/batch-norm.js';
import type { Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';

/** Runs a program `calls` times on an engine; returns the last outputs and the state afterwards. */
async function run(
  id: 'onnx' | 'cpu',
  program: Program,
  state: HostTensors,
  inputs: HostTensors,
  calls: number,
) {
  const engine = await openEngine({ id, threads: 2 });
  const engineState = engine.createState(state);
  const executable = await engine.compile(program, engineState);
  let outputs: HostTensors = {};
  for (let call = 0; call < calls; call++) outputs = await executable.run(inputs);
  const after = await engineState.read();
  await executable.dispose();
  return { ...outputs, ...after };
}

function normal(name: string, shape: readonly number[], scale = 1) {
  const stream = randomStream(7, name);
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => scale * stream.normal(i)),
  );
}

/** Largest difference relative to the largest magnitude of the reference. */
function relativeError(value: ArrayLike<number>, reference: ArrayLike<number>): number {
  let error = 0;
  let scale = 1e-6;
  for (let i = 0; i < reference.length; i++) {
    error = Math.max(error, Math.abs(value[i]! - reference[i]!));
    scale = Math.max(scale, Math.abs(reference[i]!));
  }
  return error / scale;
}

async function expectEqualEngines(
  program: Program,
  state: HostTensors,
  inputs: HostTensors,
  { calls = 1, tolerance = 1e-4 } = {},
): Promise<void> {
  const traced = await run('onnx', program, state, inputs, calls);
  const oracle = await run('cpu', program, state, inputs, calls);
  expect(Object.keys(traced).sort()).toEqual(Object.keys(oracle).sort());
  for (const [name, { data, shape }] of Object.entries(oracle)) {
    expect(traced[name]!.shape, name).toEqual(shape);
    expect(relativeError(traced[name]!.data, data), name).toBeLessThanOrEqual(tolerance);
  }
}

/** A program that returns a function's value and the gradient of its sum, weighted unevenly, for every state tensor. */
function differentiated(state: HostTensors, apply: (x: NamedTensors) => tf.Tensor): Program {
  return {
    name: 'differentiated',
    inputs: {},
    reads: Object.keys(state),
    run(tensors) {
      const { gradients, auxiliary } = valueAndGradients((variables) => {
        const y = apply(variables);
        // Every variable counts a little, used or not: tfjs refuses to differentiate by one that is not.
        const touched = Object.values(variables)
          .map((variable) => tf.sum(variable))
          .reduce((a, b) => tf.add(a, b));
        return { value: tf.add(tf.sum(tf.mul(y, tf.sigmoid(y))), touched) as tf.Scalar, auxiliary: { y } };
      }, tensors);
      return {
        outputs: {
          ...auxiliary,
          ...Object.fromEntries(Object.entries(gradients).map(([n, g]) => [`d/${n}`, g])),
        },
      };
    },
  };
}

describe('traced programs equal the oracle', () => {
  const convolution = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 9 }),
    inputs: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 4 }),
    kernel: fc.constantFrom(1, 2, 3, 5),
    stride: fc.constantFrom(1, 2),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  });

  it('convolution, value and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async (c) => {
        const state = {
          x: normal('x', [c.batch, c.height, c.width, c.inputs]),
          filter: normal('f', [c.kernel, c.kernel, c.inputs, c.outputs]),
        };
        const program = differentiated(state, ({ x, filter }) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad),
        );
        await expectEqualEngines(program, state, {});
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    [2, 2, 'valid' as const],
    [2, 2, 'same' as const],
    [3, 2, 'same' as const],
    [3, 1, 'same' as const],
  ])('max pool %i/%i %s on odd and even sizes, value and gradient', async (size, stride, pad) => {
    for (const [height, width] of [
      [6, 8],
      [7, 5],
    ] as const) {
      const state = { x: normal('x', [2, height, width, 3]) };
      await expectEqualEngines(
        differentiated(state, ({ x }) => tf.maxPool(x as tf.Tensor4D, size, stride, pad)),
        state,
        {},
      );
    }
  });

  it.each<[string, (x: tf.Tensor4D, v: tf.Tensor) => tf.Tensor]>([
    ['relu', (x) => tf.relu(x)],
    ['broadcast over channels', (x, v) => tf.add(tf.mul(x, v), tf.div(x, tf.add(tf.square(v), 1)))],
    ['mean over pixels', (x) => tf.mean(x, [1, 2])],
    ['sum over the batch', (x) => tf.sum(x, 0)],
    ['keepDims', (x) => tf.sub(x, tf.max(x, 3, true))],
    ['softmax', (x) => tf.softmax(tf.reshape(x, [8, -1]))],
    ['log-softmax', (x) => tf.logSoftmax(x)],
    [
      'concat, slice and split',
      (x) => tf.concat([tf.slice(x, [0, 0, 1, 0], [-1, -1, 2, -1]), tf.split(x, 2, 2)[0]!], 2),
    ],
    [
      'pad and transpose',
      (x) =>
        tf.transpose(
          tf.pad(x, [
            [0, 0],
            [1, 2],
            [0, 1],
            [0, 0],
          ]),
          [0, 3, 1, 2],
        ),
    ],
    ['tile', (x) => tf.tile(x, [1, 2, 1, 1])],
    [
      'squared difference and power',
      (x, v) => tf.pow(tf.add(tf.squaredDifference(x, tf.mul(x, v)), 1), tf.scalar(0.5)),
    ],
    [
      'flatten and dense',
      (x) => tf.matMul(tf.reshape(tf.relu(tf.maxPool(x, 2, 2, 'valid')), [2, -1]), tf.ones([12, 5])),
    ],
  ])('%s, value and gradients, plain and behind a convolution', async (_, apply) => {
    const state = {
      x: normal('x', [2, 4, 4, 3]),
      v: normal('v', [3]),
      filter: normal('f', [3, 3, 3, 3], 0.3),
    };
    await expectEqualEngines(
      differentiated(state, ({ x, v, filter }) =>
        tf.add(
          tf.sum(apply(x as tf.Tensor4D, v!)),
          apply(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), v!),
        ),
      ),
      state,
      {},
    );
  });
});

describe('a training program', () => {
  const state = {
    filter: normal('filter', [3, 3, 2, 4], 0.4),
    gamma: float32([4], [1, 1, 1, 1]),
    beta: float32([4], [0, 0, 0, 0]),
    dense: normal('dense', [36, 5], 0.2),
    mean: float32([4], [0, 0, 0, 0]),
    variance: float32([4], [1, 1, 1, 1]),
  };
  const program: Program = {
    name: 'training',
    inputs: {
      image: { dtype: 'float32', shape: [4, 6, 6, 2] },
      label: { dtype: 'int32', shape: [4] },
      learningRate: { dtype: 'float32', shape: [] },
    },
    reads: Object.keys(state),
    run({ mean, variance, ...weights }, { image, label, learningRate }) {
      const { value, gradients, auxiliary } = valueAndGradients(({ filter, gamma, beta, dense }) => {
        const features = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
        const { output, ...statistics } = batchNormTraining(features, gamma!, beta!, 1e-3);
        const pooled = tf.maxPool(tf.relu(output) as tf.Tensor4D, 2, 2, 'valid');
        const logits = tf.matMul(tf.reshape(pooled, [4, 36]), dense as tf.Tensor2D);
        const logProbabilities = tf.logSoftmax(logits);
        const hits = tf.oneHot(label as tf.Tensor1D, 5, 1, 0, 'float32');
        return {
          value: tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, hits), 1))) as tf.Scalar,
          auxiliary: { ...statistics },
        };
      }, weights);
      const next: NamedTensors = {};
      for (const [name, weight] of Object.entries(weights)) {
        next[name] = tf.sub(weight, tf.mul(gradients[name]!, learningRate!));
      }
      const batch = { mean: auxiliary['mean']!, variance: auxiliary['variance']! };
      const running = runningStatistics({ mean: mean!, variance: variance! }, batch, 0.05, 4 * 36);
      return { outputs: { loss: value }, state: { ...next, ...running } };
    },
  };
  const inputs = {
    image: normal('image', [4, 6, 6, 2]),
    label: int32([4], [0, 3, 4, 1]),
    learningRate: float32([], [0.1]),
  };

  it('equals the oracle after 20 steps', async () => {
    await expectEqualEngines(program, state, inputs, { calls: 20, tolerance: 1e-4 });
  });

  it('gives the same bits in every run and for 1 and 2 threads', async () => {
    const bits = async (threads: number) => {
      const engine = await openEngine({ id: 'onnx', threads });
      const engineState = engine.createState(state);
      const executable = await engine.compile(program, engineState);
      for (let step = 0; step < 5; step++) await executable.run(inputs);
      return engineState.read();
    };
    const first = await bits(2);
    expect(await bits(2)).toEqual(first);
    expect(await bits(1)).toEqual(first);
  });

  it('leaves no tensor behind on the eager engine', async () => {
    await run('cpu', program, state, inputs, 1);
    const engine = await openEngine({ id: 'cpu', threads: 1 });
    const engineState = engine.createState(state);
    const executable = await engine.compile(program, engineState);
    await executable.run(inputs);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) await executable.run(inputs);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what cannot be traced is refused', () => {
  const traceOf = (body: (x: tf.Tensor) => tf.Tensor) => async () => {
    const engine = await openEngine({ id: 'onnx', threads: 1 });
    const state = engine.createState({ x: normal('x', [3]) });
    await engine.compile(
      { name: 'p', inputs: {}, reads: ['x'], run: ({ x }) => ({ outputs: { y: body(x!) } }) },
      state,
    );
  };

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['random numbers', (x) => tf.add(x, tf.randomNormal([3]))],
    ['reading values', (x) => (x.dataSync()[0]! > 0 ? x : tf.neg(x))],
    ['ops without a rule', (x) => tf.cumsum(x)],
  ])('%s', async (_, body) => {
    await expect(traceOf(body)).rejects.toMatchObject({ code: 'TRACE_UNSUPPORTED' });
  });
});

it('names the packages that the tensorflow engine needs', async () => {
  await expect(openEngine({ id: 'tensorflow', threads: 1 })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    subject: 'engine.id',
  });
});
