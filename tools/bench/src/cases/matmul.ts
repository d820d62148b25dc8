import { tf, type Engine, type Program } from '@taskweave/engine';
import { noise } from '../noise.js';
import type { BenchmarkCase } from './benchmark-case.js';

/**
 * A product of two square matrices: what the machine can do in this minute, and so the yardstick of the other cases.
 *
 * Both factors are state, and one row of sums comes back, so that no large tensor is copied.
 */
export function matmulCase(size = 2048): BenchmarkCase {
  const program: Program = {
    name: `matmul-${size}`,
    inputs: {},
    reads: ['a', 'b'],
    run: ({ a, b }) => ({ outputs: { sums: tf.sum(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), 0) } }),
  };
  return {
    name: 'matmul',
    title: `matrix product ${size} x ${size}`,
    async prepare(engine: Engine) {
      const state = engine.createState({ a: noise([size, size]), b: noise([size, size]) });
      const executable = await engine.compile(program, state);
      return {
        parts: [{ name: 'product', flop: 2 * size ** 3, run: () => executable.run({}) }],
        dispose: () => executable.dispose(),
      };
    },
  };
}
