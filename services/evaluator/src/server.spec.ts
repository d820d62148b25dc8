import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BLOBS_VARIABLE,
  blobPath,
  encodeSafetensors,
  readCheckpoint,
  uploadFolder,
  withBlobStore,
} from '@taskweave/checkpoints';
import {
  DataServiceClient,
  EvaluateRequest,
  EvaluatorServiceClient,
  Network,
  Split,
  type Score,
} from '@taskweave/contracts';
import { float32, hostTensors, namedTensors } from '@taskweave/engine';
import { runProgram } from '@taskweave/engine/testing';
import {
  callUnary,
  checkHealth,
  type Health,
  connect,
  receiveBatches,
  type RunningService,
} from '@taskweave/service-kit';
import { buildSupernet, extractDiscrete, inference, labelName, outputName } from '@taskweave/supernet';
import { startTelemetry, type Telemetry } from '@taskweave/telemetry';
import { service } from './server.js';
import { SpanCollector, spoiledCopy, startNeighbours, tinyPlan, train, type Neighbours } from './testing.js';

const plan = tinyPlan('search');
const collector = new SpanCollector();
let telemetry: Telemetry;
let neighbours: Neighbours;
let evaluator: RunningService;
let folder: string;
let checkpoint: string;

beforeAll(async () => {
  telemetry = await startTelemetry('test', { exporter: collector });
  folder = await mkdtemp(join(tmpdir(), 'taskweave-evaluator-'));
  neighbours = await startNeighbours();
  evaluator = await service.start({});
  checkpoint = await train(neighbours, plan, join(folder, 'checkpoints'));
});

afterAll(async () => {
  await evaluator.stop();
  await neighbours.stop();
  await telemetry.stop();
  await rm(folder, { recursive: true });
});

async function evaluate(fields: Partial<EvaluateRequest>) {
  const connection = connect(EvaluatorServiceClient, evaluator.address, { name: 'evaluator' });
  try {
    const request = {
      run: 'tiny',
      planJson: JSON.stringify(plan),
      dataAddress: neighbours.data.address,
      split: Split.TEST,
      networks: [Network.DISCRETE],
      ...fields,
    };
    return await callUnary(connection, 'evaluate', EvaluateRequest.create(request), { deadlineMs: 60_000 });
  } finally {
    connection.close();
  }
}

const ofCheckpoint = (path: string) => ({ source: { $case: 'checkpoint' as const, value: path } });
const ofModel = (path: string) => ({ source: { $case: 'model' as const, value: path } });
const BOTH = [Network.SOFT, Network.DISCRETE];

/** What the checkpoint's soft or discrete gates are. */
async function storedGates(name: string): Promise<number[]> {
  const { tensors } = await readCheckpoint(checkpoint);
  return [...tensors['architecture']!.find((tensor) => tensor.name === name)!.data];
}

/** Scores by the oracle: the supernet under given gates, op by op, all examples in one batch. */
async function recompute(split: Split, gates: readonly number[]) {
  const connection = connect(DataServiceClient, neighbours.data.address, { name: 'data-loader' });
  const { data, seed } = plan.spec;
  const stream = receiveBatches(connection, {
    specJson: JSON.stringify(data),
    tasks: ['left', 'right'],
    seed,
    split,
    batchSize: 40,
    firstBatch: 0,
    count: 1,
    shardIndex: 0,
    shardCount: 1,
  });
  const batches = [];
  for await (const batch of stream) batches.push(batch);
  connection.close();
  const batch = hostTensors(batches[0]!.tensors);
  const { outputs } = await runProgram(
    'cpu',
    inference(buildSupernet(plan), plan.imageShape, 40, { gated: true }),
    {
      state: hostTensors((await readCheckpoint(checkpoint)).tensors['weights']!),
      inputs: { ...batch, gates: float32([gates.length], gates) },
    },
  );
  return ['left', 'right'].map((task) => {
    const labels = batch[labelName(task)]!.data;
    const logits = [...outputs[outputName(task)]!.data];
    const rows = [...labels].map((_, i) => logits.slice(10 * i, 10 * i + 10));
    const hits = rows.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length;
    const losses = rows.map(
      (row, i) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[labels[i]!]!,
    );
    return { value: hits / 40, loss: losses.reduce((a, b) => a + b) / 40 };
  });
}

/** An exported model with the discrete network of the checkpoint. */
async function exportModel(name: string): Promise<string> {
  const supernet = buildSupernet(plan);
  const kept = (await storedGates('discrete_gates')).map((gate) => gate === 1);
  const weights = hostTensors((await readCheckpoint(checkpoint)).tensors['weights']!);
  const { parameters } = extractDiscrete(supernet, weights, kept);
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'weights.safetensors'), encodeSafetensors(namedTensors(parameters)));
  const edges = supernet.edges.map(({ id }, i) => ({ id, kept: kept[i] }));
  await writeFile(join(path, 'architecture.json'), JSON.stringify({ edges }));
  return path;
}

describe('scores of a checkpoint', () => {
  it.each([
    ['validation', Split.VALIDATION],
    ['test', Split.TEST],
  ])('on %s are those that the oracle computes', async (_, split) => {
    const { scores } = await evaluate({ ...ofCheckpoint(checkpoint), split, networks: BOTH });
    const expected = [
      ...(await recompute(split, await storedGates('soft_gates'))),
      ...(await recompute(split, await storedGates('discrete_gates'))),
    ];
    expect(scores.map(({ network, task }) => [network, task])).toEqual(
      BOTH.flatMap((network) => ['left', 'right'].map((task) => [network, task])),
    );
    scores.forEach(({ metric, value, loss, examples }, i) => {
      expect({ metric, value, examples }).toEqual({
        metric: 'accuracy',
        value: expected[i]!.value,
        examples: 40,
      });
      expect(loss).toBeCloseTo(expected[i]!.loss, 4);
    });
  });

  it('are the same bits each time, also when asked for at the same time', async () => {
    const ask = (networks: Network[]) => evaluate({ ...ofCheckpoint(checkpoint), networks });
    const first = await ask(BOTH);
    const [both, discrete] = await Promise.all([ask(BOTH), ask([Network.DISCRETE])]);
    expect(both).toEqual(first);
    expect(discrete.scores).toEqual(first.scores.slice(2));
    const soft: Score[] = first.scores.slice(0, 2);
    expect(soft.map(({ loss }) => loss)).not.toEqual(discrete.scores.map(({ loss }) => loss));
  });

  it('of single-task networks need no gates', async () => {
    const alone = tinyPlan('single-task');
    const path = await train(neighbours, alone, join(folder, 'single-task'));
    const planJson = JSON.stringify(alone);
    const { scores } = await evaluate({ ...ofCheckpoint(path), planJson });
    expect(scores.map(({ task, examples }) => [task, examples])).toEqual([
      ['left', 40],
      ['right', 40],
    ]);
    expect(scores.every(({ loss }) => loss > 0 && loss < 10)).toBe(true);
  });
});

it('draws examples of the discrete network, at the same scores', async () => {
  const request = { ...ofCheckpoint(checkpoint), networks: BOTH };
  const { pictures, picturesProblem, scores } = await evaluate({ ...request, pictures: 3 });
  expect(pictures.map(({ tasks }) => tasks.map(({ task }) => task))).toEqual([
    ['left', 'right'],
    ['left', 'right'],
    ['left', 'right'],
  ]);
  expect(new Set(pictures.map(({ imagePng }) => imagePng.length)).size).toBeGreaterThan(1);
  expect(pictures[0]!.tasks[0]!.truthText).toMatch(/^\d$/);
  expect(picturesProblem).toBe('');
  const without = await evaluate(request);
  expect(without).toMatchObject({ scores, pictures: [] });
  const soft = await evaluate({ ...request, networks: [Network.SOFT], pictures: 3 });
  expect(soft.pictures).toEqual([]);
  await expect(evaluate({ ...request, pictures: 9 })).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
    subject: 'pictures',
  });
});

describe('the trace of an evaluation', () => {
  it('links to the step that wrote the checkpoint', async () => {
    const { checkpointTraceparent } = await evaluate(ofCheckpoint(checkpoint));
    const { manifest } = await readCheckpoint(checkpoint);
    expect(checkpointTraceparent).toBe(manifest.traceparent);
    const writer = collector
      .named('checkpoint')
      .find(({ attributes }) => attributes['taskweave.step'] === 6)!;
    const { traceId, spanId } = writer.spanContext();
    expect(manifest.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    const span = collector.named('evaluation').at(-1)!;
    expect(span.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([[traceId, spanId]]);
    expect(span.spanContext().traceId).not.toBe(traceId);
    expect(span.attributes['service.name']).toBe('evaluator');
  });

  it('of a model has nothing to link to', async () => {
    const { checkpointTraceparent } = await evaluate(ofModel(await exportModel('traced')));
    expect(checkpointTraceparent).toBe('');
    expect(collector.named('evaluation').at(-1)!.links).toEqual([]);
  });
});

it('answers health checks while it evaluates', async () => {
  // The slow engine and one batch: three calls of the worker thread, the longest of which takes nearly all the time.
  const { engine, data } = plan.spec;
  const spec = { ...plan.spec, engine: { ...engine, id: 'cpu' }, data: { ...data, batchSize: 40 } };
  let running = true;
  const evaluation = evaluate({ ...ofCheckpoint(checkpoint), planJson: JSON.stringify({ ...plan, spec }) });
  void evaluation.finally(() => (running = false)).catch(() => undefined);
  const answers: Health[] = [];
  while (running) answers.push(await checkHealth(evaluator.address, { timeoutMs: 60_000 }));
  await evaluation;
  expect(new Set(answers)).toEqual(new Set(['SERVING']));
  // Blocked by each call, this thread would answer about ten times between them; free, it does more than a hundred times.
  expect(answers.length).toBeGreaterThan(30);
});

describe('an exported model', () => {
  it('has the scores of the discrete network in its checkpoint', async () => {
    const model = await exportModel('model');
    const { scores } = await evaluate(ofModel(model));
    expect(scores).toEqual((await evaluate(ofCheckpoint(checkpoint))).scores);
  });

  it('has no other network', async () => {
    await expect(
      evaluate({ ...ofModel(await exportModel('discrete-only')), networks: [Network.SOFT] }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', found: 'NETWORK_SOFT' });
  });

  it('is refused when it is missing, naming the file', async () => {
    const missing = join(folder, 'missing');
    await expect(evaluate(ofModel(missing))).rejects.toMatchObject({
      code: 'FILE_MISSING',
      subject: join(missing, 'weights.safetensors'),
      found: 'ENOENT',
    });
  });

  it.each([
    ['architecture.json', 'cut short', (contents: Buffer) => contents.subarray(0, -5)],
    ['architecture.json', 'of another kind', () => Buffer.from('{"edges": [null]}')],
    ['weights.safetensors', 'cut short', (contents: Buffer) => contents.subarray(0, -4)],
  ])('is refused when its %s is %s, naming the file', async (file, how, spoil) => {
    const name = `${file} ${how}`;
    const model = await spoiledCopy(await exportModel(name), join(folder, `spoiled ${name}`), file, spoil);
    await expect(evaluate(ofModel(model))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      subject: expect.stringContaining(join(model, file)) as string,
    });
  });

  it('is refused when architecture and weights do not fit together', async () => {
    const spoil = (contents: Buffer) => {
      const { edges } = JSON.parse(contents.toString()) as { edges: { kept: boolean }[] };
      edges[0]!.kept = !edges[0]!.kept;
      return Buffer.from(JSON.stringify({ edges }));
    };
    const model = await spoiledCopy(
      await exportModel('whole'),
      join(folder, 'odd'),
      'architecture.json',
      spoil,
    );
    await expect(evaluate(ofModel(model))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: `${model}, left/fusion/conv1_1/weight`,
      expected: expect.stringMatching(/^\[1, 1, \d+, 4\]$/) as string,
    });
  });
});

describe('a folder in the blob store', () => {
  let name: string;
  beforeAll(async () => {
    process.env[BLOBS_VARIABLE] = join(folder, 'blobs');
    name = await withBlobStore((store) => uploadFolder(store, checkpoint, 'tiny/step'));
  });
  afterAll(() => void delete process.env[BLOBS_VARIABLE]);

  it('has the scores it has outside', async () => {
    const networks = { networks: BOTH };
    const outside = await evaluate({ ...ofCheckpoint(checkpoint), ...networks });
    expect(await evaluate({ ...ofCheckpoint(blobPath(name)), ...networks })).toEqual(outside);
    const model = await exportModel('shared');
    const stored = await withBlobStore((store) => uploadFolder(store, model, 'tiny/model'));
    expect(await evaluate(ofModel(blobPath(stored)))).toEqual(await evaluate(ofModel(model)));
  });

  it('is refused with a flipped bit, or when it is another one than the name says', async () => {
    const weights = join(folder, 'blobs', name, 'weights.safetensors');
    const bytes = await readFile(weights);
    bytes[100]! ^= 1;
    await writeFile(weights, bytes);
    await expect(evaluate(ofCheckpoint(blobPath(name)))).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      subject: expect.stringContaining(`${name}/weights.safetensors`) as string,
    });
    const other = `tiny/step-${'0'.repeat(64)}`;
    await cp(join(folder, 'blobs', name), join(folder, 'blobs', other), { recursive: true });
    await expect(evaluate(ofCheckpoint(blobPath(other)))).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
    });
  });

  it.each(['blob:other/step', 'blob:tiny/../other/step', 'blob:tiny/', 'blob:'])(
    'is refused as %s',
    async (path) => {
      await expect(evaluate(ofCheckpoint(path))).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
    },
  );
});

describe('a request is refused', () => {
  it('for a checkpoint with a flipped bit, naming the file', async () => {
    const flip = (contents: Buffer) => {
      contents[contents.length - 10]! ^= 1;
      return contents;
    };
    const copy = join(folder, 'flipped');
    const damaged = await spoiledCopy(checkpoint, copy, 'weights.safetensors', flip);
    await expect(evaluate(ofCheckpoint(damaged))).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      subject: join(copy, 'weights.safetensors'),
    });
  });

  it('for a checkpoint of other networks', async () => {
    const other = tinyPlan('search');
    const options = { ...other.spec.tasks[0]!.backbone.options, hidden: 9 };
    const tasks = other.spec.tasks.map((task) => ({ ...task, backbone: { ...task.backbone, options } }));
    const planJson = JSON.stringify({ ...other, spec: { ...other.spec, tasks } });
    await expect(evaluate({ ...ofCheckpoint(checkpoint), planJson })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: `${checkpoint}, left/head/hidden/weight`,
      found: '[324, 8]',
      expected: '[324, 9]',
    });
  });

  it.each<[string, Partial<EvaluateRequest>, object]>([
    ['without a plan', { planJson: '{}' }, { code: 'CONFIG_INVALID', subject: 'plan.spec' }],
    ['without a source', { source: undefined }, { subject: 'source' }],
    ['for no network in particular', { networks: [Network.UNSPECIFIED] }, { subject: 'networks' }],
    ['for no network at all', { networks: [] }, { subject: 'networks' }],
    ['for a network twice', { networks: [Network.SOFT, Network.SOFT] }, { subject: 'networks' }],
    ['for no split in particular', { split: Split.UNSPECIFIED }, { subject: 'split' }],
    ['for a split without end', { split: Split.WEIGHTS }, { subject: 'split' }],
    ['for what is no name of a run', { run: '../tiny' }, { subject: 'run' }],
    [
      'for a path that starts anywhere',
      { source: { $case: 'checkpoint', value: 'step-00000006' } },
      { subject: 'checkpoint' },
    ],
  ])('%s', async (_, fields, expected) => {
    await expect(evaluate({ ...ofCheckpoint(checkpoint), ...fields })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      ...expected,
    });
  });

  it('when the data loader cannot be reached, and the next one is served', async () => {
    await expect(evaluate({ ...ofCheckpoint(checkpoint), dataAddress: '127.0.0.1:1' })).rejects.toMatchObject(
      {
        code: 'SERVICE_UNAVAILABLE',
      },
    );
    expect((await evaluate(ofCheckpoint(checkpoint))).scores).toHaveLength(2);
  });
});
