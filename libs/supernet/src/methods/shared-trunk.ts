import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import type { MethodDefinition } from './method.js';

/** Hard parameter sharing: the stages of the first task's backbone, once, and that backbone's head for every task. */
export const sharedTrunk: MethodDefinition = {
  id: 'shared-trunk',
  build(plan) {
    const { spec } = plan;
    // A head of another task's own backbone need not fit the features of the first one's.
    const tasks = spec.tasks.map((task) => ({ ...task, backbone: spec.tasks[0]!.backbone }));
    return new Supernet({
      networks: buildNetworks({ ...plan, spec: { ...spec, tasks } }),
      edges: [],
      fusion: spec.fusion,
      fused: false,
      gated: false,
      sharedTrunk: true,
    });
  },
};
