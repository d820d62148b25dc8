import type { TaskDeclaration } from '@taskweave/spec';
import { z } from 'zod';
import type { StoredTask } from '../image-files/example.js';

/** Number of classes, or their names in order. */
const classes = z.union([z.int().min(2).max(65_536), z.array(z.string().min(1)).min(2).max(65_536)]);

/** A task as a manifest declares it; see `LabelFormat` for what its labels are. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('classification'), classes }),
  z.strictObject({ kind: z.literal('soft-classification'), classes }),
  z.strictObject({
    kind: z.literal('segmentation'),
    classes: classes.refine((one) => (typeof one === 'number' ? one : one.length) <= 255, {
      message: 'at most 255 classes, since 255 stands for none',
    }),
  }),
  z.strictObject({
    kind: z.literal('surface-normals'),
    encoding: z.enum(['shifted-u8', 'raw-u8', 'unit-float']).default('shifted-u8'),
  }),
  z.strictObject({
    kind: z.literal('depth'),
    unit: z.number().positive().default(0.001),
    logarithm: z.enum(['none', 'taken', 'stored']).default('none'),
  }),
]);

export type ManifestTask = z.output<typeof taskSchema>;

export function storedTask(id: string, task: ManifestTask): StoredTask {
  const outputs = outputsOf(task);
  const names = 'classes' in task && Array.isArray(task.classes) ? task.classes : undefined;
  const declaration: TaskDeclaration = {
    id,
    kind: task.kind,
    outputs,
    ...(names !== undefined && { classes: names }),
  };
  switch (task.kind) {
    case 'surface-normals':
    case 'depth':
      return { declaration, format: task };
    default:
      return { declaration, format: { kind: task.kind, outputs } };
  }
}

function outputsOf(task: ManifestTask): number {
  if (task.kind === 'surface-normals') return 3;
  if (task.kind === 'depth') return 1;
  return typeof task.classes === 'number' ? task.classes : task.classes.length;
}
