import type { RunSpec } from './run-spec.js';

/** When a run is scored on its way. */
export type EvaluationTimes = Pick<RunSpec, 'steps'> & {
  readonly evaluation: Pick<RunSpec['evaluation'], 'every'>;
};

/** Whether a checkpoint is due after `done` steps: every so many, at the end, and as every evaluation needs one too. */
export function checkpointIsDue(
  { checkpoint, evaluation, steps }: Pick<RunSpec, 'checkpoint'> & EvaluationTimes,
  done: number,
): boolean {
  return (
    done === steps || done % checkpoint.every === 0 || (evaluation.every > 0 && done % evaluation.every === 0)
  );
}
