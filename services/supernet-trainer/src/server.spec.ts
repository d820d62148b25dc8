import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCheckpoints, readCheckpoint } from '@taskweave/checkpoints';
import { FinishReason, TrainerServiceClient, type TrainResponse } from '@taskweave/contracts';
import {
  STORAGE_VARIABLE,
  callServerStream,
  callUnary,
  checkHealth,
  connect,
  type Health,
  type RunningService,
} from '@taskweave/service-kit';
import { service } from './server.js';
import { startNeighbours, tinyPlan, type Neighbours } from './testing.js';

type TrainEvent = NonNullable<TrainResponse['event']>;

let neighbours: Neighbours;
let trainer: RunningService;
let folder: string;

beforeAll(async () => {
  neighbours = await startNeighbours();
  trainer = await service.start({});
  folder = await mkdtemp(join(tmpdir(), 'taskweave-trainer-'));
});

afterAll(async () => {
  await trainer.stop();
  await neighbours.stop();
  await rm(folder, { recursive: true });
});

interface TrainOptions {
  steps?: number;
  resumeFrom?: string;
  baseline?: boolean;
  microBatches?: number;
  onEvent?(event: TrainEvent): Promise<void> | void;
}

async function train(
  run: string,
  { steps = 8, resumeFrom = '', baseline = false, microBatches = 1, onEvent }: TrainOptions = {},
) {
  const connection = connect(TrainerServiceClient, trainer.address, { name: 'supernet-trainer' });
  const plan = await tinyPlan(neighbours.data, steps, {
    method: baseline ? 'single-task' : 'search',
    microBatches,
  });
  const checkpointFolder = join(folder, run);
  const events: TrainEvent[] = [];
  const messages = callServerStream(connection, 'train', {
    run,
    planJson: JSON.stringify(plan),
    dataAddress: neighbours.data.address,
    architectAddress: baseline ? '' : neighbours.architect.address,
    checkpointFolder,
    resumeFrom,
    group: undefined,
  });
  for await (const { event } of messages) {
    events.push(event!);
    await onEvent?.(event!);
  }
  connection.close();
  return { events, checkpoints: await listCheckpoints(checkpointFolder) };
}

/** Hashes of everything that a checkpoint holds. */
async function contents(checkpoint: string): Promise<string[]> {
  return (await readCheckpoint(checkpoint)).manifest.files.map(({ name, sha256 }) => `${name} ${sha256}`);
}

const losses = (events: readonly TrainEvent[]) =>
  events.flatMap((event) =>
    event.$case === 'step' ? [[event.value.losses, event.value.architectureLosses]] : [],
  );

describe('training', () => {
  it('reports every step, writes checkpoints and learns', async () => {
    const { events, checkpoints } = await train('whole', { steps: 30 });
    expect(events[0]).toMatchObject({ $case: 'started', value: { step: 0, steps: 30, engine: /onnx/ } });
    expect(losses(events)).toHaveLength(30);
    expect(events.at(-1)).toEqual({ $case: 'finished', value: { reason: FinishReason.COMPLETED, step: 30 } });
    expect(checkpoints).toHaveLength(10);
    const { tensors, json, manifest } = await readCheckpoint(checkpoints[0]!);
    expect(Object.keys(tensors).sort()).toEqual(['architecture', 'optimizer', 'weights']);
    expect(json['architect']).toMatchObject({ step: 30 });
    expect(manifest.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    const mean = (steps: unknown[][]) =>
      steps.flat(2).reduce((sum: number, loss) => sum + (loss as { loss: number }).loss, 0);
    expect(mean(losses(events).slice(-5))).toBeLessThan(mean(losses(events).slice(0, 5)));
  });

  it('gives the same bits twice, and when continued from any checkpoint', async () => {
    const first = await train('first');
    const second = await train('second');
    expect(losses(second.events)).toEqual(losses(first.events));
    const [last, ...earlier] = first.checkpoints;
    expect(await contents(second.checkpoints[0]!)).toEqual(await contents(last!));
    expect(earlier).toHaveLength(2);
    for (const [index, checkpoint] of earlier.entries()) {
      const resumed = await train(`resumed-${index}`, { resumeFrom: checkpoint });
      expect(await contents(resumed.checkpoints[0]!)).toEqual(await contents(last!));
    }
  });

  it('stops after the running step with a checkpoint that continues to the same bits, in micro-batches', async () => {
    const microBatches = 2;
    const whole = await train('unbroken', { microBatches });
    const connection = connect(TrainerServiceClient, trainer.address, { name: 'supernet-trainer' });
    const stopped = await train('stopped', {
      microBatches,
      async onEvent(event) {
        if (event.$case !== 'step' || event.value.step !== 1) return;
        expect(await callUnary(connection, 'stop', { run: 'stopped' })).toEqual({ stopping: true });
      },
    });
    connection.close();
    const finished = stopped.events.at(-1)!;
    expect(finished).toMatchObject({ $case: 'finished', value: { reason: FinishReason.STOPPED } });
    const { tensors } = await readCheckpoint(stopped.checkpoints[0]!);
    expect(tensors['optimizer']!.every(({ name }) => name.startsWith('momentum/'))).toBe(true);
    const resumed = await train('continued', { microBatches, resumeFrom: stopped.checkpoints[0]! });
    expect(await contents(resumed.checkpoints[0]!)).toEqual(await contents(whole.checkpoints[0]!));
  });

  it('answers health checks while steps run', async () => {
    let running = true;
    const training = train('healthy', { steps: 2 });
    void training.finally(() => (running = false)).catch(() => undefined);
    const answers: Health[] = [];
    while (running) answers.push(await checkHealth(trainer.address, { timeoutMs: 60_000 }));
    await training;
    // That calls of the worker leave this thread free is shown where workers are started, in service-kit.
    expect(answers.length).toBeGreaterThan(2);
    expect(new Set(answers)).toEqual(new Set(['SERVING']));
  });

  it('trains single-task baselines without the architect', async () => {
    const { events, checkpoints } = await train('baseline', { baseline: true });
    expect(losses(events).every(([, architecture]) => (architecture as unknown[]).length === 0)).toBe(true);
    const { tensors } = await readCheckpoint(checkpoints[0]!);
    expect(Object.keys(tensors).sort()).toEqual(['optimizer', 'weights']);
    expect(tensors['weights']!.some(({ name }) => name.includes('fusion'))).toBe(false);
  });

  it('refuses a checkpoint of another spec', async () => {
    const { checkpoints } = await train('other', { steps: 3 });
    await expect(train('mismatch', { steps: 4, resumeFrom: checkpoints[0]! })).rejects.toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
    });
  });

  it('refuses a search without an architect', async () => {
    const connection = connect(TrainerServiceClient, trainer.address, { name: 'supernet-trainer' });
    const planJson = JSON.stringify(await tinyPlan(neighbours.data, 1));
    const request = { run: 'alone', planJson, dataAddress: neighbours.data.address, architectAddress: '' };
    const events = callServerStream(connection, 'train', {
      ...request,
      checkpointFolder: '',
      resumeFrom: '',
      group: undefined,
    });
    await expect(events.next()).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      subject: 'architect_address',
    });
    connection.close();
  });

  it('refuses a checkpoint with a flipped bit', async () => {
    const { checkpoints } = await train('flipped', { steps: 3 });
    const file = join(checkpoints[0]!, 'weights.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(train('continued', { steps: 3, resumeFrom: checkpoints[0]! })).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      subject: expect.stringContaining(file) as string,
    });
  });
});

describe('a trainer that may use some folders only', () => {
  let allowed: string;
  let open: RunningService;
  beforeAll(async () => {
    allowed = join(folder, 'allowed');
    process.env[STORAGE_VARIABLE] = allowed;
    open = trainer;
    trainer = await service.start({});
    delete process.env[STORAGE_VARIABLE];
  });
  afterAll(async () => {
    await trainer.stop();
    trainer = open;
  });

  it('neither writes nor reads elsewhere', async () => {
    await expect(train('elsewhere', { steps: 1 })).rejects.toMatchObject({
      code: 'PATH_REFUSED',
      subject: 'checkpoint_folder',
    });
    await expect(readdir(join(folder, 'elsewhere'))).rejects.toThrow('ENOENT');
    const resumeFrom = join(folder, 'other', 'step-00000003');
    await expect(train('allowed/a', { steps: 1, resumeFrom })).rejects.toMatchObject({
      code: 'PATH_REFUSED',
      subject: 'resume_from',
    });
  });

  it.each(['../a', '', 'a\0'])('takes no run named %j', async (run) => {
    await expect(train(run, { steps: 1 })).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  });

  it('trains within them', async () => {
    expect((await train('allowed/a', { steps: 1 })).checkpoints).toHaveLength(1);
  });
});
