/** For tests: gradients measured by differences of values, where there is no oracle to compare them with. */
import { expect } from 'vitest';
import { valueAndGradients } from './gradients.js';
import { float32, type HostTensor, type HostTensors } from './host-tensor.js';
import type { Program } from './program.js';
import { TESTED_ENGINES, expectEqualEngines, differentiated, normal, runProgram } from './testing.js';
import { tf, type NamedTensors } from './tf.js';

const LOSS = 'loss';
const WEIGHTS = 'weights';

type Apply = (x: NamedTensors) => tf.Tensor;

/** Σ weights · apply(state) and its gradients; the weights are given, so that all of the result counts differently. */
function weighted(names: readonly string[], apply: Apply): Program {
  return {
    name: 'weighted',
    inputs: {},
    reads: [...names, WEIGHTS],
    run({ [WEIGHTS]: weights, ...variables }) {
      const { value, gradients } = valueAndGradients(
        (x) => ({ value: tf.sum(tf.mul(apply(x), weights!)) as tf.Scalar, auxiliary: {} }),
        variables,
      );
      return { outputs: { [LOSS]: value, ...gradients } };
    },
  };
}

const moved = (from: HostTensor, by: HostTensor, factor: number): HostTensor =>
  float32(
    from.shape,
    Float32Array.from(from.data, (x, i) => x + factor * by.data[i]!),
  );

const dot = (a: HostTensor, b: HostTensor): number =>
  Array.from(a.data).reduce((sum, x, i) => sum + x * b.data[i]!, 0);

/**
 * Expects, on every engine, that the gradient along a random direction is what central differences say. They are
 * exact, whatever the step, for functions that are linear or quadratic in all variables together.
 *
 * @param step how far to go along a direction of normal numbers
 */
export async function expectMeasuredGradients(
  state: HostTensors,
  apply: Apply,
  { step = 0.5, tolerance = 1e-4 } = {},
): Promise<void> {
  const names = Object.keys(state);
  const forward: Program = {
    name: 'forward',
    inputs: {},
    reads: names,
    run: (x) => ({ outputs: { y: apply(x) } }),
  };
  const { shape } = (await runProgram('cpu', forward, { state })).outputs['y']!;
  const weights = normal('weights', shape);
  const program = weighted(names, apply);
  const directions = Object.fromEntries(
    names.map((name) => [name, normal(`along ${name}`, state[name]!.shape)]),
  );

  const loss = async (factor: number): Promise<number> => {
    const there = names.map((name) => [name, moved(state[name]!, directions[name]!, factor)]);
    const all = { ...(Object.fromEntries(there) as HostTensors), [WEIGHTS]: weights };
    return (await runProgram('cpu', program, { state: all })).outputs[LOSS]!.data[0]!;
  };
  const [ahead, behind] = [await loss(step), await loss(-step)];
  const measured = (ahead - behind) / (2 * step);
  for (const engine of TESTED_ENGINES) {
    const { outputs } = await runProgram(engine, program, { state: { ...state, [WEIGHTS]: weights } });
    for (const name of names) expect(outputs[name]!.shape, name).toEqual(state[name]!.shape);
    const slope = names.reduce((sum, name) => sum + dot(outputs[name]!, directions[name]!), 0);
    const scale = names.reduce((sum, name) => sum + Math.sqrt(dot(outputs[name]!, outputs[name]!)), 1);
    expect(Math.abs(slope - measured) / scale, `${engine}: ${slope} against ${measured}`).toBeLessThan(
      tolerance,
    );
  }
}

/** The measurement above, and that the engines agree on value and gradient of a curved function of the result. */
export async function expectRightEverywhere(
  state: HostTensors,
  apply: Apply,
  options: { step?: number; tolerance?: number } = {},
): Promise<void> {
  await expectMeasuredGradients(state, apply, options);
  await expectEqualEngines(differentiated(state, apply), state);
}
