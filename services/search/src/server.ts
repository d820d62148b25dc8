import { TaskweaveError } from '@taskweave/common';
import {
  RunState,
  SearchServiceService,
  type GetRunResponse,
  type RunSummary,
  type SearchServiceServer,
} from '@taskweave/contracts';
import type { Phase, RunRecord, RunResult } from '@taskweave/runs';
import { serverStream, startServer, unary, type RunningServer } from '@taskweave/service-kit';
import { PHASES, toWatchMessage } from './run-messages.js';
import type { RunEvents } from './run/run-events.js';

/** What the server tells and asks of the run it serves. */
export interface ServedRun {
  readonly record: RunRecord;
  /** Steps done. */
  readonly step: number;
  readonly result: RunResult | undefined;
  requestStop(): void;
}

/** Starts the SearchService of one run, on any free loopback port. */
export function startSearchServer(run: ServedRun, events: RunEvents): Promise<RunningServer> {
  const implementation: SearchServiceServer = {
    submitRun: unary(() => {
      throw servesOne(run);
    }),
    listRuns: unary(() => ({ runs: [summarise(run)] })),
    getRun: unary(({ run: name }) => {
      checkName(run, name);
      return describe(run);
    }),
    watchRun: serverStream(async function* ({ run: name, fromStep }, { signal }) {
      checkName(run, name);
      for await (const stamped of events.watch(signal)) {
        if (stamped.event.step >= fromStep) yield toWatchMessage(stamped);
      }
    }),
    stopRun: unary(({ run: name }) => {
      checkName(run, name);
      const phase = PHASES[run.record.phase];
      run.requestStop();
      return { phase, summary: summarise(run) };
    }),
    resumeRun: unary(() => {
      throw servesOne(run);
    }),
  };
  return startServer({
    name: 'search',
    services: [{ definition: SearchServiceService, implementation }],
  });
}

function describe(run: ServedRun): GetRunResponse {
  const { record, step, result } = run;
  return {
    run: record.run,
    phase: PHASES[record.phase],
    step,
    steps: record.plan.spec.steps,
    specJson: JSON.stringify(record.plan.spec),
    ...(result !== undefined && { resultJson: JSON.stringify(result) }),
    summary: summarise(run),
    planJson: JSON.stringify(record.plan),
    folder: '',
  };
}

/** A run with services of its own waits for nothing. */
function summarise({ record, step }: ServedRun): RunSummary {
  const { run, plan, phase } = record;
  return {
    run,
    state: STATES[phase] ?? RunState.RUNNING,
    phase: PHASES[phase],
    step,
    steps: plan.spec.steps,
    queuePosition: 0,
    trainers: [],
    reason: '',
    restarts: 0,
    scores: '',
  };
}

const STATES: { readonly [P in Phase]?: RunState } = {
  completed: RunState.COMPLETED,
  stopped: RunState.STOPPED,
  failed: RunState.FAILED,
};

function servesOne({ record }: ServedRun): TaskweaveError {
  return new TaskweaveError({
    code: 'REQUEST_OUT_OF_ORDER',
    message: 'This process works on one run and takes no others.',
    found: record.run,
    action: 'Ask the coordinator of a cluster: taskweave serve',
  });
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
