import { describe, expect, it } from 'vitest';
import { float32, type HostTensors } from '../../host-tensor.js';
import type { Program, ProgramResult } from '../../program.js';
import { expectEqualEngines } from '../../testing.js';
import { tf, type NamedTensors } from '../../tf.js';
import { compile } from '../compile.js';

const state: HostTensors = {
  a: float32([4], [1, -2, 3, 0.5]),
  b: float32([4], [0.25, 4, -1, 2]),
  filter: float32([2, 1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
};
const inputs: HostTensors = { rate: float32([], [0.1]), x: float32([4], [3, 1, 2, -1]) };

function program(run: (state: NamedTensors, inputs: NamedTensors) => ProgramResult): Program {
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
  );
  return { name: 'update', inputs: specs, reads: Object.keys(state), run };
}

const split = (p: Program) => compile(p, state, { hostState: true });

describe('updates of state in host memory', () => {
  const momentum = program(({ a, b, filter }, { rate, x }) => {
    const gradient = tf.square(tf.mul(x!, 2));
    const velocity = tf.add(tf.mul(b!, 0.9), tf.add(gradient, tf.mul(a!, 0.01)));
    const decayed = tf.mul(filter!, tf.sub(1, rate!));
    return { outputs: {}, state: { b: velocity, a: tf.sub(a!, tf.mul(velocity, rate!)), filter: decayed } };
  });

  it('leave the graph with the gradient as its only output', () => {
    const { model, updates } = split(momentum);
    expect(model.outputs.map(({ name }) => name)).toEqual(['output/update/0']);
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(updates.map((update) => [...update.state].sort())).toEqual([['a', 'b'], ['filter']]);
    expect(updates[0]!.scalars).toEqual([{ kind: 'input', name: 'rate' }]);
  });

  it('give the same as the oracle, over several steps', async () => {
    await expectEqualEngines(momentum, state, { inputs, calls: 5, tolerance: 1e-6 });
  });

  it('see the values from before the step, also when two tensors change places', async () => {
    const swap = program(({ a, b }) => ({ outputs: {}, state: { a: tf.add(b!, 0.5), b: tf.add(a!, 0.25) } }));
    expect(split(swap).updates).toHaveLength(1);
    await expectEqualEngines(swap, state, { inputs, calls: 3, tolerance: 1e-6 });
  });

  it('stay in the graph when they are not element-wise, or do not depend on state so', async () => {
    const reverse = program(({ a, b }, { x }) => ({
      outputs: { sum: tf.sum(a!) },
      state: {
        a: tf.add(a!, tf.sum(b!)),
        b: tf.reshape(tf.matMul(tf.reshape(b!, [2, 2]), tf.ones([2, 2])), [4]),
        filter: tf.mul(tf.ones([2, 1, 2, 3]), tf.slice(x!, [0], [1])),
      },
    }));
    const { model, updates } = split(reverse);
    expect(updates.map(({ state: names }) => names)).toEqual([['a']]);
    expect(model.outputs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['output/sum', "output/b'", "output/filter'"]),
    );
    await expectEqualEngines(reverse, state, { inputs, calls: 3, tolerance: 1e-6 });
  });
});
