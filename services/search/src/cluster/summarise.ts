import { RunPhase, RunState, type RunSummary } from '@taskweave/contracts';
import { PHASES } from '../run-messages.js';
import type { ClusterRun, ClusterState } from './cluster-run.js';
import type { Coordinator } from './coordinator.js';

const STATES: Readonly<Record<ClusterState, RunState>> = {
  queued: RunState.QUEUED,
  running: RunState.RUNNING,
  stopped: RunState.STOPPED,
  completed: RunState.COMPLETED,
  failed: RunState.FAILED,
};

const LAST_PHASES: Readonly<Record<ClusterState, RunPhase>> = {
  queued: RunPhase.STARTING,
  running: RunPhase.STARTING,
  stopped: RunPhase.STOPPED,
  completed: RunPhase.COMPLETED,
  failed: RunPhase.FAILED,
};

/** Where a run stands at this moment. */
export function summarise(entry: ClusterRun, coordinator: Coordinator): RunSummary {
  const { run, state, spec, trainers, reason, restarts, scores } = entry;
  const attempt = coordinator.attempt(run);
  const position = coordinator.queue.findIndex((other) => other.run === run) + 1;
  const waiting = position === 0 ? '' : coordinator.waitingFor(run);
  return {
    run,
    state: STATES[state],
    phase: attempt === undefined ? LAST_PHASES[state] : PHASES[attempt.phase],
    step: attempt?.step ?? entry.step,
    steps: spec.steps,
    queuePosition: position,
    trainers: trainers.map((address) => coordinator.nameOfTrainer(address)),
    reason: [reason, waiting].filter((part) => part !== '').join('; '),
    restarts,
    scores,
  };
}
