import { ON_CPU, compile } from '../compiler/compile.js';
import { compileUpdate } from '../compiler/update/update-kernel.js';
import type { Program } from '../program.js';
import { tf } from '../tf.js';
import type { SpeedSample } from './speed-samples.js';
import { updateWork } from './update-work.js';

/** Weights of a bias, of a layer in a cache, and of one that is in main memory. */
const SIZES = [256, 65_536, 4_194_304] as const;
/** Calls before the measured ones, so that the loop is compiled, and the measured ones. */
const WARM_UP = 20;
const CALLS = 5;

/** A step of SGD with momentum, as `libs/supernet` writes it down: gradients come out of the graph. */
function momentumStep(): Program {
  return {
    name: 'momentum',
    inputs: { x: { dtype: 'float32', shape: [1] } },
    reads: ['weight', 'velocity'],
    run({ weight, velocity }, { x }) {
      // Something the graph has to compute, and that is as large as the weights.
      const gradient = tf.cumsum(tf.mul(weight!, x!));
      const speed = tf.add(tf.mul(velocity!, 0.9), gradient);
      return {
        outputs: {},
        state: { velocity: speed, weight: tf.sub(weight!, tf.mul(speed, 0.01)) },
      };
    },
  };
}

/** Measures how fast this machine updates weights in host memory: the optimizer's step. */
export function measureUpdates(): SpeedSample[] {
  return SIZES.map((size) => {
    const spec = { dtype: 'float32', shape: [size] } as const;
    const specs = { weight: spec, velocity: spec };
    const [kernel] = compile(momentumStep(), specs, ON_CPU).updates;
    const update = compileUpdate(kernel!);
    const tensors = (names: readonly string[]): Float32Array[] =>
      names.map(() => new Float32Array(size).fill(0.5));
    const [state, fetched] = [tensors(kernel!.state), tensors(kernel!.fetched)];
    for (let call = 0; call < WARM_UP; call++) update(state, fetched, []);
    const times = Array.from({ length: CALLS }, () => {
      const start = performance.now();
      update(state, fetched, []);
      return performance.now() - start;
    });
    return { ...updateWork(kernel!, specs), seconds: Math.min(...times) / 1000 };
  });
}
