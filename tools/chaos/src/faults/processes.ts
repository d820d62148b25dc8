import { SECOND_TRAINER, SERVICES } from '../cluster.js';
import type { ClusterShape } from '../cluster-shape.js';

/** What can be killed or stopped. */
export const PROCESSES: readonly string[] = [...SERVICES, SECOND_TRAINER];

export function needsOfProcess(process: string): Partial<ClusterShape> {
  return process === SECOND_TRAINER ? { trainers: 2 } : {};
}
