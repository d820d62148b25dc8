import { describe, expect, it } from 'vitest';
import type { HostTensors } from '../../host-tensor.js';
import { differentiated, expectEqualEngines, normal, pure } from '../../testing.js';
import { batchNormTraining } from '../../ops/batch-norm.js';
import { tf, type NamedTensors } from '../../tf.js';
import { compile } from '../compile.js';

const inputs: HostTensors = {
  x: normal('x', [2, 16, 16, 3]),
  scale: normal('scale', [3]),
  shift: normal('shift', [3]),
};

function fused(apply: (x: NamedTensors) => NamedTensors, from = inputs, cpu = true): number {
  const { model } = compile(pure(from, apply), {}, { cpu });
  return model.nodes.filter(({ name, opType }) => opType === 'Conv' && /ScaleShift/.test(name)).length;
}

describe('a product and a sum, channel by channel', () => {
  it('become one operation, whichever operand comes first', () => {
    expect(fused(({ x, scale, shift }) => ({ y: tf.add(tf.mul(x!, scale!), shift!) }))).toBe(1);
    expect(fused(({ x, scale, shift }) => ({ y: tf.add(shift!, tf.mul(scale!, x!)) }))).toBe(1);
  });

  it('stay two on another device, in small maps, and where the product is wanted too', () => {
    const apply = ({ x, scale, shift }: NamedTensors) => ({ y: tf.add(tf.mul(x!, scale!), shift!) });
    expect(fused(apply, inputs, false)).toBe(0);
    expect(fused(apply, { ...inputs, x: normal('x', [2, 15, 17, 3]) })).toBe(0);
    expect(
      fused(({ x, scale, shift }) => {
        const product = tf.mul(x!, scale!);
        return { product, y: tf.add(product, shift!) };
      }),
    ).toBe(0);
  });

  it('stay two where an operand is no number for each channel', () => {
    const wide = { ...inputs, row: normal('row', [16, 3]), x: normal('x', [2, 16, 16, 3]) };
    expect(fused(({ x, row, shift }) => ({ y: tf.add(tf.mul(x!, row!), shift!) }), wide)).toBe(0);
    expect(fused(({ x, row, scale }) => ({ y: tf.add(tf.mul(x!, scale!), row!) }), wide)).toBe(0);
  });

  it('give what the oracle gives, in batch normalisation and its gradient', async () => {
    const program = differentiated(inputs, ({ x, scale, shift }) =>
      tf.relu(batchNormTraining(x!, scale!, shift!, 1e-3).output),
    );
    const { model } = compile(program, inputs, { cpu: true });
    expect(model.nodes.filter(({ name }) => /ScaleShift\/Conv/.test(name))).toHaveLength(2);
    await expectEqualEngines(program, inputs);
  });
});
