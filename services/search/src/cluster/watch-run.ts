import { RunState, type RunSummary, type WatchRunResponse } from '@taskweave/contracts';
import { toWatchMessage } from '../run-messages.js';
import type { ClusterRun } from './cluster-run.js';
import { noLongerHere, type Coordinator } from './coordinator.js';
import { summarise } from './summarise.js';

/** What a `state` event tells: the summary that changed, with its state by name. */
export type StateEvent = Pick<
  RunSummary,
  'run' | 'step' | 'steps' | 'queuePosition' | 'reason' | 'restarts' | 'scores'
> & {
  readonly state: string;
};

/**
 * The events of a run over all its attempts, each step, checkpoint and evaluation once, and how its state changes; until it
 * ends or the call is cancelled. A run that has ended before tells its state only.
 *
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` when the coordinator ends
 */
export async function* watchRun(
  run: string,
  coordinator: Coordinator,
  cancelled: AbortSignal,
): AsyncGenerator<WatchRunResponse, void, void> {
  const signal = AbortSignal.any([cancelled, coordinator.ended]);
  const told = new Set<string>();
  let lastState = '';
  while (!signal.aborted) {
    const changed = nextChange(coordinator, signal);
    const entry = coordinator.table.get(run);
    if (entry === undefined) return;
    const state = JSON.stringify(stateEvent(entry, coordinator));
    if (state !== lastState) {
      yield { event: { time: Date.now(), step: entry.step, kind: 'state', json: state } };
      lastState = state;
    }
    const attempt = coordinator.attempt(run);
    if (attempt !== undefined) {
      for await (const stamped of attempt.events.watch(signal)) {
        const id = idOf(stamped.event);
        if (id !== undefined && told.has(id)) continue;
        if (id !== undefined) told.add(id);
        yield toWatchMessage(stamped);
      }
      await Promise.race([attempt.done, changed]);
    } else if (entry.state === 'queued' || entry.state === 'running') await changed;
    else return;
  }
  if (!cancelled.aborted) throw noLongerHere();
}

/** Names what happens again, in the same way, when a run goes on from a checkpoint before it. */
export function idOf({ kind, step }: { readonly kind: string; readonly step: number }): string | undefined {
  const lasting = kind === 'step' || kind === 'checkpoint.ready' || kind === 'evaluation.done';
  return lasting ? `${kind}.${step}` : undefined;
}

function stateEvent(entry: ClusterRun, coordinator: Coordinator): StateEvent {
  const { run, step, steps, queuePosition, reason, restarts, scores } = summarise(entry, coordinator);
  return { run, state: entry.state, step, steps, queuePosition, reason, restarts, scores };
}

function nextChange(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      unlisten();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const unlisten = coordinator.table.onChange(end);
    signal.addEventListener('abort', end);
  });
}

/** Name of a state as people read it. */
export function stateName(state: RunState): string {
  const [name = 'unknown'] = Object.entries(RunState).find(([, value]) => value === state) ?? [];
  return name.toLowerCase();
}
