import { TaskweaveError, randomStream } from '@taskweave/common';
import type { Edge } from '@taskweave/search-space';
import type { RunSpec } from '@taskweave/spec';
import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import { candidates } from './edges.js';
import type { MethodDefinition } from './method.js';

/** A random architecture: `space.randomEdges` of the candidate edges, each set of them as likely as any other. */
export const random: MethodDefinition = {
  id: 'random',
  build(plan) {
    const networks = buildNetworks(plan);
    const edges = drawEdges(candidates(networks, plan.spec.space), plan.spec);
    return new Supernet({ networks, edges, fusion: plan.spec.fusion, gated: false });
  },
};

/** Some of the candidates, in edge order; the same ones for the same seed. */
function drawEdges(edges: readonly Edge[], { seed, space }: RunSpec): Edge[] {
  const half = Math.floor(edges.length / 2);
  const count = space.randomEdges === 'half' ? half : space.randomEdges;
  if (count > edges.length) throw tooMany(count, edges.length);
  const drawn = new Set(
    randomStream(seed, 'random-architecture').permutation(edges.length).subarray(0, count),
  );
  return edges.filter((_, index) => drawn.has(index));
}

function tooMany(found: number, candidateCount: number): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'There are not so many candidate edges to draw from.',
    subject: 'space.randomEdges',
    found: String(found),
    expected: `at most ${candidateCount}, or 'half'`,
  });
}
