import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import { candidates } from './edges.js';
import type { MethodDefinition } from './method.js';

/** The supernet of a search with every candidate edge fully open: what all the edges are worth without a choice. */
export const supernetAll: MethodDefinition = {
  id: 'supernet-all',
  build(plan) {
    const networks = buildNetworks(plan);
    const edges = candidates(networks, plan.spec.space);
    return new Supernet({ networks, edges, fusion: plan.spec.fusion, gated: false });
  },
};
