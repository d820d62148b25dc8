import { describe, expect, it } from 'vitest';
import { float32 } from '../host-tensor.js';
import type { Program } from '../program.js';
import { TESTED_ENGINES, differentiated, expectCloseTensors, normal, pure, runProgram } from '../testing.js';
import { tf } from '../tf.js';
import { batchNormInference, batchNormTraining, runningStatistics } from './batch-norm.js';

const EPSILON = 1e-3;

/** The definition, to be differentiated op by op. */
function byDefinition(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, axes: number[]): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON)))), beta);
}

describe.each(TESTED_ENGINES)('batch normalisation on %s', (engine) => {
  it.each([
    ['feature maps', [3, 4, 5, 2], [0, 1, 2]],
    ['vectors', [6, 2], [0]],
  ])('of %s has the gradients of its definition', async (_, shape, axes) => {
    const state = { x: normal('x', shape), gamma: normal('gamma', [2]), beta: normal('beta', [2]) };
    const closed = differentiated(
      state,
      ({ x, gamma, beta }) => batchNormTraining(x!, gamma!, beta!, EPSILON).output,
    );
    const open = differentiated(state, ({ x, gamma, beta }) => byDefinition(x!, gamma!, beta!, axes));
    const { outputs } = await runProgram(engine, closed, { state });
    expectCloseTensors(outputs, (await runProgram('cpu', open, { state })).outputs, 2e-5);
  });

  it('gives mean and biased variance, which enter the running ones unbiased', async () => {
    const inputs = { x: float32([4, 1], [1, 2, 3, 6]) };
    const program: Program = pure(inputs, ({ x }) => {
      const { mean, variance } = batchNormTraining(x!, tf.ones([1]), tf.zeros([1]), EPSILON);
      const old = { mean: tf.fill([1], 10), variance: tf.fill([1], 20) };
      const next = runningStatistics(old, { mean, variance }, 0.25, 4);
      return { mean, variance, nextMean: next.mean, nextVariance: next.variance };
    });
    const { outputs } = await runProgram(engine, program, { inputs });
    const expected = { mean: 3, variance: 3.5, nextMean: 8.25, nextVariance: 15 + (0.25 * 3.5 * 4) / 3 };
    for (const [name, value] of Object.entries(expected)) {
      expect(outputs[name]!.data[0], name).toBeCloseTo(value, 5);
    }
  });

  it('with given statistics shifts and scales each channel', async () => {
    const inputs = { x: float32([2, 2], [1, 2, 3, 4]) };
    const program = pure(inputs, ({ x }) => {
      const vector = (a: number, b: number): tf.Tensor => tf.concat([tf.fill([1], a), tf.fill([1], b)], 0);
      return {
        y: batchNormInference(x!, vector(2, 1), vector(0, 5), vector(1, 4), vector(3.999, 0.249), EPSILON),
      };
    });
    const { outputs } = await runProgram(engine, program, { inputs });
    [0, 1, 2, 5].forEach((value, i) => expect(outputs['y']!.data[i]).toBeCloseTo(value, 5));
  });
});
