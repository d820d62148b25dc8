import { TaskweaveError } from '@taskweave/common';
import type { RunEvent as WireEvent } from '@taskweave/contracts';
import { callServerStream, callUnary } from '@taskweave/service-kit';
import { idOf, type StateEvent } from '../../cluster/watch-run.js';
import { RunEvents, type RunEvent } from '../../run/run-events.js';
import { Progress } from '../progress.js';
import type { SearchConnection } from './connect-cluster.js';
import { describeRun } from './show.js';
import { describeState } from './summary-text.js';
import { withRun, type RunOptions } from './with-run.js';

/** How often and how many times a coordinator that is away is looked for. */
const AGAIN_MS = 1_000;
const MOST_TRIES = 60;

export interface WatchOptions extends RunOptions {
  json?: boolean;
}

/**
 * `taskweave watch RUN`: how a run goes on, until it ends; with `--json` its events, one a line. A coordinator that goes away
 * meanwhile is waited for.
 *
 * @throws TaskweaveError `STOPPED` when the run was stopped, `RUNS_FAILED` when it has failed
 */
export async function watch(run: string, options: WatchOptions): Promise<void> {
  const watcher = new Watcher(options.json === true);
  for (let tries = 0; ; tries++) {
    try {
      await withRun(run, options, (search, name, inCluster) => {
        return watcher.follow(search, name, inCluster, () => (tries = 0));
      });
      return watcher.throwIfEndedEarly(run);
    } catch (thrown) {
      const lost = thrown instanceof TaskweaveError && thrown.code === 'SERVICE_UNAVAILABLE';
      if (!lost || !watcher.hasBegun || tries >= MOST_TRIES) throw thrown;
      if (tries === 0) watcher.tell('the coordinator is away; waiting for it');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Shows the events of a run, each once, however often it has to ask for them anew. */
class Watcher {
  readonly #json: boolean;
  readonly #events = new RunEvents();
  readonly #told = new Set<string>();
  #progress: Progress | undefined;
  /** How the run stands: its state in a cluster, or its phase without one. */
  #state = '';
  #reason = '';

  constructor(json: boolean) {
    this.#json = json;
  }

  get hasBegun(): boolean {
    return this.#progress !== undefined;
  }

  async follow(
    search: SearchConnection,
    run: string,
    inCluster: boolean,
    onFound: () => void,
  ): Promise<void> {
    const { steps } = await callUnary(search, 'getRun', { run });
    this.#progress ??= new Progress(this.#events, { stream: process.stderr, steps });
    onFound();
    for await (const { event } of callServerStream(search, 'watchRun', { run, fromStep: 0 })) {
      this.#take(event!);
    }
    if (this.#json) return;
    if (!inCluster) return this.tell(`${this.#state}; look at it with: npx taskweave show ${run}`);
    const found = await callUnary(search, 'getRun', { run });
    if (found.resultJson !== undefined) process.stdout.write(`\n${describeRun(found)}`);
  }

  tell(text: string): void {
    if (!this.#json) this.#progress?.print(text);
  }

  throwIfEndedEarly(run: string): void {
    if (this.#state === 'stopped')
      throw new TaskweaveError({ code: 'STOPPED', message: `${run} was stopped.` });
    if (this.#state !== 'failed') return;
    const found = this.#reason === '' ? {} : { found: this.#reason };
    throw new TaskweaveError({ code: 'RUNS_FAILED', message: `${run} has failed.`, ...found });
  }

  #take(event: WireEvent): void {
    const { time, step, kind, json } = event;
    const id = kind === 'state' ? json : idOf(event);
    if (id !== undefined && this.#told.has(id)) return;
    if (id !== undefined) this.#told.add(id);
    const data = JSON.parse(json) as object;
    if (kind === 'state') ({ state: this.#state, reason: this.#reason } = data as StateEvent);
    if (kind === 'phase') this.#state = (data as { phase: string }).phase;
    if (this.#json) process.stdout.write(`${JSON.stringify({ time, step, kind, data })}\n`);
    else if (kind === 'state') this.tell(describeState(data as StateEvent));
    else this.#events.emit(fromWire(kind, step, data), time);
  }
}

/** The event as it was before it was sent. */
function fromWire(kind: string, step: number, data: object): RunEvent {
  const hasLine = kind === 'step' || kind === 'baseline.step' || kind === 'evaluation.done';
  return (hasLine ? { kind, step, line: data } : { ...data, kind, step }) as RunEvent;
}
