import { classification } from './classification/task-kind.js';
import type { TaskKind, TaskKindId } from './task-kind.js';

/** All task kinds by id. */
export const taskKinds: Readonly<Record<TaskKindId, TaskKind>> = { classification };
