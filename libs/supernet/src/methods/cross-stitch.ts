import { buildNetworks } from '../build-networks.js';
import { crossStitchNode } from '../nodes/cross-stitch.js';
import { Supernet } from '../supernet.js';
import { checkSameShapes, sameDepth } from './edges.js';
import type { MethodDefinition } from './method.js';

/** Cross-stitch networks (Misra et al., CVPR 2016): after every stage a learnt weighted sum of all tasks' features. */
export const crossStitch: MethodDefinition = {
  id: 'cross-stitch',
  build(plan) {
    const networks = buildNetworks(plan);
    const edges = sameDepth(networks, plan.spec.space);
    checkSameShapes('cross-stitch', networks, edges);
    return new Supernet({
      networks,
      edges,
      fusion: plan.spec.fusion,
      node: crossStitchNode,
      gated: false,
    });
  },
};
