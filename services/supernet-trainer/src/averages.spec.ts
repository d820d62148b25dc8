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
let trainers: RunningService[];
let folder: string;

beforeAll(async () => {
  neighbours = await startNeighbours();
  trainers = await Promise.all(Array.from({ length: 4 }, () => service.start({})));
  folder = await mkdtemp(join(tmpdir(), 'taskweave-trainers-'));
});

afterAll(async () => {
  await Promise.all(trainers.map((trainer) => trainer.stop()));
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
  const members = trainers.slice(0, count).map(({ address }, i) => ({ name: `trainer-${i}`, address }));
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
  it.each([2, 4])('%i of them are one that works through as many micro-batches', async (count) => {
    const steps = 50;
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
    expect(Math.max(...alphas[0].map(Math.abs))).toBeGreaterThan(0.1);
  });
});
