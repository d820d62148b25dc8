import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import { sameDepth } from './edges.js';
import type { MethodDefinition } from './method.js';

/**
 * NDDR-CNN (Gao et al., CVPR 2019): after every stage of the backbones a 1x1 convolution, BN and ReLU over the features
 * that all tasks have at that depth. Which layers are a stage, and so how many fusions there are, the backbone says.
 */
export const nddr: MethodDefinition = {
  id: 'nddr',
  build(plan) {
    const networks = buildNetworks(plan);
    const edges = sameDepth(networks, plan.spec.space);
    return new Supernet({ networks, edges, fusion: plan.spec.fusion, gated: false });
  },
};
