import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import { candidates } from './edges.js';
import type { MethodDefinition } from './method.js';

/** MTL-NAS (Gao et al., CVPR 2020): all candidate edges, each with a gate that the search learns. */
export const search: MethodDefinition = {
  id: 'search',
  build(plan) {
    const networks = buildNetworks(plan);
    return new Supernet({ networks, edges: candidates(networks, plan.spec.space), fusion: plan.spec.fusion });
  },
};
