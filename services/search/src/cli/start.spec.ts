import { listCheckpoints, readCheckpoint } from '@taskweave/checkpoints';
import { readHistory, readResult, RunFolder, type RunResult } from '@taskweave/runs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun, startCli, untilLines } from '../testing/cli.js';
import { factsOf } from '../testing/run-facts.js';

const OPTIONS = [
  '--preset=multi-mnist-smoke',
  '--set=data.batchSize=8',
  // Test files run beside each other.
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: 40}',
];

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-methods-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

interface Completed {
  cwd: string;
  folder: RunFolder;
  result: RunResult;
}

async function complete(...args: string[]): Promise<Completed> {
  const cwd = mkdtempSync(join(parent, 'run-'));
  const { code, stderr } = await cli([...OPTIONS, '--json', ...args], cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const folder = new RunFolder(join(cwd, 'runs', onlyRun(cwd)));
  return { cwd, folder, result: readResult(folder.result) };
}

/** What was measured in each step, without how long it took. */
const measured = (history: string) =>
  readHistory(history).flatMap((line) =>
    line.kind === 'step' ? [{ ...line, seconds: 0, stepsPerSecond: 0 }] : [],
  );

const edgesOf = ({ edges }: RunResult) => edges.flatMap(({ kept }) => kept.map(({ id }) => id));

describe('baselines beside a search', () => {
  let beside: Completed;
  beforeAll(async () => {
    beside = await complete('--steps=5', '--baselines=single-task,random');
  });

  it('are scored in its result', () => {
    const { test, cost } = beside.result;
    expect(beside.folder.readRecord().baselines).toEqual(['single-task', 'random']);
    expect(Object.keys(test)).toEqual(['soft', 'discrete', 'singleTask', 'random']);
    // As many edges as the search kept, and all edges of these networks are of one size.
    expect(cost.random!.params).toBe(cost.discrete.params);
  });

  it('train as runs of their own do', async () => {
    const alone = await complete('--steps=5', '--method=single-task');
    expect(alone.result.test.discrete).toEqual(beside.result.test.singleTask);
    const history = measured(beside.folder.baseline('single-task').history);
    expect(history).toHaveLength(5);
    expect(measured(alone.folder.search.history)).toEqual(history);
  });

  it('have the random edges of a run that draws as many', async () => {
    const kept = edgesOf(beside.result).length;
    const random = await complete('--steps=5', '--method=random', `--set=space.randomEdges=${kept}`);
    expect(edgesOf(random.result)).toHaveLength(kept);
    expect(random.result.test.discrete).toEqual(beside.result.test.random);
    expect(random.result.cost.discrete).toEqual(beside.result.cost.random);
  });

  it('can be trained later, those that are missing', async () => {
    const args = ['--resume', onlyRun(beside.cwd), '--baselines', 'random,shared-trunk'];
    const more = await cli(args, beside.cwd);
    expect(more).toMatchObject({ code: 0 });
    expect(more.stderr).toContain('training shared-trunk');
    expect(more.stdout).toMatch(/test +soft supernet +discrete +single-task +shared-trunk +random\n/);
    const completed = readResult(beside.folder.result);
    expect(completed.test).toMatchObject(beside.result.test);
    expect(Object.keys(completed.test)).toContain('sharedTrunk');
  });
});

describe('a run of a method without a search', () => {
  let unbroken: Completed;
  beforeAll(async () => {
    unbroken = await complete('--method=nddr', '--steps=20', '--set=checkpoint.every=5');
  });

  it('is a run like any other, with neither soft network nor architecture', async () => {
    const { folder, result, cwd } = unbroken;
    expect(result).toMatchObject({ method: 'nddr', spec: { method: 'nddr' }, steps: 20 });
    expect(result).not.toHaveProperty('meanGateEntropy');
    expect(Object.keys(result.test)).toEqual(['discrete']);
    expect(result.test.discrete).toMatchObject({ left: { examples: 40 }, right: { examples: 40 } });
    expect(edgesOf(result)).toHaveLength(6);
    // Two nodes of 2·4·4 weights and 2·4 of normalisation after each of three stages.
    expect(result.cost.discrete.params - result.cost.singleTask.params).toBe(2 * 3 * (32 + 8));
    expect(Object.keys(result.cost)).toEqual(['discrete', 'singleTask']);

    const lines = readHistory(folder.search.history);
    const steps = lines.filter((line) => line.kind === 'step');
    expect(steps).toHaveLength(20);
    for (const step of steps) {
      expect(step).toMatchObject({ architectureLosses: {} });
      expect(step).not.toHaveProperty('entropy');
    }
    const evaluations = lines.filter((line) => line.kind === 'evaluation');
    expect(evaluations.map(({ step, scores }) => [step, Object.keys(scores)])).toEqual([
      [10, ['discrete']],
      [20, ['discrete']],
    ]);
    const [latest] = await listCheckpoints(folder.search.checkpoints);
    expect(Object.keys((await readCheckpoint(latest!)).tensors).sort()).toEqual(['optimizer', 'weights']);

    const shown = await cli(['show', onlyRun(cwd)], cwd);
    expect(shown.stdout).toMatch(/test +nddr\n/);
    expect(shown.stdout).not.toContain('entropy');
    const scored = await cli(['evaluate', onlyRun(cwd), '--json'], cwd);
    expect(JSON.parse(scored.stdout)).toMatchObject({ matches: true });
    expect(readFileSync(folder.drawing, 'utf8')).toContain('data-kept="true"');
  });

  it('gives the same bits when it is killed and resumed', async () => {
    const cwd = mkdtempSync(join(parent, 'run-'));
    const { child, outcome } = startCli(
      [...OPTIONS, '--method=nddr', '--steps=20', '--set=checkpoint.every=5', '--json'],
      cwd,
    );
    const run = await untilLines(11, cwd);
    child.kill('SIGKILL');
    expect((await outcome).code).toBe('SIGKILL');
    const refused = await cli(['--resume', run, '--method', 'sluice'], cwd);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('found:    --method') as string,
    });
    expect(await cli(['--resume', run, '--json'], cwd)).toMatchObject({ code: 0, stderr: '' });
    expect(await factsOf(join(cwd, 'runs', run))).toEqual(await factsOf(unbroken.folder.path));
  });
});
