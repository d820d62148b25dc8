import { TaskweaveError } from '@taskweave/common';
import { DataServiceClient, type TaskInfo } from '@taskweave/contracts';
import { callUnary, type Connection } from '@taskweave/service-kit';
import type { BaselineMethod, RunPlan, RunSpec, TaskDeclaration, TaskKindId } from '@taskweave/spec';
import { buildNetworks, buildSupernet, recomputedSegments } from '@taskweave/supernet';
import { taskKinds } from '@taskweave/tasks';

/** Opening a data set reads its files. */
const DESCRIBE_MS = 60_000;

/**
 * What follows from a spec and its data: the tasks' kinds and sizes, and the networks' stages. Everything that can be
 * wrong with them is found here, before anything is written.
 *
 * @throws TaskweaveError `CONFIG_INVALID` when the networks do not fit the images, each other or the method; what the data loader
 *   refuses
 */
export async function makePlan(
  spec: RunSpec,
  data: Connection<(typeof DataServiceClient)['service']>,
  signal: AbortSignal,
): Promise<RunPlan> {
  const described = await callUnary(
    data,
    'describe',
    { dataJson: JSON.stringify(spec.data), tasks: spec.tasks.map(({ id }) => id) },
    { deadlineMs: DESCRIBE_MS, signal },
  );
  const [height = 0, width = 0, channels = 0] = described.imageShape;
  const declared = {
    spec,
    tasks: described.tasks.map(declareTask),
    imageShape: [height, width, channels],
  } as const;
  const networks = buildNetworks(declared).map(({ task, backbone }) => ({
    task: task.id,
    stages: [...backbone.stages],
  }));
  const plan: RunPlan = { ...declared, method: spec.method, networks };
  const supernet = buildSupernet(plan);
  recomputedSegments(supernet.declarations, spec.engine.recompute);
  if (plan.method === 'search' && supernet.edges.length === 0) throw nothingToSearch();
  return plan;
}

/**
 * The plan of a baseline beside a run: the same data, tasks, steps and seed.
 *
 * @param edges of the run's discrete network: a random architecture beside it has as many
 */
export function baselinePlan(plan: RunPlan, method: BaselineMethod, edges: number): RunPlan {
  const { spec } = plan;
  if (method !== 'random') return { ...plan, method };
  return { ...plan, method, spec: { ...spec, space: { ...spec.space, randomEdges: edges } } };
}

function declareTask({ id, kind, outputs, classes }: TaskInfo, index: number): TaskDeclaration {
  if (Object.hasOwn(taskKinds, kind)) {
    return { id, kind: kind as TaskKindId, outputs, ...(classes.length > 0 && { classes }) };
  }
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This task is of a kind that cannot be trained.',
    subject: `tasks[${index}].id`,
    found: kind,
    expected: Object.keys(taskKinds).join(', '),
  });
}

function nothingToSearch(): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'There is no candidate edge between the networks, so there is nothing to search.',
    subject: 'tasks',
    expected: 'at least two tasks whose backbones have stages',
  });
}
