import { backbones, selectChannels } from '@taskweave/backbones';
import { TaskweaveError } from '@taskweave/common';
import type { RunPlan } from '@taskweave/spec';
import { taskKinds } from '@taskweave/tasks';
import type { TaskNetwork } from './supernet.js';

/** What the networks of a run follow from. */
export type NetworksPlan = Pick<RunPlan, 'spec' | 'tasks' | 'imageShape'>;

/**
 * The backbones of a run, one per task.
 *
 * @throws TaskweaveError CONFIG_INVALID when a backbone refuses its options or the image size, or is given a channel
 *   that images do not have
 */
export function buildNetworks({ spec, tasks, imageShape }: NetworksPlan): TaskNetwork[] {
  return spec.tasks.map(({ lossWeight, backbone: { id, options, inputChannels } }, index) => {
    const task = tasks[index]!;
    const definition = Object.hasOwn(backbones, id) ? backbones[id] : undefined;
    if (definition === undefined) {
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'There is no such backbone.',
        subject: `tasks[${index}].backbone.id`,
        found: id,
        expected: Object.keys(backbones).join(', '),
      });
    }
    const [height, width, channels] = imageShape;
    const missing = inputChannels?.find((channel) => channel >= channels);
    if (missing !== undefined) {
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'The images have no such channel.',
        subject: `tasks[${index}].backbone.inputChannels`,
        found: `${missing}`,
        expected: `integers from 0 to ${channels - 1}`,
      });
    }
    const parsed = definition.options.safeParse(options);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: `The backbone ${id} refuses its options.`,
        subject: [`tasks[${index}].backbone.options`, ...(issue?.path ?? [])].map(String).join('.'),
        found: issue?.message ?? 'something else',
        expected: 'the resolved spec of a run',
      });
    }
    const backbone = definition.create({
      task: task.id,
      options: parsed.data,
      imageShape: [height, width, inputChannels?.length ?? channels],
      outputs: task.outputs,
      predicts: taskKinds[task.kind].predicts,
    });
    return {
      task,
      lossWeight,
      backbone: inputChannels === undefined ? backbone : selectChannels(backbone, task.id, inputChannels),
    };
  });
}
