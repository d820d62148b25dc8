import {
  tf,
  type HostTensors,
  type NamedTensors,
  type Program,
  type Tensor,
  type TensorSpec,
} from '@taskweave/engine';
import type { ImageShape } from '@taskweave/backbones';
import { taskKinds } from '@taskweave/tasks';
import type { Supernet } from '../supernet.js';

/** Name of a task's labels in a batch. */
export function labelName(task: string): string {
  return `label/${task}`;
}

/** Name of a task's loss among a program's outputs. */
export function lossName(task: string): string {
  return `loss/${task}`;
}

/** The tensors of a batch: `image` and one `label/<task>` per task. */
export function batchSpecs(
  { networks }: Supernet,
  imageShape: ImageShape,
  batchSize: number,
): Record<string, TensorSpec> {
  return {
    image: { dtype: 'float32', shape: [batchSize, ...imageShape] },
    ...Object.fromEntries(
      networks.map(({ task }) => [
        labelName(task.id),
        taskKinds[task.kind].label(task, batchSize, imageShape),
      ]),
    ),
  };
}

/** Spec of the gates input; none when the network takes no gates. */
export function gateSpecs({ gateCount }: Supernet): Program['inputs'] {
  return gateCount === 0 ? {} : { gates: { dtype: 'float32', shape: [gateCount] } };
}

export interface TaskLosses {
  /** Sum of lossWeight · loss over tasks, a scalar. */
  readonly total: Tensor;
  /** Losses by output name, unweighted. */
  readonly byTask: NamedTensors;
}

/** Losses of all tasks for a batch. */
export function taskLosses({ networks }: Supernet, outputs: NamedTensors, batch: NamedTensors): TaskLosses {
  const byTask: NamedTensors = {};
  let total: Tensor = tf.scalar(0);
  for (const { task, lossWeight } of networks) {
    const loss = taskKinds[task.kind].loss(outputs[task.id]!, batch[labelName(task.id)]!, task);
    byTask[lossName(task.id)] = loss;
    total = tf.add(total, tf.mul(loss, lossWeight));
  }
  return { total, byTask };
}

/** Losses by task id, read from a program's outputs. */
export function readLosses({ networks }: Supernet, outputs: HostTensors): Record<string, number> {
  return Object.fromEntries(networks.map(({ task }) => [task.id, outputs[lossName(task.id)]!.data[0]!]));
}

/** Tells losses from running statistics again. */
export function splitAuxiliary(
  supernet: Supernet,
  auxiliary: NamedTensors,
): [losses: NamedTensors, statistics: NamedTensors] {
  const names = new Set(supernet.parameters.map(({ name }) => name));
  const pick = (statistic: boolean) =>
    Object.fromEntries(Object.entries(auxiliary).filter(([name]) => names.has(name) === statistic));
  return [pick(false), pick(true)];
}
