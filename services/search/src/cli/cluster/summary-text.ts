import type { RunSummary } from '@taskweave/contracts';
import { stateName } from '../../cluster/watch-run.js';

/** What a summary is as JSON: states by name. */
export interface SummaryJson extends Omit<RunSummary, 'state' | 'phase'> {
  readonly state: string;
}

export function toJson(summary: RunSummary): SummaryJson {
  const { run, step, steps, queuePosition, trainers, reason, restarts, scores } = summary;
  const state = stateName(summary.state);
  return { run, state, step, steps, queuePosition, trainers, reason, restarts, scores };
}

/** `queued at position 2: waits for a trainer`, in one line. */
export function describeState({
  state,
  queuePosition,
  reason,
  step,
  steps,
}: Pick<SummaryJson, 'state' | 'queuePosition' | 'reason' | 'step' | 'steps'>): string {
  const where = queuePosition > 0 ? ` at position ${queuePosition}` : '';
  const done = step > 0 ? ` after ${step} of ${steps} steps` : '';
  return `${state}${where}${done}${reason === '' ? '' : `: ${reason}`}`;
}
