import { lockOwner, type Phase, type RunFolder, type RunRecord } from '@taskweave/runs';

/** Where a run stands. `interrupted`: its process was killed; it can be resumed. */
export type ShownPhase = Phase | 'interrupted';

export function phaseOf(folder: RunFolder, { phase }: RunRecord): ShownPhase {
  const inProgress = phase === 'starting' || phase === 'searching' || phase === 'evaluating';
  return inProgress && lockOwner(folder.lock) === undefined ? 'interrupted' : phase;
}

/** Whether `--resume` would continue a run. */
export function canBeResumed(phase: ShownPhase): boolean {
  return phase === 'stopped' || phase === 'failed' || phase === 'interrupted';
}
