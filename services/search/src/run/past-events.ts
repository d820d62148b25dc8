import type { History } from '@taskweave/runs';
import type { ResumePoint } from './resume-point.js';
import type { RunEvent } from './run-events.js';

/** What happened in a run before it was resumed, as far as its folder tells. */
export function* pastEvents(
  history: History,
  checkpoints: ResumePoint['checkpoints'],
): Generator<RunEvent, void, void> {
  for (const line of history.lines()) {
    const { step } = line;
    if (line.kind === 'step') yield { kind: 'step', step, line };
    else yield { kind: 'evaluation.done', step, line };
  }
  for (const { folder, step } of checkpoints) yield { kind: 'checkpoint.ready', step, path: folder };
}
