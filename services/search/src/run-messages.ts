import { RunPhase, type WatchRunResponse } from '@taskweave/contracts';
import type { Phase } from '@taskweave/runs';
import type { StampedEvent } from './run/run-events.js';

/** Phases as messages have them. */
export const PHASES: Readonly<Record<Phase, RunPhase>> = {
  starting: RunPhase.STARTING,
  searching: RunPhase.SEARCHING,
  evaluating: RunPhase.EVALUATING,
  completed: RunPhase.COMPLETED,
  stopped: RunPhase.STOPPED,
  failed: RunPhase.FAILED,
};

/** An event of a run as `WatchRun` sends it. */
export function toWatchMessage({ time, event }: StampedEvent): WatchRunResponse {
  const { kind, step, ...contents } = event;
  // A line of the history says the kind and the step itself.
  const json = JSON.stringify('line' in contents ? contents.line : contents);
  return { event: { time, step, kind, json } };
}
