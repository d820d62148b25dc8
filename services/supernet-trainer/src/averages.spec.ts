import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCheckpoints, readCheckpoint } from '@taskweave/checkpoints';
import {
  FinishReason,
  TrainerServiceClient,
  type StepReport,
  type TrainResponse,
} from '@taskweave/contracts';
import type { TaskweaveError } from '@taskweave/common';
import { callServerStream, callUnary, connect, type RunningService } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import { service } from './server.js';
import { startNeighbours, tinyPlan, type Neighbours } from './testing.js';

type TrainEvent = NonNullable<TrainResponse['event']>;

let neighbours: Neighbours;
let servers: RunningService[];
const MEMBER = { name: 'a', address: '127.0.0.1:1' };
let folder: string;

beforeAll(async () => {
  neighbours = await startNeighbours();
  servers = await Promise.all(Array.from({ length: 4 }, () => service.start({})));
  folder = await mkdtemp(join(tmpdir(), 'taskweave-trainers-'));
});

afterAll(async () => {
  await Promise.all(servers.map((trainer) => trainer.stop()));
  await neighbours.stop();
  await rm(folder, { recursive: true });
});

/** What one trainer of a group did: its events, and the error that ended them. */
interface Part {
  readonly events: TrainEvent[];
  readonly error?: TaskweaveError;
}

interface GroupOptions {
  readonly resumeFrom?: string;
  /** Trainers of the group that take part; the others are never asked. */
  readonly present?: readonly number[];
  /** Told of every event; a trainer whose signal is aborted is gone. */
  onEvent?(member: number, event: TrainEvent, abort: () => void): Promise<void> | void;
}

/** Has the trainers of a plan train together. */
async function train(run: string, plan: RunPlan, options: GroupOptions = {}): Promise<Part[]> {
  const { resumeFrom = '', onEvent } = options;
  const { count } = plan.spec.trainers;
  const members = servers.slice(0, count).map(({ address }, i) => ({ name: `trainer-${i}`, address }));
  const parts = (options.present ?? members.map((_, i) => i)).map(async (member): Promise<Part> => {
    const connection = connect(TrainerServiceClient, members[member]!.address, { name: 'trainer' });
    const gone = new AbortController();
    const messages = callServerStream(
      connection,
      'train',
      {
        run,
        planJson: JSON.stringify(plan),
        dataAddress: neighbours.data.address,
        architectAddress: plan.method === 'search' ? neighbours.architect.address : '',
        checkpointFolder: join(folder, run),
        resumeFrom,
        group: count === 1 ? undefined : { session: run, self: `trainer-${member}`, members },
      },
      { signal: gone.signal },
    );
    const events: TrainEvent[] = [];
    try {
      for await (const { event } of messages) {
        events.push(event!);
        await onEvent?.(member, event!, () => gone.abort());
      }
      return { events };
    } catch (error) {
      return { events, error: error as TaskweaveError };
    } finally {
      connection.close();
    }
  });
  return Promise.all(parts);
}

const reportsOf = ({ events }: Part): StepReport[] =>
  events.flatMap((event) => (event.$case === 'step' ? [event.value] : []));

/** Losses by step, pass and task, of the whole batch. */
function curve(parts: readonly Part[]): number[][] {
  const reports = parts.map(reportsOf);
  return reports[0]!.map((_, step) => {
    const ofStep = reports.map((all) => all[step]!);
    const total = ofStep.reduce((sum, { examples }) => sum + examples, 0);
    return (['losses', 'architectureLosses'] as const).flatMap((pass) =>
      ['left', 'right'].map((task) =>
        ofStep.reduce((sum, report) => {
          const loss = report[pass].find((one) => one.task === task)?.loss ?? 0;
          return sum + (report.examples / total) * loss;
        }, 0),
      ),
    );
  });
}

async function lastCheckpoint(run: string) {
  const [last] = await listCheckpoints(join(folder, run));
  return readCheckpoint(last!);
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

async function alphaOf(run: string): Promise<number[]> {
  const { tensors } = await lastCheckpoint(run);
  return [...tensors['architecture']!.find(({ name }) => name === 'alpha')!.data] as number[];
}

/** Hashes of everything that a checkpoint holds. */
async function contents(run: string): Promise<string[]> {
  const { manifest } = await lastCheckpoint(run);
  return manifest.files.map(({ name, sha256 }) => `${name} ${sha256}`);
}

describe('trainers that average in every step', () => {
  it.each([
    [2, 50],
    [4, 16],
  ])('%i of them are one that works through as many micro-batches, over %i steps', async (count, steps) => {
    // Rounding errors grow from step to step, the quicker the fewer examples a part's batch normalisation has.
    const fields = { batchSize: 48, trainLimit: 240, learningRate: 0.002, threads: 1 };
    const together = await tinyPlan(neighbours.data, steps, { ...fields, trainers: { count } });
    const alone = await tinyPlan(neighbours.data, steps, { ...fields, microBatches: count });
    const parts = await train(`together-${count}`, together);
    const single = await train(`alone-${count}`, alone);
    for (const { events, error } of [...parts, ...single]) {
      expect(error).toBeUndefined();
      const value = { reason: FinishReason.COMPLETED, step: steps };
      expect(events.at(-1)).toEqual({ $case: 'finished', value });
    }
    const [ours, theirs] = [curve(parts), curve(single)];
    expect(ours).toHaveLength(steps);
    expect(largestDifference(ours.flat(), theirs.flat())).toBeLessThan(1e-5);
    expect(ours[0]![0]!).toBeGreaterThan(ours.at(-1)![0]!);
    const alphas = [await alphaOf(`together-${count}`), await alphaOf(`alone-${count}`)] as const;
    expect(largestDifference(...alphas)).toBeLessThan(1e-5);
    expect(Math.max(...alphas[0].map(Math.abs))).toBeGreaterThan(0.05);
  });
});

const SMALL = { threads: 1 };

describe('trainers that average every few steps', () => {
  it('give the same bits when they are stopped after an average and continued', async () => {
    const trainers = { count: 3, averageEvery: 2 };
    const plan = await tinyPlan(neighbours.data, 8, { ...SMALL, trainers });
    const whole = await train('whole', plan);
    // 16 examples for three trainers, and 8 in an epoch's last batch.
    const examples = whole.map((part) => reportsOf(part).map((report) => report.examples));
    expect(examples.map((sizes) => sizes.slice(0, 3))).toEqual([
      [6, 6, 3],
      [5, 5, 3],
      [5, 5, 2],
    ]);
    const connection = connect(TrainerServiceClient, servers[1]!.address, { name: 'trainer' });
    const stopped = await train('stopped', plan, {
      async onEvent(member, event) {
        if (member !== 2 || event.$case !== 'step' || event.value.step !== 2) return;
        await callUnary(connection, 'stop', { run: 'stopped' });
      },
    });
    connection.close();
    const ends = stopped.map(({ events }) => events.at(-1)!);
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(ends[0]).toMatchObject({ $case: 'finished', value: { reason: FinishReason.STOPPED } });
    const [resumeFrom] = await listCheckpoints(join(folder, 'stopped'));
    await train('continued', plan, { resumeFrom: resumeFrom! });
    expect(await contents('continued')).toEqual(await contents('whole'));
  });

  it('share what a group of one has alone', async () => {
    const fields = { ...SMALL, method: 'single-task' as const };
    const plan = await tinyPlan(neighbours.data, 6, { ...fields, trainers: { count: 2, averageEvery: 4 } });
    const parts = await train('baseline', plan);
    for (const { events, error } of parts) {
      expect(error).toBeUndefined();
      expect(events.at(-1)).toMatchObject({ $case: 'finished', value: { step: 6 } });
    }
    const written = parts.map(({ events }) => events.filter(({ $case }) => $case === 'checkpoint').length);
    expect(written).toEqual([2, 0]);
  });
});

describe('a trainer that is lost', () => {
  it.each([
    ['search', 1],
    ['search', 3],
    ['single-task', 1],
  ] as const)(
    'does not end a training by the method %s with averages every %i steps',
    async (method, every) => {
      const run = `lost-${method}-${every}`;
      const trainers = { count: 3, averageEvery: every, deadline: 15 };
      const plan = await tinyPlan(neighbours.data, 8, { ...SMALL, method, trainers });
      const parts = await train(run, plan, {
        onEvent(member, event, abort) {
          // The one that writes the checkpoints.
          if (member === 0 && event.$case === 'step' && event.value.step === 3) abort();
        },
      });
      expect(parts[0]!.error).toMatchObject({ code: 'STOPPED' });
      for (const part of parts.slice(1)) {
        expect(part.error).toBeUndefined();
        const reports = reportsOf(part);
        expect(reports.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        expect(reports[0]!.lost).toEqual([]);
        expect(reports.at(-1)!.lost).toEqual(['trainer-0']);
      }
      expect((await lastCheckpoint(run)).manifest.step).toBe(8);
      // What it had a part in is divided among the others.
      expect(reportsOf(parts[1]!).at(-1)!.examples + reportsOf(parts[2]!).at(-1)!.examples).toBe(16);
    },
  );

  it('is waited for no longer than the deadline, also when it never comes', async () => {
    const trainers = { count: 3, deadline: 1 };
    const plan = await tinyPlan(neighbours.data, 1, { ...SMALL, trainers });
    const parts = await train('absent', plan, { present: [0, 2] });
    for (const part of parts) {
      expect(part.error).toBeUndefined();
      expect(reportsOf(part).map(({ lost }) => lost)).toEqual([['trainer-1']]);
    }
  });
});

describe('a group of trainers', () => {
  it.each([
    ['without a session', { session: '' }, 'group.session'],
    ['that the trainer is not in', { self: 'nobody' }, 'group.self'],
    ['with a name twice', { members: [MEMBER, MEMBER] }, 'group.members'],
    ['with a member without address', { members: [MEMBER, { name: 'b', address: '' }] }, 'group.members'],
  ])('%s is refused', async (_, fields, subject) => {
    const plan = await tinyPlan(neighbours.data, 1);
    const connection = connect(TrainerServiceClient, servers[0]!.address, { name: 'trainer' });
    const messages = callServerStream(connection, 'train', {
      run: 'refused',
      planJson: JSON.stringify(plan),
      dataAddress: neighbours.data.address,
      architectAddress: neighbours.architect.address,
      checkpointFolder: '',
      resumeFrom: '',
      group: { session: 'one', self: 'a', members: [MEMBER], ...fields },
    });
    await expect(messages.next()).rejects.toMatchObject({ code: 'MESSAGE_INVALID', subject });
    connection.close();
  });
});
