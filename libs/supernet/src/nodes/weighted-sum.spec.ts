import { describe, expect, it } from 'vitest';
import { forwardContext, initialValues } from '@taskweave/backbones';
import { float32, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { candidateEdges } from '@taskweave/search-space';
import type { FusionInit } from '../fusion.js';
import { crossStitchNode } from './cross-stitch.js';
import type { FusionNode } from './fusion-node.js';
import { sluiceNode } from './sluice.js';

const stage = { name: 'conv1', channels: 4, height: 1, width: 1, block: 0 };
/** Three tasks: two edges into each node. */
const edges = candidateEdges(
  ['a', 'b', 'c'].map((task) => ({ task, stages: [stage] })),
  { depthLimit: 1 },
).slice(0, 2);
const WEIGHT = 'a/fusion/conv1/weight';

const declare = (node: FusionNode, init: FusionInit) =>
  node.declare('a/fusion/conv1', stage, edges, { init, epsilon: 1e-3, momentum: 0.05 });
const start = (node: FusionNode, init: FusionInit) =>
  [...initialValues(declare(node, init), 1)[WEIGHT]!.data].map((value) => Number(value.toFixed(6)));

const FEATURES = { own: [1, 2, 3, 4], first: [10, 20, 30, 40], second: [-1, 0, 1, 0.5] };

/** One pixel through a node with the given weights and, if any, gates. */
async function fuse(
  engine: (typeof TESTED_ENGINES)[number],
  node: FusionNode,
  weight: HostTensors[string],
  gates?: readonly number[],
): Promise<number[]> {
  const pixel = (values: readonly number[]) => float32([1, 1, 1, 4], values);
  const inputs: HostTensors = {
    own: pixel(FEATURES.own),
    first: pixel(FEATURES.first),
    second: pixel(FEATURES.second),
    ...(gates && { gates: float32([2], gates) }),
  };
  const program: Program = {
    name: 'node',
    inputs,
    reads: [WEIGHT],
    run(state, { own, first, second, gates: given }) {
      const context = forwardContext(state, {
        training: true,
        batchNorm: { epsilon: 1e-3, momentum: 0.05 },
      });
      return { outputs: { y: node.fuse(context, 'a/fusion/conv1', own!, [first!, second!], given) } };
    },
  };
  const { outputs } = await runProgram(engine, program, { state: { [WEIGHT]: weight }, inputs });
  return [...outputs['y']!.data].map((value) => Number(value.toFixed(4)));
}

describe('weighted sums', () => {
  it('start from the shares of the config', () => {
    expect(start(crossStitchNode, [0.9, 0.1])).toEqual([0.9, 0.05, 0.05]);
    expect(start(crossStitchNode, 'kaiming')).toEqual([0.333333, 0.333333, 0.333333]);
    expect(start(sluiceNode, [0.8, 0.2])).toEqual([0.8, 0, 0.1, 0, 0.1, 0, 0, 0.8, 0, 0.1, 0, 0.1]);
  });

  it('have a weight of their own feature alone where nothing comes in', () => {
    const [weight] = crossStitchNode.declare('p', stage, [], { init: [0.9, 0.1], epsilon: 1, momentum: 1 });
    expect(weight!.shape).toEqual([1]);
    expect(crossStitchNode.macs(stage, [])).toBe(4);
  });
});

describe.each(TESTED_ENGINES)('on %s', (engine) => {
  it('a cross-stitch unit is the sum of features times weights and gates', async () => {
    const weight = float32([3], [0.5, 0.1, 2]);
    expect(await fuse(engine, crossStitchNode, weight)).toEqual([-0.5, 3, 6.5, 7]);
    expect(await fuse(engine, crossStitchNode, weight, [0.5, 0])).toEqual([1, 2, 3, 4]);
  });

  it('a sluice mixes the halves of all features', async () => {
    // The first half takes the own first half, half of the own second and a tenth of the first source's second.
    const first = [1, 0.5, 0, 0.1, 0, 0];
    // The second half takes the own second half twice and all of the second source's first half.
    const second = [0, 2, 0, 0, 1, 0];
    const weight = float32([2, 6], [...first, ...second]);
    expect(await fuse(engine, sluiceNode, weight)).toEqual([5.5, 8, 5, 8]);
    expect(await fuse(engine, sluiceNode, weight, [0.5, 3])).toEqual([4, 6, 3, 8]);
  });
});
