import type { RunSpec } from '@taskweave/spec';
import { buildNetworks } from '../build-networks.js';
import { Supernet } from '../supernet.js';
import type { MethodDefinition } from './method.js';

/** Hard parameter sharing: the stages of the first task's backbone, once, and that backbone's head for every task.
 * The trunk is given the channels of all of them. */
export const sharedTrunk: MethodDefinition = {
  id: 'shared-trunk',
  build(plan) {
    const { spec } = plan;
    // A head of another task's own backbone need not fit the features of the first one's.
    const backbone = { ...spec.tasks[0]!.backbone, inputChannels: channelsOfAny(spec.tasks) };
    const tasks = spec.tasks.map((task) => ({ ...task, backbone }));
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

/** The channels that at least one of the tasks is given, in order; undefined for all that there are. */
function channelsOfAny(tasks: RunSpec['tasks']): number[] | undefined {
  const chosen = tasks.map(({ backbone }) => backbone.inputChannels);
  const [first] = chosen;
  if (chosen.every((channels) => channels?.join() === first?.join())) return first;
  if (chosen.includes(undefined)) return undefined;
  return [...new Set(chosen.flatMap((channels) => channels ?? []))].sort((a, b) => a - b);
}
