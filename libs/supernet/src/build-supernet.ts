import { backbones } from '@taskweave/backbones';
import { TaskweaveError } from '@taskweave/common';
import { candidateEdges } from '@taskweave/search-space';
import type { RunPlan } from '@taskweave/spec';
import { taskKinds } from '@taskweave/tasks';
import { Supernet, type TaskNetwork } from './supernet.js';

type NetworksPlan = Pick<RunPlan, 'spec' | 'tasks' | 'imageShape'>;

/**
 * The backbones of a run, one per task.
 *
 * @throws TaskweaveError CONFIG_INVALID when a backbone refuses its options or the image size
 */
export function buildNetworks({ spec, tasks, imageShape }: NetworksPlan): TaskNetwork[] {
  return spec.tasks.map(({ lossWeight, backbone: { id, options } }, index) => {
    const task = tasks[index]!;
    const definition = backbones[id];
    if (definition === undefined) {
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'There is no such backbone.',
        subject: `tasks[${index}].backbone.id`,
        found: id,
        expected: Object.keys(backbones).join(', '),
      });
    }
    const backbone = definition.create({
      task: task.id,
      options: definition.options.parse(options),
      imageShape,
      outputs: task.outputs,
      predicts: taskKinds[task.kind].predicts,
    });
    return { task, lossWeight, backbone };
  });
}

/** The network of a plan: the supernet with all candidate edges, or independent networks for `single-task`. */
export function buildSupernet(plan: NetworksPlan & Pick<RunPlan, 'method'>): Supernet {
  const networks = buildNetworks(plan);
  const fused = plan.method === 'search';
  const declarations = networks.map(({ task, backbone }) => ({
    task: task.id,
    stages: [...backbone.stages],
  }));
  return new Supernet({
    networks,
    edges: fused ? candidateEdges(declarations, plan.spec.space) : [],
    fusion: plan.spec.fusion,
    fused,
  });
}
