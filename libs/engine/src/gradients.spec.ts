import { describe, expect, it } from 'vitest';
import { float32 } from './host-tensor.js';
import { valueAndGradients } from './gradients.js';
import type { Program } from './program.js';
import { TESTED_ENGINES, runProgram } from './testing.js';
import { tf } from './tf.js';

const state = { a: float32([2], [1, -2]), b: float32([], [3]), fixed: float32([2], [10, 20]) };

/** b · Σ a² + Σ fixed · a */
const program: Program = {
  name: 'polynomial',
  inputs: {},
  reads: ['a', 'b', 'fixed'],
  run({ a, b, fixed }) {
    const { value, gradients, auxiliary } = valueAndGradients(
      (variables) => {
        const squares = tf.square(variables['a']!);
        const linear = tf.sum(tf.mul(fixed!, variables['a']!));
        return {
          value: tf.add(tf.mul(variables['b']!, tf.sum(squares)), linear) as tf.Scalar,
          auxiliary: { squares, linear },
        };
      },
      { a: a!, b: b! },
    );
    const renamed = Object.entries(gradients).map(([name, gradient]) => [`d/${name}`, gradient]);
    return { outputs: { value, ...auxiliary, ...Object.fromEntries(renamed) } };
  },
};

describe.each(TESTED_ENGINES)('valueAndGradients on %s', (engine) => {
  it('gives value, gradients by name and what else the function returned', async () => {
    const { outputs } = await runProgram(engine, program, { state });
    const numbers = Object.entries(outputs).map(([name, { data }]) => [name, [...data]]);
    expect(Object.fromEntries(numbers)).toEqual({
      value: [3 * 5 - 30],
      squares: [1, 4],
      linear: [-30],
      'd/a': [2 * 3 * 1 + 10, 2 * 3 * -2 + 20],
      'd/b': [5],
    });
  });

  it('refuses a variable that the value does not depend on', async () => {
    const constant: Program = {
      ...program,
      run: ({ a, b }) => ({
        outputs: valueAndGradients(
          (variables) => ({ value: tf.sum(variables['a']!) as tf.Scalar, auxiliary: {} }),
          { a: a!, b: b! },
        ).gradients,
      }),
    };
    await expect(runProgram(engine, constant, { state })).rejects.toThrow(/gradient/);
  });
});
