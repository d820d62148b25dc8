import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { candidateEdges, type Edge, type NetworkDeclaration } from '@taskweave/search-space';
import { forwardOrder, type ForwardRank, type StagePlace } from './stage-order.js';

function network(task: string, blockSizes: readonly number[]): NetworkDeclaration {
  const stages = blockSizes.flatMap((size, block) =>
    Array.from({ length: size }, (_, i) => ({
      name: `conv${block}_${i}`,
      channels: 4,
      height: 4,
      width: 4,
      block,
    })),
  );
  return { task, stages };
}

const show = (ranks: readonly ForwardRank[]): string =>
  ranks
    .map(({ stages, fusions }) => {
      const list = (places: readonly StagePlace[]) =>
        places.map((place) => `${'ab'[place.network]}${place.stage}`).join('');
      return `${list(stages)}|${list(fusions)}`;
    })
    .join(' ');

describe('the order of a forward pass', () => {
  it('goes through networks of one structure in step', () => {
    const edges = candidateEdges([network('a', [1, 2]), network('b', [1, 2])], { depthLimit: 3 });
    expect(show(forwardOrder([3, 3], edges))).toBe('a0b0|a0b0 a1b1|a1b1 a2b2|a2b2');
  });

  it('has a short network wait for the blocks of a long one', () => {
    const edges = candidateEdges([network('a', [2, 1]), network('b', [1, 1])], { depthLimit: 3 });
    expect(show(forwardOrder([3, 2], edges))).toBe('a0b0|a0b0 a1b1|a1 a2|a2b1');
  });

  it('computes every stage and fusion once, after all that it needs', () => {
    const structures = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    const rules = fc.constantFrom('same-block' as const, 'cross-block' as const);
    fc.assert(
      fc.property(structures, rules, fc.integer({ min: 1, max: 5 }), (blocks, rule, depthLimit) => {
        const networks = blocks.map((sizes, i) => network(`n${i}`, sizes));
        const depths = networks.map(({ stages }) => stages.length);
        const edges = candidateEdges(networks, { rule, depthLimit });
        const computed = depths.map(() => 0);
        const fused = depths.map(() => 0);
        for (const { stages, fusions } of forwardOrder(depths, edges)) {
          for (const place of stages) {
            expect(place.stage).toBe(computed[place.network]!++);
            expect(fused[place.network]).toBe(place.stage);
          }
          for (const { network: n, stage } of fusions) {
            expect(stage).toBe(fused[n]!++);
            expect(stage).toBeLessThan(computed[n]!);
            const into = edges.filter((e) => e.targetNetwork === n && e.targetStage === stage);
            for (const e of into) expect(e.sourceStage).toBeLessThan(computed[e.sourceNetwork]!);
          }
        }
        expect(fused).toEqual(depths);
      }),
    );
  });

  it('refuses edges that wait for each other', () => {
    const edge = (sourceNetwork: number, targetNetwork: number) =>
      ({ id: 'deep', sourceNetwork, sourceStage: 1, targetNetwork, targetStage: 0 }) as Edge;
    expect(() => forwardOrder([2, 2], [edge(0, 1), edge(1, 0)])).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});
