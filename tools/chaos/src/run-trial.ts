import { randomUUID } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { randomStream } from '@taskweave/common';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { Cluster, NATS, type Ended } from './cluster.js';
import { describeShape, type ClusterShape } from './cluster-shape.js';
import { openDisk } from './disk.js';
import { NOTHING_THERE } from './faults/fault.js';
import { differingEvents, eventsOfRun } from './lasting-events.js';
import { brokenOnNats } from './nats-invariants.js';
import { Network } from './network/network.js';
import { processesOf } from './process-marks.js';
import { differences, lostTrainer, runOutcome, type RunOutcome } from './run-outcome.js';
import type { PlannedFault, Trial } from './schedule.js';

/** What came of a fault. */
export interface InjectedFault {
  readonly id: string;
  /** What was done, or why nothing was; for people. */
  readonly told: string;
  /** False when the run was over, or what it is done to was not there. */
  readonly happened: boolean;
}

/** What came of a run that was broken. */
export interface TrialResult {
  /** What the cluster consisted of. */
  readonly shape: string;
  readonly faults: readonly InjectedFault[];
  /** How often it was started. */
  readonly starts: number;
  readonly seconds: number;
  /** How much longer it took than the undisturbed search; less than 0 on a machine that has other things to do. */
  readonly lostSeconds: number;
  /** What should not be so; empty when all invariants held. */
  readonly broken: readonly string[];
}

/** Starts allowed beyond one for each fault: a fault may end several. */
const MORE_STARTS = 3;
/** Milliseconds after which a run counts as hanging. */
const LONGEST_MS = 300_000;
/** Seconds that a fault may cost, beyond those of a whole search for each start. */
const MOST_LOST_S = 60;
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

/** A cluster with all that it needs. */
interface Laboratory {
  readonly cluster: Cluster;
  /** Ends what is left, and removes it. */
  remove(): Promise<void>;
}

const open = new Set<Laboratory>();

/** Ends and removes whatever is open, when the laboratory is interrupted. */
export async function closeLaboratories(): Promise<void> {
  await Promise.all([...open].map((laboratory) => laboratory.remove()));
}

async function openLaboratory(shape: ClusterShape, seed: number): Promise<Laboratory> {
  const disk = await openDisk();
  const server = shape.nats ? await NatsServer.start() : undefined;
  const nameOf = (pid: number): string | undefined => cluster.nameOf(pid);
  const network = await Network.open(seed, nameOf);
  if (server !== undefined) network.addPort(server.port, NATS);
  const cluster = new Cluster({
    ...{ disk: disk.folder, mark: randomUUID(), args: SEARCH, shape, network },
    ...(server && { nats: server }),
  });
  const laboratory: Laboratory = {
    cluster,
    async remove() {
      if (!open.delete(laboratory)) return;
      for (const pid of processesOf(cluster.mark)) process.kill(pid, 'SIGKILL');
      await network.close();
      await server?.stop();
      await disk.remove();
    },
  };
  open.add(laboratory);
  return laboratory;
}

/** The search as it is when nothing happens. */
export interface Undisturbed {
  readonly outcome: RunOutcome;
  /** See `eventsOfRun`. */
  readonly events: readonly string[];
  readonly seconds: number;
}

export async function undisturbed(shape: ClusterShape): Promise<Undisturbed> {
  const { cluster, remove } = await openLaboratory(shape, 0);
  const start = performance.now();
  try {
    const { code, stderr } = await cluster.run();
    if (code !== 0) throw new Error(`The undisturbed run failed with ${code}: ${stderr}`);
    const seconds = secondsSince(start);
    const { folder } = cluster;
    return { outcome: await runOutcome(folder), events: await eventsOfRun(folder), seconds };
  } finally {
    await remove();
  }
}

export interface TrialOptions {
  /** Keys what faults draw. */
  readonly seed: number;
  /** What the undisturbed search of that many trainers leaves behind, and how long it takes. */
  readonly expected: Undisturbed;
  /** Where a run that broke an invariant is copied to. @default nowhere */
  readonly keep?: string;
}

/** Runs the search while faults happen to it, starting it again whenever it ends too early, as a cluster would. */
export async function runTrial(trial: Trial, { seed, expected, keep }: TrialOptions): Promise<TrialResult> {
  const { cluster, remove } = await openLaboratory(trial.shape, seed);
  const start = performance.now();
  const broken: string[] = [];
  const ends: Ended[] = [];
  try {
    const over = new AbortController();
    const { signal } = over;
    const deadline = setTimeout(LONGEST_MS, false, { signal }).catch(() => false);
    const faults = Promise.all(trial.faults.map((planned) => inject(planned, seed, cluster, signal)));
    const finished = supervise(cluster, ends, trial.faults.length + 1 + MORE_STARTS, signal);
    const done = await Promise.race([finished, deadline]);
    const seconds = secondsSince(start);
    over.abort();
    if (!done) {
      for (const pid of processesOf(cluster.mark)) process.kill(pid, 'SIGKILL');
      const last = ends.at(-1);
      broken.push(`did not finish; last: ${last === undefined ? 'hung' : `${last.code} ${last.stderr}`}`);
    }
    const injected = await faults;
    await finished;
    if (ends.some(({ stderr }) => STACK.test(stderr))) broken.push('printed a stack trace');
    if (!(await endOf(cluster.mark))) broken.push(`left processes ${processesOf(cluster.mark).join(', ')}`);
    if (done) {
      broken.push(...(await brokenInFolder(cluster.folder, trial.shape, expected)));
      const { nats } = cluster;
      if (nats !== undefined) broken.push(...(await brokenOnNats(nats.url, cluster.folder)));
    }
    const wasted = seconds - expected.seconds * ends.length;
    const most = MOST_LOST_S * trial.faults.length;
    if (wasted > most) broken.push(`took ${wasted.toFixed(0)} s longer than its starts, more than ${most} s`);
    if (broken.length > 0 && keep !== undefined) await copyTo(keep, trial, cluster, ends);
    return {
      ...{ shape: describeShape(trial.shape), faults: injected, starts: ends.length },
      ...{ seconds, lostSeconds: seconds - expected.seconds, broken },
    };
  } finally {
    await remove();
  }
}

async function inject(
  { fault, target, step, index }: PlannedFault,
  seed: number,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<InjectedFault> {
  const { id } = fault;
  while (!signal.aborted && cluster.steps <= step) await setTimeout(POLL_MS);
  if (signal.aborted) return { id, told: `step ${step} was too late`, happened: false };
  const done = await fault.inject(cluster, target, randomStream(seed, 'chaos/fault', index));
  return { id, told: `step ${step}: ${done}`, happened: done !== NOTHING_THERE };
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
  const end = performance.now() + ENDING_MS;
  while (processesOf(mark).length > 0) {
    if (performance.now() > end) return false;
    await setTimeout(POLL_MS);
  }
  return true;
}

async function brokenInFolder(
  folder: string,
  { trainers }: ClusterShape,
  expected: Undisturbed,
): Promise<string[]> {
  const broken: string[] = [];
  // One that lost a trainer, and went on, has another history of members and so other bits.
  if (!(await lostTrainer(folder))) {
    const files = differences(await runOutcome(folder), expected.outcome);
    if (files.length > 0) broken.push(`differs in ${files.join(', ')}`);
  }
  // Trainers that come and go need checkpoints of their own.
  const counts = (event: string): boolean => trainers === 1 || !event.startsWith('checkpoint.ready');
  const found = await eventsOfRun(folder);
  const differing = differingEvents(found.filter(counts), expected.events.filter(counts));
  if (differing !== '') broken.push(`events are not those of the undisturbed search; ${differing}`);
  return broken;
}

async function copyTo(keep: string, trial: Trial, cluster: Cluster, ends: readonly Ended[]): Promise<void> {
  const folder = join(keep, `fault-${trial.faults.map(({ index }) => index).join('-')}`);
  await cp(cluster.disk, folder, { recursive: true });
  await writeFile(join(folder, 'ends.json'), JSON.stringify(ends, undefined, 2));
}

/** @param start by performance.now() */
export const secondsSince = (start: number): number => (performance.now() - start) / 1000;
