import { TaskweaveError } from '@taskweave/common';
import type { RunEvent as WireEvent } from '@taskweave/contracts';
import { callServerStream, callUnary } from '@taskweave/service-kit';
import type { StateEvent } from '../../cluster/watch-run.js';
import { RunEvents, type RunEvent } from '../../run/run-events.js';
import { Progress } from '../progress.js';
import type { SearchConnection } from './connect-cluster.js';
import { describeRun } from './show.js';
import { describeState } from './summary-text.js';
import { withRun, type RunOptions } from './with-run.js';

/** How often and how long a coordinator that is away is looked for. */
const AGAIN_MS = 1_000;
const MOST_TRIES = 60;

/**
 * `taskweave watch RUN`: how a run goes on, until it ends; with `--json` its events, one a line. Watching again after the
 * coordinator was away shows nothing twice.
 *
 * @throws TaskweaveError `STOPPED` when the run was stopped, `RUNS_FAILED` when it has failed
 */
export async function watch(run: string, options: RunOptions & { json?: boolean }): Promise<void> {
  const told = new Set<string>();
  let progress: Progress | undefined;
  const events = new RunEvents();
  let last: StateEvent | undefined;

  const show = (event: WireEvent): void => {
    if (isRepeated(event, told)) return;
    if (event.kind === 'state') last = JSON.parse(event.json) as StateEvent;
    if (options.json === true) {
      const { time, step, kind, json } = event;
      process.stdout.write(`${JSON.stringify({ time, step, kind, data: JSON.parse(json) as unknown })}\n`);
    } else if (event.kind === 'state') progress?.print(describeState(last!));
    else events.emit(fromWire(event), event.time);
  };
  const follow = async (search: SearchConnection, name: string, inCluster: boolean): Promise<void> => {
    const { steps } = await callUnary(search, 'getRun', { run: name });
    progress ??= new Progress(events, { stream: process.stderr, steps });
    tries = 0;
    for await (const { event } of callServerStream(search, 'watchRun', { run: name, fromStep: 0 }))
      show(event!);
    if (!inCluster || options.json === true) return;
    const found = await callUnary(search, 'getRun', { run: name });
    if (found.resultJson !== undefined) process.stdout.write(`\n${describeRun(found)}`);
  };

  let tries = 0;
  for (let connected = false; ; connected ||= progress !== undefined) {
    try {
      await withRun(run, options, follow);
      break;
    } catch (thrown) {
      const lost = thrown instanceof TaskweaveError && thrown.code === 'SERVICE_UNAVAILABLE';
      if (!lost || !(connected || progress !== undefined) || ++tries > MOST_TRIES) throw thrown;
      if (tries === 1 && options.json !== true) progress?.print('the coordinator is away; waiting for it');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  if (last?.state === 'stopped')
    throw new TaskweaveError({ code: 'STOPPED', message: `${run} was stopped.` });
  if (last?.state === 'failed') {
    throw new TaskweaveError({ code: 'RUNS_FAILED', message: `${run} has failed.`, found: last.reason });
  }
}

function isRepeated({ kind, step, json }: WireEvent, told: Set<string>): boolean {
  const lasting =
    kind === 'step' || kind === 'baseline.step' || kind === 'checkpoint.ready' || kind === 'evaluation.done';
  const id = lasting ? `${kind}.${step}` : kind === 'state' ? json : undefined;
  if (id === undefined) return false;
  const known = told.has(id);
  told.add(id);
  return known;
}

/** The event as it was before it was sent. */
function fromWire({ kind, step, json }: WireEvent): RunEvent {
  const data = JSON.parse(json) as object;
  const hasLine = kind === 'step' || kind === 'baseline.step' || kind === 'evaluation.done';
  return (hasLine ? { kind, step, line: data } : { ...data, kind, step }) as RunEvent;
}
