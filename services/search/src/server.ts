import { TaskweaveError } from '@taskweave/common';
import {
  RunPhase,
  SearchServiceService,
  type GetRunResponse,
  type SearchServiceServer,
  type WatchRunResponse,
} from '@taskweave/contracts';
import { serverStream, startServer, unary, type RunningServer } from '@taskweave/service-kit';
import type { RunResult } from './run/result.js';
import type { RunEvents, StampedEvent } from './run/run-events.js';
import type { Phase, RunRecord } from './run/run-record.js';

/** What the server tells and asks of the run it serves. */
export interface ServedRun {
  readonly record: RunRecord;
  /** Steps done. */
  readonly step: number;
  readonly result: RunResult | undefined;
  requestStop(): void;
}

const PHASES: Readonly<Record<Phase, RunPhase>> = {
  starting: RunPhase.STARTING,
  searching: RunPhase.SEARCHING,
  evaluating: RunPhase.EVALUATING,
  completed: RunPhase.COMPLETED,
  stopped: RunPhase.STOPPED,
  failed: RunPhase.FAILED,
};

/** Starts the SearchService of one run, on any free loopback port. */
export function startSearchServer(run: ServedRun, events: RunEvents): Promise<RunningServer> {
  const implementation: SearchServiceServer = {
    getRun: unary(({ run: name }) => {
      checkName(run, name);
      return describe(run);
    }),
    watchRun: serverStream(async function* ({ run: name, fromStep }, { signal }) {
      checkName(run, name);
      for await (const stamped of events.watch(signal)) {
        if (stamped.event.step >= fromStep) yield toMessage(stamped);
      }
    }),
    stopRun: unary(({ run: name }) => {
      checkName(run, name);
      const phase = PHASES[run.record.phase];
      run.requestStop();
      return { phase };
    }),
  };
  return startServer({
    name: 'search',
    services: [{ definition: SearchServiceService, implementation }],
  });
}

function describe({ record, step, result }: ServedRun): GetRunResponse {
  return {
    run: record.run,
    phase: PHASES[record.phase],
    step,
    steps: record.plan.spec.steps,
    specJson: JSON.stringify(record.plan.spec),
    ...(result !== undefined && { resultJson: JSON.stringify(result) }),
  };
}

function toMessage({ time, event }: StampedEvent): WatchRunResponse {
  const { kind, step, ...contents } = event;
  // A line of the history says the kind and the step itself.
  const json = JSON.stringify('line' in contents ? contents.line : contents);
  return { event: { time, step, kind, json } };
}

function checkName({ record }: ServedRun, name: string): void {
  if (name === record.run) return;
  throw new TaskweaveError({
    code: 'RUN_NOT_FOUND',
    message: 'There is no such run here.',
    subject: 'run',
    found: name,
    expected: record.run,
  });
}
