import { buildNetworks } from '../build-networks.js';
import { sluiceNode } from '../nodes/sluice.js';
import { Supernet } from '../supernet.js';
import { checkSameShapes, sameDepth } from './edges.js';
import type { MethodDefinition } from './method.js';

/**
 * After Sluice networks (Ruder et al., AAAI 2019): the channels of every stage are two subspaces, and after it a learnt
 * matrix mixes those of all tasks. Their penalty for equal subspaces and their mixture of layers before the head are
 * left out.
 */
export const sluice: MethodDefinition = {
  id: 'sluice',
  build(plan) {
    const networks = buildNetworks(plan);
    const edges = sameDepth(networks, plan.spec.space);
    checkSameShapes('sluice', networks, edges);
    return new Supernet({ networks, edges, fusion: plan.spec.fusion, node: sluiceNode, gated: false });
  },
};
