import { randomStream } from '@taskweave/common';
import type { GateGradient } from '@taskweave/contracts';
import type { NetworkDeclaration } from '@taskweave/search-space';

function network(task: string): NetworkDeclaration {
  const stage = (block: number, i: number) => ({
    name: `conv${block + 1}_${i}`,
    channels: 8 << block,
    height: 36 >> block,
    width: 36 >> block,
    block,
  });
  return { task, stages: [stage(0, 1), stage(1, 1), stage(1, 2), stage(2, 1), stage(2, 2)] };
}

/** Declarations of two small networks: 14 candidate edges. */
export const networks = [network('left'), network('right')];

/** A plan as the search service sends it. */
export function planJson(spec: object = {}): string {
  const strategy = { id: 'mtl-nas', options: { learningRate: 0.02 } };
  const tasks = networks.map(({ task: id }) => ({ id, kind: 'classification', outputs: 10 }));
  const plan = { spec: { seed: 3, steps: 60, strategy, ...spec }, networks, tasks };
  return JSON.stringify({ ...plan, method: 'search', imageShape: [36, 36, 1] });
}

/** What a trainer might measure: fixed random numbers. */
export function gradientAt(step: number, edges: number, trainer = 'a', examples = 64): GateGradient {
  const { normal } = randomStream(11, `trainer/${trainer}`, step);
  return {
    step,
    gateGradients: Array.from({ length: edges }, (_, edge) => normal(edge)),
    losses: ['left', 'right'].map((task, i) => ({ task, loss: Math.abs(normal(edges + i)) })),
    examples,
    lost: [],
  };
}
