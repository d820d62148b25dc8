import { SearchServiceClient, RunPhase } from '@taskweave/contracts';
import { decodePng } from '@taskweave/images';
import { listPictures, picturesFolder, readHistory, readPictures, RunFolder } from '@taskweave/runs';
import { callServerStream, callUnary, connect } from '@taskweave/service-kit';
import { eventFiles, readEvents } from '@taskweave/tensorboard/testing';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun, startCli, untilLines } from './testing/cli.js';
import { expectTrace } from './trace/testing.js';
import { pathOf, referenceRun, SMALL_SEARCH, type ReferenceRun } from './testing/reference-run.js';
import { factsOf } from './testing/run-facts.js';

const STEPS = 40;
const FURTHER = [`--steps=${STEPS}`, '--set=evaluation.every=20'];
const OPTIONS = [...SMALL_SEARCH, ...FURTHER];

let reference: ReferenceRun;
beforeAll(async () => void (reference = await referenceRun(...FURTHER, '--baselines')));
afterAll(() => reference.remove());

describe('a run', () => {
  it('prints its result as JSON and nothing else', () => {
    const { code, stdout, stderr } = reference.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const onDisk = JSON.parse(readFileSync(join(reference.path, 'result.json'), 'utf8')) as unknown;
    expect(JSON.parse(stdout)).toEqual(onDisk);
  });

  it('leaves a complete folder', () => {
    expect(readdirSync(reference.path).sort()).toEqual([
      'architecture.svg',
      'baselines',
      'checkpoints',
      'gates.jsonl',
      'history.jsonl',
      'messages',
      'model',
      'pictures',
      'result.json',
      'run.json',
      'spec.yaml',
      'tensorboard',
      'timeline.jsonl',
    ]);
    expect(readdirSync(join(reference.path, 'checkpoints'))).toEqual(['step-00000030', 'step-00000040']);
    const record = new RunFolder(reference.path).readRecord();
    expect(record).toMatchObject({ phase: 'completed', baselines: ['single-task'] });
    expect(record).not.toHaveProperty('address');
  });

  it('draws examples at its evaluations', () => {
    const { pictures } = new RunFolder(reference.path);
    expect(listPictures(pictures)).toEqual([20, STEPS]);
    const { examples } = readPictures(pictures, STEPS);
    expect(examples).toHaveLength(4);
    const { image, tasks } = examples[3]!;
    expect(tasks).toMatchObject([
      { task: 'left', kind: 'classification', truthText: expect.stringMatching(/^\d$/) },
      { task: 'right', kind: 'classification', predictionText: expect.stringMatching(/^\d$/) },
    ]);
    const files = [image, ...tasks.flatMap(({ truth, prediction }) => [truth, prediction])];
    const folder = picturesFolder(pictures, STEPS);
    const sizes = files.map((file) => decodePng(readFileSync(join(folder, file)), file));
    expect(sizes[0]).toMatchObject({ width: 36, height: 36, channels: 1 });
    expect(sizes.slice(1).every(({ channels }) => channels === 3)).toBe(true);
  });

  it('tells TensorBoard everything', async () => {
    const [file, ...more] = eventFiles(new RunFolder(reference.path).tensorboard);
    expect(more).toEqual([]);
    const events = await readEvents(file!);
    const tags = events.flatMap(
      ({ step, summary }) => summary?.value.map(({ tag }) => `${step} ${tag}`) ?? [],
    );
    expect(tags.filter((tag) => tag.endsWith(' loss/left/weights'))).toHaveLength(STEPS);
    expect(tags).toContain('20 score/right/accuracy/discrete');
    expect(tags).toContain(`${STEPS} gates/left to right`);
    expect(tags).toContain(`${STEPS} examples/right`);
  });

  it('shows where the time of some steps went', async () => {
    const run = onlyRun(reference.cwd);
    const file = join(reference.cwd, 'trace.json');
    const args = ['trace', run, '--steps=15-29', `--out=${file}`];
    const { code, stdout } = await cli(args, reference.cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/trace\.json: steps 15 to 29 of smoke-\S+, \d+ slices\n.*ui\.perfetto\.dev/);
    const trace = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: { ph: string; name: string }[] };
    expectTrace(trace);
    const slices = trace.traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name);
    expect(slices.filter((name) => name.startsWith('step '))).toHaveLength(15);
    expect(slices.filter((name) => name === 'weight-step')).toHaveLength(15);
    expect(slices.filter((name) => name === 'checkpoint')).toHaveLength(2);
    expect(slices.filter((name) => name === 'evaluation')).toHaveLength(1);
  });

  it('tells every step and evaluation in its history, in order', () => {
    const { history } = reference.facts;
    const steps = history.filter(({ kind }) => kind === 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: STEPS }, (_, step) => step));
    const evaluated = history.flatMap(({ kind }, index) => (kind === 'evaluation' ? [index] : []));
    expect(evaluated).toEqual([20, STEPS + 1]);
  });

  it('scores the single-task networks too', () => {
    const { test, cost } = JSON.parse(reference.outcome.stdout) as {
      test: Record<string, unknown>;
      cost: Record<string, { params: number; macs: number }>;
    };
    expect(test['singleTask']).toMatchObject({ left: { examples: 40 }, right: { examples: 40 } });
    expect(cost['singleTask']!.macs).toBeLessThan(cost['discrete']!.macs);
    expect(cost['discrete']!.macs).toBeLessThanOrEqual(cost['supernet']!.macs);
  });

  it('cannot be resumed when it is completed', async () => {
    const { code, stderr } = await cli(['--resume', onlyRun(reference.cwd)], reference.cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error RUN_NOT_RESUMABLE: The run smoke-\S+ is completed/);
  });

  it('is shown, listed and scored again', async () => {
    const run = onlyRun(reference.cwd);
    const [shown, listed, scored] = await Promise.all([
      cli(['show', run], reference.cwd),
      cli(['runs', '--json'], reference.cwd),
      cli(['evaluate', run, '--json'], reference.cwd),
    ]);
    expect(shown.stdout).toContain('left → right');
    expect(shown.stdout).toContain('single-task');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ run, phase: 'completed', step: STEPS, steps: STEPS }]);
    expect(JSON.parse(scored.stdout)).toEqual({
      run,
      split: 'test',
      scores: reference.facts.discrete,
      matches: true,
    });
  });
});

describe('the same spec', () => {
  it('gives the same bits with every service in a process of its own', async () => {
    const cwd = reference.folder();
    const { code, stdout, stderr } = await cli([...OPTIONS, '--processes'], cwd);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('services as processes');
    expect(stderr).toMatch(
      /step 40\/40 {2}left \d\.\d{3} {2}right \d\.\d{3} {2}entropy 0\.\d{3} {2}edges \d/,
    );
    expect(stdout).toContain('architecture.svg');
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });

  it('gives the same bits when it is stopped by Ctrl-C and resumed', async () => {
    const cwd = reference.folder();
    const { child, outcome } = startCli(OPTIONS, cwd);
    const run = await untilLines(15, cwd);
    child.kill('SIGINT');
    const stopped = await outcome;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`Continue with: npx taskweave --resume runs/${run}`);
    expect(new RunFolder(pathOf(cwd)).readRecord().phase).toBe('stopped');
    expect(existsSync(join(cwd, 'runs', run, 'result.json'))).toBe(false);

    const resumed = await cli(['--resume', join('runs', run), '--json'], cwd);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });

  it('gives the same bits after kill -9, with a damaged checkpoint passed over', async () => {
    const cwd = reference.folder();
    const { child, outcome } = startCli([...OPTIONS, '--json'], cwd);
    const run = await untilLines(26, cwd);
    child.kill('SIGKILL');
    expect((await outcome).code).toBe('SIGKILL');
    const shown = await cli(['show', run, '--json'], cwd);
    expect(JSON.parse(shown.stdout)).toMatchObject({ phase: 'interrupted', steps: STEPS });

    const newest = readdirSync(join(cwd, 'runs', run, 'checkpoints'))
      .sort()
      .at(-1)!;
    const weights = join(cwd, 'runs', run, 'checkpoints', newest, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(weights, bytes);

    const resumed = await cli(['--resume', run], cwd);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`warning: ${weights} is not what was written.`);
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });
});

describe('a run in micro-batches', () => {
  it('finishes, with its checkpoint scored and its model exported', async () => {
    const cwd = reference.folder();
    const { code, stdout, stderr } = await cli(
      [...OPTIONS, '--steps=3', '--set=data.microBatches=2', '--json'],
      cwd,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ test: { discrete: { left: { examples: 40 } } } });
  });
});

describe('a run that cannot go on', () => {
  it('can be watched and stopped over gRPC, and is refused when no checkpoint verifies', async () => {
    const cwd = reference.folder();
    const { outcome } = startCli([...OPTIONS, '--json'], cwd);
    const run = await untilLines(5, cwd);
    const { address } = new RunFolder(pathOf(cwd)).readRecord();
    const search = connect(SearchServiceClient, address!, { name: 'search' });
    const state = await callUnary(search, 'getRun', { run });
    expect(state).toMatchObject({ run, phase: RunPhase.SEARCHING, steps: STEPS, resultJson: undefined });
    await expect(callUnary(search, 'getRun', { run: 'other' })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });

    const steps: number[] = [];
    const kinds = new Set<string>();
    for await (const { event } of callServerStream(search, 'watchRun', { run, fromStep: 3 })) {
      kinds.add(event!.kind);
      if (event!.kind === 'step') steps.push(event!.step);
      if (steps.length === 12) await callUnary(search, 'stopRun', { run });
    }
    search.close();
    expect(steps.slice(0, 12)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect([...kinds]).toContain('checkpoint.ready');
    expect(await outcome).toMatchObject({ code: 130, stdout: '' });

    const path = join(cwd, 'runs', run);
    for (const checkpoint of readdirSync(join(path, 'checkpoints'))) {
      writeFileSync(join(path, 'checkpoints', checkpoint, 'optimizer.safetensors'), '');
    }
    const before = readdirSync(path, { recursive: true }).sort();
    const { code, stderr } = await cli(['--resume', run], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error CHECKPOINT_DAMAGED: .*optimizer\.safetensors has the wrong length/);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(path, { recursive: true }).sort()).toEqual(before);
  });

  it('starts services again that crash, and gives the same bits', async () => {
    const cwd = reference.folder();
    const { outcome } = startCli([...OPTIONS, '--processes'], cwd);
    const killed = ['supernet-trainer', 'architect', 'data-loader', 'evaluator'];
    for (const [index, name] of killed.entries()) {
      const run = await untilLines(8 * (index + 1), cwd);
      process.kill(new RunFolder(join(cwd, 'runs', run)).readRecord().processes![name]!, 'SIGKILL');
    }
    const { code, stderr } = await outcome;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('What crashed was started again; going on from the latest checkpoint.');
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });

  it('goes on with the trainers that are left, and takes in again one that was lost', async () => {
    const cwd = reference.folder();
    const options = ['--processes', '--trainers=3', '--set=engine.threads=1', '--set=checkpoint.every=4'];
    const { outcome } = startCli([...OPTIONS, ...options], cwd);
    const run = await untilLines(8, cwd);
    const path = join(cwd, 'runs', run);
    process.kill(new RunFolder(path).readRecord().processes!['supernet-trainer-2']!, 'SIGKILL');
    const { code, stderr } = await outcome;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('3 trainers');
    expect(stderr).toMatch(/trainer-1 is lost: .*\. The others go on without it\./);
    expect(stderr).toContain('A trainer that was lost is back; all go on together from the next checkpoint.');
    const history = readHistory(new RunFolder(path).search.history);
    const steps = history.filter((line) => line.kind === 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    const lost = steps.map((line) => line.lost?.join() ?? '');
    expect(lost[0]).toBe('');
    expect(lost).toContain('trainer-1');
    expect(lost.at(-1)).toBe('');
  });

  it('is refused another spec', async () => {
    const { code, stderr } = await cli(
      ['--resume', onlyRun(reference.cwd), '--steps', '50', '--method', 'nddr', '--set', 'seed=2'],
      reference.cwd,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('found:    --steps, --method, --set');
  });

  it.each([
    ['a missing model', 'FILE_MISSING', (model: string) => rmSync(model, { recursive: true })],
    [
      'damaged weights',
      'FILE_DAMAGED',
      (model: string) => writeFileSync(join(model, 'weights.safetensors'), 'x'),
    ],
    [
      'a damaged architecture',
      'FILE_DAMAGED',
      (model: string) => writeFileSync(join(model, 'architecture.json'), '{'),
    ],
  ])('is not scored with %s', async (_what, errorCode, damage) => {
    const cwd = reference.folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    damage(join(cwd, 'runs', 'copy', 'model'));
    const { code, stderr } = await cli(['evaluate', 'copy'], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error ${errorCode}: `));
  });
});
