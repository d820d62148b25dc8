import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { randomStream } from '@taskweave/common';
import { Cluster, processesOf, type Ended } from './cluster.js';
import { openDisk } from './disk.js';
import { differences, runOutcome, type RunOutcome } from './run-outcome.js';
import type { Trial } from './schedule.js';

/** What came of a run that was broken. */
export interface TrialResult {
  /** What was done to it, in order. */
  readonly injected: readonly string[];
  /** How often it was started. */
  readonly starts: number;
  readonly seconds: number;
  /** What should not be so; empty when all invariants held. */
  readonly broken: readonly string[];
}

/** Starts allowed beyond one for each fault: a fault may end several. */
const MORE_STARTS = 3;
/** Milliseconds after which a run counts as hanging. */
const LONGEST_MS = 300_000;
/** Milliseconds that processes have to end when the search has. */
const ENDING_MS = 15_000;
const POLL_MS = 10;
/** Milliseconds before the second start; each further one waits as much longer, as cluster managers do. */
const RESTART_MS = 500;
/** A line of a JavaScript stack trace. */
const STACK = /^ {4}at .+:\d+:\d+\)?$/m;

/** A small search: long enough to be broken anywhere, short enough to be broken often. */
export const STEPS = 24;
const SEARCH = [
  '--preset=multi-mnist-smoke',
  `--steps=${STEPS}`,
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 400, validationLimit: 40, testLimit: 40}',
  '--set=checkpoint={every: 4, keep: 3}',
];

/** The search as it is when nothing happens. */
export async function undisturbed(): Promise<{ outcome: RunOutcome; seconds: number }> {
  const start = Date.now();
  const disk = await openDisk();
  try {
    const cluster = new Cluster(disk.folder, randomUUID(), SEARCH);
    const { code, stderr } = await cluster.run();
    if (code !== 0) throw new Error(`The undisturbed run failed with ${code}: ${stderr}`);
    return { outcome: await runOutcome(cluster.folder), seconds: (Date.now() - start) / 1000 };
  } finally {
    await disk.remove();
  }
}

/**
 * Runs the search while faults happen to it, starting it again whenever it ends too early, as a cluster would.
 *
 * @param seed keys what faults draw
 * @param expected what the undisturbed search leaves behind
 */
export async function runTrial(trial: Trial, seed: number, expected: RunOutcome): Promise<TrialResult> {
  const begin = Date.now();
  const disk = await openDisk();
  const cluster = new Cluster(disk.folder, randomUUID(), SEARCH);
  const broken: string[] = [];
  const injected: string[] = [];
  const ends: Ended[] = [];
  try {
    const over = new AbortController();
    const deadline = setTimeout(LONGEST_MS, false, { signal: over.signal }).catch(() => false);
    const faults = injectAll(trial, seed, cluster, injected, over.signal);
    const finished = supervise(cluster, ends, trial.length + 1 + MORE_STARTS, over.signal);
    const done = await Promise.race([finished, deadline]);
    over.abort();
    if (!done) {
      for (const pid of processesOf(cluster.mark)) process.kill(pid, 'SIGKILL');
      const last = ends.at(-1);
      broken.push(`did not finish; last: ${last === undefined ? 'hung' : `${last.code} ${last.stderr}`}`);
    }
    await faults;
    await finished;
    if (ends.some(({ stderr }) => STACK.test(stderr))) broken.push('printed a stack trace');
    if (!(await endOf(cluster.mark))) broken.push(`left processes ${processesOf(cluster.mark).join(', ')}`);
    if (done) {
      const files = differences(await runOutcome(cluster.folder), expected);
      if (files.length > 0) broken.push(`differs in ${files.join(', ')}`);
    }
    return { injected, starts: ends.length, seconds: (Date.now() - begin) / 1000, broken };
  } finally {
    for (const pid of processesOf(cluster.mark)) process.kill(pid, 'SIGKILL');
    await disk.remove();
  }
}

async function injectAll(
  trial: Trial,
  seed: number,
  cluster: Cluster,
  injected: string[],
  signal: AbortSignal,
): Promise<void> {
  for (const { fault, target, step, index } of trial) {
    while (!signal.aborted && cluster.steps <= step) await setTimeout(POLL_MS);
    if (signal.aborted) return;
    const done = await fault.inject(cluster, target, randomStream(seed, 'chaos/fault', index));
    injected.push(`step ${step}: ${done}`);
  }
}

/** @returns whether the search came to its end */
async function supervise(
  cluster: Cluster,
  ends: Ended[],
  starts: number,
  signal: AbortSignal,
): Promise<boolean> {
  while (ends.length < starts && !signal.aborted) {
    const ended = await cluster.run();
    ends.push(ended);
    if (ended.code === 0) return true;
    await endOf(cluster.mark);
    await setTimeout(RESTART_MS * ends.length);
  }
  return false;
}

/** Waits until a cluster has no process left; false when it takes too long. */
async function endOf(mark: string): Promise<boolean> {
  const end = Date.now() + ENDING_MS;
  while (processesOf(mark).length > 0) {
    if (Date.now() > end) return false;
    await setTimeout(POLL_MS);
  }
  return true;
}
