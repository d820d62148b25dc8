import type { RunRecord } from '@taskweave/runs';
import { createHash } from 'node:crypto';

/** A run's name as messages have it: that of a run in a sweep holds a slash, which no subject may. */
export function messageRun({ run }: Pick<RunRecord, 'run'>): string {
  return run.replace(/[^A-Za-z0-9_.-]/g, '.').slice(0, 128);
}

/** Tells a run from others of the same name, in other folders or on other machines. */
export function runOrigin({ run, createdAt }: Pick<RunRecord, 'run' | 'createdAt'>): string {
  return createHash('sha256').update(`${run} ${createdAt}`).digest('hex').slice(0, 16);
}

/** The work queue of a run's evaluations. */
export function evaluationQueueName(record: Pick<RunRecord, 'run' | 'createdAt'>): string {
  return `evaluations-${runOrigin(record)}`;
}
