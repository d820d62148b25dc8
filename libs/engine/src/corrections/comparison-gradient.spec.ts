import { describe, expect, it } from 'vitest';
import { float32 } from '../host-tensor.js';
import { TESTED_ENGINES, differentiated, runProgram } from '../testing.js';
import { tf } from '../tf.js';

const state = { x: float32([3], [-2, 0.5, 3]) };

describe.each(TESTED_ENGINES)('a choice by a condition that depends on x on %s', (engine) => {
  const chosen = (condition: (x: tf.Tensor) => tf.Tensor) =>
    differentiated(state, ({ x }) => tf.where(condition(x!), tf.mul(x!, 2), tf.zerosLike(x!)));

  it.each<[string, (x: tf.Tensor) => tf.Tensor, boolean[]]>([
    ['greater', (x) => tf.greater(x, 0), [false, true, true]],
    ['greaterEqual', (x) => tf.greaterEqual(x, 0.5), [false, true, true]],
    ['less', (x) => tf.less(x, 1), [true, true, false]],
    ['lessEqual', (x) => tf.lessEqual(0.5, x), [false, true, true]],
    ['equal', (x) => tf.equal(x, 3), [false, false, true]],
    ['notEqual', (x) => tf.notEqual(x, 3), [true, true, false]],
    ['not', (x) => tf.logicalNot(tf.greater(x, 0)), [true, false, false]],
    ['and', (x) => tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1)), [false, true, false]],
    ['or', (x) => tf.logicalOr(tf.less(x, 0), tf.greater(x, 1)), [true, false, true]],
  ])('has the gradient of what is chosen: %s', async (_, condition, taken) => {
    const { outputs } = await runProgram(engine, chosen(condition), { state });
    // d/dx (y · sigmoid(y) + x) for y = 2x.
    const expected = state.x.data.map((x, i) => {
      const s = 1 / (1 + Math.exp(-2 * x));
      return 1 + (taken[i] ? 2 * (s + 2 * x * s * (1 - s)) : 0);
    });
    [...expected].forEach((slope, i) => expect(outputs['d/x']!.data[i]).toBeCloseTo(slope, 5));
  });
});
