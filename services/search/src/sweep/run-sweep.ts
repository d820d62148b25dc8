import { TaskweaveError } from '@taskweave/common';
import { lockRun, notWritable, readResult, type RunResult } from '@taskweave/runs';
import type { Sweep, SweepRun } from '@taskweave/spec';
import { mkdirSync } from 'node:fs';
import { compareRuns } from '../compare/comparison.js';
import { readFinishedRun } from '../compare/finished-run.js';
import { writeTables } from '../compare/write-comparison.js';
import type { RunControl } from '../run/run-control.js';
import { RunEvents } from '../run/run-events.js';
import { resumeRun, startRun } from '../run/start-run.js';
import type { TimedRun } from './eta.js';
import type { SweepControl } from './sweep-control.js';
import type { SweepFolder } from './sweep-folder.js';
import { sweepRecord, writeSweepRecord, type SweepRecord } from './sweep-record.js';

/** The runs of a sweep beside the one under way. */
export interface OtherRuns {
  readonly finished: readonly TimedRun[];
  /** Steps of those that are yet to come. */
  readonly stepsWaiting: number;
}

/** Told what happens in a sweep. */
export interface SweepObserver {
  /** A run is skipped, since it is completed. */
  onSkip(run: SweepRun): void;
  /** A run begins or goes on; its events follow. */
  onRun(run: SweepRun, events: RunEvents, others: OtherRuns): void;
  onFinish(run: SweepRun, result: RunResult): void;
  onFailure(run: SweepRun, error: TaskweaveError): void;
}

export interface SweepOptions {
  /** Folder that holds the runs, and in it the sweep's own. */
  output: string;
  folder: SweepFolder;
  control: SweepControl;
  observer: SweepObserver;
}

/**
 * Brings every run of a sweep to its end, one after another, and writes the table. What is completed is skipped, what was
 * interrupted or failed goes on. A run that fails does not keep the others from being run.
 *
 * @throws TaskweaveError `STOPPED` on request, `RUN_NOT_RESUMABLE` while another process works on the sweep,
 *   `OUTPUT_NOT_WRITABLE`
 */
export async function runSweep(sweep: Sweep, options: SweepOptions): Promise<SweepRecord> {
  const { folder, control, observer } = options;
  try {
    mkdirSync(folder.path, { recursive: true });
  } catch (cause) {
    throw notWritable(folder.path, cause);
  }
  const unlock = lockRun(folder.lock);
  try {
    const completed = new Set(
      sweep.runs.filter((run) => folder.stateOf(run) === 'completed').map(({ name }) => name),
    );
    const failed = new Map<string, string>();
    const finished: TimedRun[] = [];
    await writeSweepRecord(folder.record, sweepRecord(sweep, completed, failed));
    for (const [index, run] of sweep.runs.entries()) {
      if (completed.has(run.name)) {
        finished.push(readResult(folder.folderOf(run).result));
        observer.onSkip(run);
        continue;
      }
      try {
        const begun = performance.now();
        const fresh = folder.stateOf(run) === 'new';
        const waiting = sweep.runs.slice(index + 1).filter(({ name }) => !completed.has(name));
        const stepsWaiting = waiting.reduce((sum, { spec }) => sum + spec.steps, 0);
        const result = await control.during((own) => proceed(run, options, own, { finished, stepsWaiting }));
        const seconds = fresh ? (performance.now() - begun) / 1000 : result.seconds;
        finished.push({ steps: result.steps, seconds });
        completed.add(run.name);
        observer.onFinish(run, result);
      } catch (thrown) {
        const error = TaskweaveError.from(thrown);
        control.throwIfEnding();
        failed.set(run.name, `${error.code}: ${error.message}`);
        observer.onFailure(run, error);
      }
    }
    const record = await summarise(sweep, folder, completed, failed);
    await writeSweepRecord(folder.record, record);
    return record;
  } finally {
    unlock();
  }
}

/** Starts a run, or continues it where it stopped. */
function proceed(
  run: SweepRun,
  { output, folder, observer }: SweepOptions,
  control: RunControl,
  others: OtherRuns,
): Promise<RunResult> {
  const events = new RunEvents();
  const onOpen = (): void => observer.onRun(run, events, others);
  const options = { processes: false, baselines: [], control, events, onOpen };
  const existing = folder.folderOf(run);
  if (existing.exists) return resumeRun(existing, options);
  return startRun(run.spec, output, { ...options, run: folder.nameOf(run) });
}

async function summarise(
  sweep: Sweep,
  folder: SweepFolder,
  completed: ReadonlySet<string>,
  failed: ReadonlyMap<string, string>,
): Promise<SweepRecord> {
  if (completed.size === 0) return sweepRecord(sweep, completed, failed);
  const order = sweep.variants.map(({ name }) => name);
  const runs = sweep.runs
    .filter(({ name }) => completed.has(name))
    .sort((a, b) => order.indexOf(a.variant) - order.indexOf(b.variant))
    .map((run) => readFinishedRun(folder.folderOf(run)));
  const comparison = compareRuns(runs, {
    baseline: runs.some(({ result }) => result.spec.name === sweep.baseline) ? sweep.baseline : undefined,
    warnings: [...failed].map(([run, error]) => `${run} is left out: it failed with ${error}`),
  });
  await writeTables(folder.path, comparison, sweep.name);
  return sweepRecord(sweep, completed, failed, comparison);
}
