import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../compiler/graph.js';
import { LOWERINGS } from '../compiler/lower/lower.js';
import { record } from '../compiler/record/record.js';
import { KERNEL_RULES } from '../compiler/record/shapes.js';
import { expectEqualEngines } from '../testing.js';
import { COMPARISONS } from './all.js';
import { comparisonProgram } from './program.js';

describe('the compiler equals the oracle on random shapes, in value and gradients', () => {
  it.each(Object.entries(COMPARISONS))('%s', async (_, comparison) => {
    await fc.assert(
      fc.asyncProperty(comparison.cases, fc.boolean(), async (one, featureMaps) => {
        await expectEqualEngines(comparisonProgram(one, comparison.gradients, featureMaps), one.state, {
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
        const { graph } = record(comparisonProgram(one, gradients, false), one.state);
        for (const { kernel } of topologicalOrder(Object.values(graph.outputs))) seen.add(kernel);
      }
    }
    expect(Object.keys(KERNEL_RULES).filter((kernel) => !seen.has(kernel))).toEqual([]);
  });
});
