import { classification } from './classification/task-kind.js';
import type { TaskKindId } from '@taskweave/spec';
import type { TaskKind } from './task-kind.js';

/** All task kinds by id. */
export const taskKinds: Readonly<Record<TaskKindId, TaskKind>> = { classification };
