import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import type { MethodDefinition } from './method.js';

/** Independent networks, trained side by side on the same batches. */
export const singleTask: MethodDefinition = {
  id: 'single-task',
  build(plan) {
    const networks = buildNetworks(plan);
    return new Supernet({ networks, edges: [], fusion: plan.spec.fusion, fused: false, gated: false });
  },
};
