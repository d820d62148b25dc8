import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../compiler/graph.js';
import { LOWERINGS } from '../compiler/lower/lower.js';
import { record } from '../compiler/record/record.js';
import { KERNEL_RULES } from '../compiler/record/shapes.js';
import type { Program } from '../program.js';
import { differentiated, expectEqualEngines } from '../testing.js';
import type { NamedTensors } from '../tf.js';
import { ARRANGEMENT_COMPARISONS } from './arrangement.js';
import { asFeatureMap, type Case, type Comparison, type Comparisons } from './comparison.js';
import { ELEMENTWISE_COMPARISONS } from './elementwise.js';
import { GATHER_COMPARISONS } from './gather.js';
import { OWN_COMPARISONS } from './own-ops.js';
import { REDUCTION_COMPARISONS } from './reduction.js';
import { WINDOW_COMPARISONS } from './windows.js';

const COMPARISONS: Comparisons = {
  ...ELEMENTWISE_COMPARISONS,
  ...ARRANGEMENT_COMPARISONS,
  ...REDUCTION_COMPARISONS,
  ...GATHER_COMPARISONS,
  ...WINDOW_COMPARISONS,
  ...OWN_COMPARISONS,
};

/** The program that is compared: the value and, for what is differentiable, the gradients by all float tensors. */
function program({ state, apply }: Case, gradients: Comparison['gradients'], featureMaps: boolean): Program {
  const given = (x: NamedTensors): NamedTensors =>
    featureMaps
      ? Object.fromEntries(
          Object.entries(x).map(([name, tensor]) => [
            name,
            tensor.dtype === 'float32' ? asFeatureMap(tensor) : tensor,
          ]),
        )
      : x;
  if (gradients === 'none') {
    const run = (x: NamedTensors) => ({ outputs: { y: apply(given(x)) } });
    return { name: 'value', inputs: {}, reads: Object.keys(state), run };
  }
  const floats = Object.fromEntries(Object.entries(state).filter(([, { dtype }]) => dtype === 'float32'));
  return {
    name: 'gradient',
    inputs: {},
    reads: Object.keys(state),
    run: (x, inputs) => {
      const variables = Object.fromEntries(Object.keys(floats).map((name) => [name, x[name]!]));
      return differentiated(floats, (variable) => apply(given({ ...x, ...variable }))).run(variables, inputs);
    },
  };
}

describe('the compiler equals the oracle on random shapes, in value and gradients', () => {
  it.each(Object.entries(COMPARISONS))('%s', async (_, comparison) => {
    await fc.assert(
      fc.asyncProperty(comparison.cases, fc.boolean(), async (one, featureMaps) => {
        await expectEqualEngines(program(one, comparison.gradients, featureMaps), one.state, {
          tolerance: comparison.tolerance ?? 1e-4,
        });
      }),
      { numRuns: 12 },
    );
  });
});

describe('every kernel that can be recorded', () => {
  // Rewritten before lowering, whatever the program.
  const rewritten = ['Fill', 'ZerosLike', 'OnesLike', 'Identity', 'ExpandDims', 'Square', 'Step'];

  it('has a lowering', () => {
    const lowered = new Set([...Object.keys(LOWERINGS), ...rewritten]);
    expect(Object.keys(KERNEL_RULES).filter((kernel) => !lowered.has(kernel))).toEqual([]);
  });

  it('is in one of the comparisons', () => {
    const seen = new Set<string>();
    for (const { cases, gradients } of Object.values(COMPARISONS)) {
      for (const one of fc.sample(cases, { numRuns: 4, seed: 1 })) {
        const { graph } = record(program(one, gradients, false), one.state);
        for (const { kernel } of topologicalOrder(Object.values(graph.outputs))) seen.add(kernel);
      }
    }
    expect(Object.keys(KERNEL_RULES).filter((kernel) => !seen.has(kernel))).toEqual([]);
  });
});
