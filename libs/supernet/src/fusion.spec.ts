import { describe, expect, it } from 'vitest';
import { forwardContext, initialValues } from '@taskweave/backbones';
import { float32, tf, valueAndGradients, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { declareFusion, fuse, fusionInitializer, type FusionInit } from './fusion.js';

const EPSILON = 1e-3;
const PREFIX = 'left/fusion/conv1';

/** One image of 2 x 2 pixels from its two channels, row by row. */
function image(first: readonly number[], second: readonly number[]) {
  return float32(
    [1, 2, 2, 2],
    first.flatMap((value, pixel) => [value, second[pixel]!]),
  );
}

const OWN = image([1, 2, 3, 4], [0.5, 0, 1.5, 2]);
const OTHER = image([2, 0, 1, 3], [4, 1, 0, 2]);

const parameters = (sources: number, init: FusionInit): HostTensors =>
  initialValues(declareFusion(PREFIX, 2, Array<number>(sources).fill(2), init), 1);

/** Fuses, with d(sum of squares)/d(gate) and d(sum of the second channel)/d(gate). */
function fusion(state: HostTensors, sources: number, training: boolean): Program {
  const spec = { dtype: 'float32', shape: OWN.shape } as const;
  const names = Array.from({ length: sources }, (_, i) => `source${i}`);
  return {
    name: 'fusion',
    inputs: {
      own: spec,
      ...Object.fromEntries(names.map((name) => [name, spec])),
      gates: { dtype: 'float32', shape: [sources] },
    },
    reads: Object.keys(state),
    run(tensors, { own, gates, ...others }) {
      const apply = (gate: tf.Tensor) => {
        const context = forwardContext(tensors, {
          training,
          batchNorm: { epsilon: EPSILON, momentum: 0.05 },
        });
        const output = fuse(
          context,
          PREFIX,
          own!,
          names.map((name) => others[name]!),
          gate,
        );
        return { output, statistics: context.statistics };
      };
      const differentiate = (measure: (output: tf.Tensor) => tf.Tensor) =>
        valueAndGradients(
          (variables) => {
            const { output, statistics } = apply(variables['gates']!);
            return { value: measure(output) as tf.Scalar, auxiliary: { output, ...statistics } };
          },
          { gates: gates! },
        );
      const squares = differentiate((output) => tf.sum(tf.square(output)));
      const channel = differentiate((output) => tf.sum(tf.slice(output, [0, 0, 0, 1], [-1, -1, -1, 1])));
      return {
        outputs: {
          ...squares.auxiliary,
          J: squares.value,
          dJ: squares.gradients['gates']!,
          S: channel.value,
          dS: channel.gradients['gates']!,
        },
      };
    },
  };
}

/** Nine figures are printed, float32 has seven. */
function expectNumbers(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(2e-6));
}

describe.each(TESTED_ENGINES)('the fusion of the MTL-NAS worked example on %s', (engine) => {
  const run = async (
    state: HostTensors,
    { training, gates, sources }: { training: boolean; gates: number[]; sources: HostTensors },
  ) => {
    const program = fusion(state, gates.length, training);
    const inputs = { own: OWN, ...sources, gates: float32([gates.length], gates) };
    const { outputs } = await runProgram(engine, program, { state, inputs });
    return (name: string) => outputs[name]!.data;
  };
  const one = { gates: [0.6], sources: { source0: OTHER } };
  const state = parameters(1, [0.9, 0.1]);
  const withValue = (name: string, value: number) => ({
    ...state,
    [`${PREFIX}/bn/${name}`]: float32([2], [value, value]),
  });

  it('adds the gated source in the 1x1 convolution', async () => {
    // With this variance the normalisation changes nothing, and nothing is negative.
    const output = await run(withValue('variance', 1 - EPSILON), { training: false, ...one });
    expectNumbers(output('output'), [1.02, 0.69, 1.8, 0.06, 2.76, 1.35, 3.78, 1.92]);
  });

  it('normalises by the statistics of the batch while training', async () => {
    // A shift of 2 lifts everything over the ReLU.
    const lifted = await run(withValue('beta', 2), { training: true, ...one });
    const normalised = [-1.27490123, -0.45086345, -0.5215505, -1.35259034].concat([
      0.40565039, 0.49380282, 1.39080134, 1.30965097,
    ]);
    expectNumbers(
      lifted('output'),
      normalised.map((value) => value + 2),
    );
    const output = await run(state, { training: true, ...one });
    expectNumbers(
      output('output'),
      normalised.map((value) => Math.max(0, value)),
    );
    expectNumbers(output(`${PREFIX}/bn/mean`), [0.117, 0.05025]);
    expectNumbers(output(`${PREFIX}/bn/variance`), [1.0214, 0.982475]);
  });

  it('normalises by running statistics in evaluation', async () => {
    const output = await run(state, { training: false, ...one });
    expectNumbers(
      output('output'),
      [1.01949038, 0.68965526, 1.79910067, 0.05997002].concat([
        2.75862103, 1.34932551, 3.77811142, 1.91904072,
      ]),
    );
  });

  it('has these gradients by the gate', async () => {
    const output = await run(state, { training: true, ...one });
    expectNumbers(output('J'), [4.0579074856]);
    expectNumbers(output('dJ'), [0.07982686]);
    expectNumbers(output('S'), [1.8034537928]);
    expectNumbers(output('dS'), [-0.18005948]);
  });

  it('shares the weight among two sources, and shuts one out', async () => {
    const two = {
      gates: [1, 0],
      sources: { source0: OTHER, source1: image([7, -3, 100, 5], [9, 9, -9, 1]) },
    };
    const shared = parameters(2, [0.8, 0.2]);
    const identity = { ...shared, [`${PREFIX}/bn/variance`]: float32([2], [1 - EPSILON, 1 - EPSILON]) };
    const linear = await run(identity, { training: false, ...two });
    expectNumbers(linear('output'), [1, 0.8, 1.6, 0.1, 2.5, 1.2, 3.5, 1.8]);
    const output = await run(shared, { training: true, ...two });
    expectNumbers(output('output'), [0, 0, 0, 0, 0.37027191, 0.36362523, 1.42819165, 1.33329252]);
  });
});

describe('the initial kernel of a fusion', () => {
  const kernel = (sources: number, init: FusionInit) => [
    ...parameters(sources, init)[`${PREFIX}/weight`]!.data,
  ];
  const rows = (...blocks: number[]) => blocks.flatMap((w) => [w, 0, 0, w]).map(Math.fround);

  it('is a multiple of the identity for the own feature and for each source', () => {
    expect(kernel(1, [0.9, 0.1])).toEqual(rows(0.9, 0.1));
    expect(kernel(2, [0.8, 0.2])).toEqual(rows(0.8, 0.1, 0.1));
    expect(kernel(2, [1, 0])).toEqual(rows(1, 0, 0));
    expect(kernel(0, [0.9, 0.1])).toEqual(rows(0.9));
  });

  it('is random for a source of other channels, as strong as the identity that it stands for', () => {
    const rowsOf = [64, 400, 64];
    const declared = declareFusion('f', 64, rowsOf, [0.7, 0.3]);
    expect(declared[0]!.shape).toEqual([1, 1, 64 + 64 + 400 + 64, 64]);
    const { data } = initialValues(declared, 1)['f/weight']!;
    const part = (from: number, rows: number) => [...data.subarray(from * 64, (from + rows) * 64)];
    const identity = (w: number) => Array.from({ length: 64 ** 2 }, (_, i) => (i % 65 === 0 ? w : 0));
    expect(part(0, 64)).toEqual(identity(Math.fround(0.7)));
    expect(part(64, 64)).toEqual(identity(Math.fround(0.3 / 3)));
    expect(part(528, 64)).toEqual(identity(Math.fround(0.3 / 3)));
    // Over the source's channels, mean squares of a column add up to those of the identity.
    const squares = part(128, 400).reduce((sum, w) => sum + w * w, 0) / 64;
    expect(squares / 0.1 ** 2).toBeGreaterThan(0.95);
    expect(squares / 0.1 ** 2).toBeLessThan(1.05);
    expect(initialValues(declared, 2)['f/weight']!.data).not.toEqual(data);
    const shut = initialValues(declareFusion('g', 64, rowsOf, [1, 0]), 1)['g/weight']!;
    expect(shut.data.subarray(64 * 64).every((w) => w === 0)).toBe(true);
  });

  it('is Kaiming normal by fan-out on request', () => {
    expect(fusionInitializer(64, [64, 64, 64], 'kaiming')).toEqual({
      kind: 'normal',
      deviation: Math.sqrt(2 / 64),
    });
    const values = [...initialValues(declareFusion('f', 64, [64, 64, 64], 'kaiming'), 1)['f/weight']!.data];
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 2);
    expect(variance / (2 / 64)).toBeGreaterThan(0.96);
    expect(variance / (2 / 64)).toBeLessThan(1.04);
  });
});
