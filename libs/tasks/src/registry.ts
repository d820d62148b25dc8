import { classification } from './classification/task-kind.js';
import { depth } from './depth/task-kind.js';
import { segmentation } from './segmentation/task-kind.js';
import { softClassification } from './soft-classification/task-kind.js';
import { surfaceNormals } from './surface-normals/task-kind.js';
import type { TaskKindId } from '@taskweave/spec';
import type { TaskKind } from './task-kind.js';

/** All task kinds by id. */
export const taskKinds: Readonly<Record<TaskKindId, TaskKind>> = {
  classification,
  'soft-classification': softClassification,
  segmentation,
  'surface-normals': surfaceNormals,
  depth,
};
