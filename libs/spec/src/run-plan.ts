import { TaskweaveError } from '@taskweave/common';
import type { NetworkDeclaration } from '@taskweave/search-space';
import type { Method } from './method.js';
import { planSchema } from './plan-schema.js';
import { runSpecSchema, type RunSpec } from './run-spec.js';
import type { TaskDeclaration } from './task-declaration.js';

/** A spec together with what follows from it and the data: everything the services need to know of a run. */
export interface RunPlan {
  readonly spec: RunSpec;
  /** How the networks are joined: the spec's method, or that of a baseline that is trained beside it. */
  readonly method: Method;
  /** One network per task, in the order of `spec.tasks`. */
  readonly networks: readonly NetworkDeclaration[];
  /** In the same order. */
  readonly tasks: readonly TaskDeclaration[];
  /** Height, width and channels of the images. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
}

/**
 * Reads the JSON of a plan that another service or a finished run's folder holds.
 *
 * @throws TaskweaveError CONFIG_INVALID when it is not the JSON of a plan
 */
export function parseRunPlan(json: string): RunPlan {
  let tree: Partial<RunPlan> | null;
  try {
    tree = JSON.parse(json) as Partial<RunPlan> | null;
  } catch {
    throw refusal('plan', 'a text that is not JSON');
  }
  const spec = runSpecSchema.safeParse(tree?.spec);
  if (!spec.success) {
    const issue = spec.error.issues[0];
    throw refusal(
      ['plan.spec', ...(issue?.path ?? [])].map(String).join('.'),
      issue?.message ?? 'not a spec',
    );
  }
  const plan = planSchema.safeParse(tree);
  if (!plan.success) {
    const [issue] = plan.error.issues;
    throw refusal(['plan', ...(issue?.path ?? [])].map(String).join('.'), issue?.message ?? 'not a plan');
  }
  const { method, networks, tasks, imageShape } = tree as RunPlan;
  const ids = spec.data.tasks.map(({ id }) => id).join();
  if (networks.map(({ task }) => task).join() !== ids) {
    throw refusal('plan.networks', 'not one network per task');
  }
  if (tasks.map(({ id }) => id).join() !== ids) throw refusal('plan.tasks', 'not one declaration per task');
  return { spec: spec.data, method, networks, tasks, imageShape };
}

function refusal(subject: string, found: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The plan of a run cannot be read.',
    subject,
    found,
    expected: 'a plan as Taskweave writes it',
    action: 'Start the run again from its config.',
  });
}
