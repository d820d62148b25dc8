import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../gradients.js';
import { float32, int32 } from '../host-tensor.js';
import { openEngine } from '../open-engine.js';
import { batchNormTraining, runningStatistics } from '../ops/batch-norm.js';
import type { Program } from '../program.js';
import { TESTED_ENGINES, expectEqualEngines, normal, runProgram } from '../testing.js';
import { tf, type NamedTensors } from '../tf.js';

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
    await expectEqualEngines(program, state, { inputs, calls: 20 });
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
    await runProgram('cpu', program, { state, inputs });
    const engine = await openEngine({ id: 'cpu', threads: 1 });
    const engineState = engine.createState(state);
    const executable = await engine.compile(program, engineState);
    await executable.run(inputs);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) await executable.run(inputs);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(TESTED_ENGINES)('the state of %s', (id) => {
  const filter = normal('filter', [3, 3, 2, 4]);
  const counter: Program = {
    name: 'counter',
    inputs: { by: { dtype: 'float32', shape: [2] } },
    reads: ['count'],
    run: ({ count }, { by }) => ({ outputs: { before: count! }, state: { count: tf.add(count!, by!) } }),
  };
  const open = async () => {
    const engine = await openEngine({ id, threads: 1 });
    const state = engine.createState({ filter, count: float32([2], [0, 10]) });
    return { state, executable: await engine.compile(counter, state) };
  };

  it('is read as it was written, in copies', async () => {
    const { state } = await open();
    expect(await state.read(['filter'])).toEqual({ filter });
    (await state.read())['filter']!.data.fill(0);
    const other = normal('other', [3, 3, 2, 4]);
    state.write({ filter: other });
    expect(await state.read(['filter'])).toEqual({ filter: other });
  });

  it('is what the call before left', async () => {
    const { state, executable } = await open();
    const inputs = { by: float32([2], [1, -1]) };
    for (const before of [
      [0, 10],
      [1, 9],
      [2, 8],
    ]) {
      expect([...(await executable.run(inputs))['before']!.data]).toEqual(before);
    }
    state.write({ count: float32([2], [5, 5]) });
    await executable.run(inputs);
    expect([...(await state.read())['count']!.data]).toEqual([6, 4]);
  });

  it('is told from inputs and outputs of the same name', async () => {
    const program: Program = {
      name: 'names',
      inputs: { x: { dtype: 'float32', shape: [1] } },
      reads: ['count'],
      run: ({ count }, { x }) => ({
        outputs: { count: tf.neg(count!), x: tf.mul(x!, 2) },
        state: { count: tf.add(count!, x!) },
      }),
    };
    const state = { count: float32([1], [10]) };
    const result = await runProgram(id, program, { state, inputs: { x: float32([1], [3]) } });
    expect(result).toEqual({
      outputs: { count: float32([1], [-10]), x: float32([1], [6]) },
      state: { count: float32([1], [13]) },
    });
  });

  it('refuses other shapes, as do inputs', async () => {
    const { state, executable } = await open();
    const wrong = { code: 'INTERNAL', found: '[3]', expected: '[2]' };
    const three = float32([3], [1, 2, 3]);
    expect(() => state.write({ count: three })).toThrow(expect.objectContaining(wrong));
    await expect(executable.run({ by: three })).rejects.toMatchObject({ ...wrong, subject: 'by' });
    await expect(executable.run({})).rejects.toMatchObject({ code: 'INTERNAL', subject: 'by' });
  });
});
