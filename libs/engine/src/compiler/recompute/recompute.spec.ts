import { describe, expect, it } from 'vitest';
import { estimateProgram } from '../../estimate/estimate-program.js';
import { valueAndGradients } from '../../gradients.js';
import { batchNormTraining } from '../../ops/batch-norm.js';
import type { Program } from '../../program.js';
import { normal, runProgram } from '../../testing.js';
import { tf, withScope } from '../../index.js';
import { compile } from '../compile.js';

const STAGES = 12;
const names = Array.from({ length: STAGES }, (_, i) => `stage${i}`);
const state = Object.fromEntries(
  names.flatMap((name) => [
    [`${name}/filter`, normal(name, [1, 1, 4, 4], 0.3)],
    [`${name}/gamma`, normal(`${name}/gamma`, [4])],
    [`${name}/beta`, normal(`${name}/beta`, [4])],
  ]),
);
const image = { dtype: 'float32', shape: [2, 16, 16, 4] } as const;

/** Stages of convolution, batch norm and ReLU, each with a skip over it; one has a pool. */
function network(recompute: Program['recompute'] = []): Program {
  return {
    name: 'network',
    inputs: { image },
    reads: Object.keys(state),
    recompute,
    run(parameters, { image: x }) {
      const { gradients, auxiliary } = valueAndGradients((variables) => {
        const means: Record<string, tf.Tensor> = {};
        const features = names.reduce<tf.Tensor>(
          (input, name, i) =>
            withScope(name, () => {
              const pooled = i === STAGES - 2 ? tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid') : input;
              const filter = variables[`${name}/filter`] as tf.Tensor4D;
              const { output, mean } = batchNormTraining(
                tf.conv2d(pooled as tf.Tensor4D, filter, 1, 'same'),
                variables[`${name}/gamma`]!,
                variables[`${name}/beta`]!,
                1e-3,
              );
              means[name] = mean;
              return tf.add(tf.relu(output), pooled);
            }),
          x!,
        );
        return { value: tf.mean(tf.square(features)) as tf.Scalar, auxiliary: means };
      }, parameters);
      const steps = Object.entries(gradients).map(([name, gradient]) => [
        name,
        tf.sub(parameters[name]!, gradient),
      ]);
      return { outputs: auxiliary, state: Object.fromEntries(steps) as Record<string, tf.Tensor> };
    },
  };
}

const segments = names.map((name) => [name]);
const convolutions = (program: Program) =>
  compile(program, state).model.nodes.filter(({ name }) => /Conv2D\/Conv/.test(name)).length;

describe('recomputation', () => {
  it('changes no bit of a training step', async () => {
    const inputs = { image: normal('image', image.shape) };
    const kept = await runProgram('onnx', network(), { state, inputs, calls: 3 });
    for (const chosen of [
      segments,
      segments.slice(1, 3),
      [names.slice(1, 3)],
      [names.slice(0, 6), names.slice(6)],
    ]) {
      expect(await runProgram('onnx', network(chosen), { state, inputs, calls: 3 })).toEqual(kept);
    }
  });

  it('runs the convolutions of the chosen stages twice, and no others', () => {
    expect(convolutions(network())).toBe(STAGES);
    expect(convolutions(network(segments))).toBe(2 * STAGES);
    expect(convolutions(network([['stage1'], ['stage3']]))).toBe(STAGES + 2);
    expect(convolutions(network([['no such scope']]))).toBe(STAGES);
  });

  it('keeps nothing within a segment', async () => {
    const memory = async (recompute: Program['recompute']) =>
      (await estimateProgram(network(recompute), state)).activationBytes;
    expect(await memory(segments)).toBeLessThan(0.75 * (await memory([])));
  });
});
