import { readResult, RunFolder } from '@taskweave/runs';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSweep } from '@taskweave/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from './compare/comparison.js';
import { plugins } from './run/plugins.js';
import type { SweepRecord } from './sweep/sweep-record.js';
import { cli, startCli, type Outcome } from './testing/cli.js';

const GRID = `
preset: multi-mnist-smoke
spec:
  steps: 3
  # Test files run beside each other.
  engine: { threads: 1 }
  data: { batchSize: 8, options: { trainLimit: 100, validationLimit: 20, testLimit: 40 } }
  checkpoint: { every: 1 }
axes:
  - name: entropy
    variants:
      with: {}
      without: { strategy: { options: { entropy: { enabled: false } } } }
seeds: [1, 2]
baseline: without
`;
const RUNS = ['with-seed-1', 'with-seed-2', 'without-seed-1', 'without-seed-2'];

let parent: string;
let reference: { cwd: string; path: string; outcome: Outcome };

function folder(grid = GRID): string {
  const cwd = mkdtempSync(join(parent, 'sweep-'));
  writeFileSync(join(cwd, 'grid.yaml'), grid);
  return cwd;
}

/** Everything that a sweep says in the end, byte by byte. */
function tables(cwd: string): string[] {
  return ['table.md', 'table.svg', 'sweep.json'].map((name) =>
    readFileSync(join(cwd, 'runs', 'grid', name), 'utf8'),
  );
}

async function untilSteps(history: string, lines: number): Promise<void> {
  while (!existsSync(history) || readFileSync(history, 'utf8').split('\n').length <= lines) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-sweep-'));
  const cwd = folder();
  const outcome = await cli(['sweep', 'grid.yaml', '--json'], cwd);
  reference = { cwd, path: join(cwd, 'runs', 'grid'), outcome };
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe('a sweep', () => {
  it('runs every combination with every seed, and writes the table', () => {
    const { code, stdout, stderr } = reference.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const entries = readdirSync(reference.path).sort();
    expect(entries).toEqual(['sweep.json', 'table.md', 'table.svg', ...RUNS]);
    const record = JSON.parse(stdout) as SweepRecord;
    expect(record).toEqual(JSON.parse(readFileSync(join(reference.path, 'sweep.json'), 'utf8')));
    expect(record.runs.map(({ run, state }) => `${run} ${state}`)).toEqual([
      'with-seed-1 completed',
      'without-seed-1 completed',
      'with-seed-2 completed',
      'without-seed-2 completed',
    ]);
    expect(record.comparison).toMatchObject({
      baseline: 'without',
      groups: [
        { label: 'with', seeds: [1, 2], runs: ['grid/with-seed-1', 'grid/with-seed-2'] },
        { label: 'without', seeds: [1, 2] },
      ],
      warnings: [],
    });
  });

  it('is the runs that start would make: means are those of their results', () => {
    const { comparison } = JSON.parse(reference.outcome.stdout) as { comparison: Comparison };
    const [one, two] = [1, 2].map((seed) => {
      const { test, spec } = readResult(join(reference.path, `with-seed-${seed}`, 'result.json'));
      expect(spec).toMatchObject({ name: 'with', seed, steps: 3 });
      return test.discrete['left']!.value;
    });
    expect(comparison.groups[0]!.scores[0]!.discrete!.mean).toBeCloseTo((one! + two!) / 2, 12);
  });

  it('is compared by its folder, and its runs are listed, shown and found by name', async () => {
    const { cwd } = reference;
    const [compared, listed, shown, wrong] = await Promise.all([
      cli(['compare', 'grid', '--baseline', 'without', '--json'], cwd),
      cli(['runs', '--json'], cwd),
      cli(['show', 'grid/with-seed-1'], cwd),
      cli(['show', 'grid/with-sead-1'], cwd),
    ]);
    const { comparison } = JSON.parse(reference.outcome.stdout) as { comparison: Comparison };
    expect(JSON.parse(compared.stdout)).toEqual(comparison);
    const names = (JSON.parse(listed.stdout) as { run: string }[]).map(({ run }) => run);
    expect(names).toEqual(RUNS.map((run) => `grid/${run}`));
    expect(shown.stdout).toContain('left accuracy');
    expect(wrong.stderr).toContain("did you mean 'grid/with-seed-1'?");
  });

  it('gives the same table when it is stopped by Ctrl-C and continued', async () => {
    const cwd = folder();
    const { child, outcome } = startCli(['sweep', 'grid.yaml'], cwd);
    await untilSteps(join(cwd, 'runs', 'grid', 'without-seed-1', 'history.jsonl'), 1);
    child.kill('SIGINT');
    const stopped = await outcome;
    expect({ code: stopped.code, stdout: stopped.stdout }).toEqual({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain('The sweep was stopped. Continue with: npx taskweave sweep grid.yaml');
    expect(existsSync(join(cwd, 'runs', 'grid', 'table.md'))).toBe(false);
    const planned = await cli(['sweep', 'grid.yaml', '--dry-run', '--json'], cwd);
    const states = (JSON.parse(planned.stdout) as { state: string }[]).map(({ state }) => state);
    expect([states[0], states[3]]).toEqual(['completed', 'new']);

    const continued = await cli(['sweep', 'grid.yaml'], cwd);
    expect(continued.code).toBe(0);
    expect(continued.stderr).toContain('run 1/4 with-seed-1: completed before');
    expect(continued.stderr).toMatch(/step 3\/3 .* sweep ETA \d:\d\d/);
    expect(continued.stdout).toContain('± ');
    expect(tables(cwd)).toEqual(tables(reference.cwd));
    // Nothing is left to do: the same once more, at once.
    expect((await cli(['sweep', 'grid.yaml'], cwd)).code).toBe(0);
    expect(tables(cwd)).toEqual(tables(reference.cwd));
  });

  it('goes on after a run that fails, and reports it', async () => {
    const cwd = folder();
    cpSync(join(reference.cwd, 'runs'), join(cwd, 'runs'), { recursive: true });
    const broken = join(cwd, 'runs', 'grid', 'with-seed-1');
    rmSync(broken, { recursive: true });
    writeFileSync(broken, 'a file is in the way');
    const { code, stdout, stderr } = await cli(['sweep', 'grid.yaml'], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain('error RUNS_FAILED: 1 of 4 runs of the sweep failed:');
    expect(stderr).toContain('  with-seed-1: OUTPUT_NOT_WRITABLE: Cannot write');
    expect(stderr).toContain('warning: with-seed-1 is left out: it failed');
    expect(stdout).toMatch(/^with +1 /m);
    expect(stdout).toMatch(/^without +2 /m);
    rmSync(broken);
    expect((await cli(['sweep', 'grid.yaml', '--json'], cwd)).code).toBe(0);
    expect(tables(cwd)).toEqual(tables(reference.cwd));
  });

  it('is refused when its folder holds runs with another spec', async () => {
    const cwd = folder(GRID.replace('steps: 3', 'steps: 4'));
    cpSync(join(reference.cwd, 'runs'), join(cwd, 'runs'), { recursive: true });
    const { code, stderr } = await cli(['sweep', 'grid.yaml'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('  with-seed-1: steps was 3, is 4');
    expect(tables(cwd)).toEqual(tables(reference.cwd));
  });
});

describe('a comparison', () => {
  it('writes table and drawing, and warns of runs on other data', async () => {
    const cwd = folder();
    cpSync(reference.path, join(cwd, 'runs', 'grid'), { recursive: true });
    const other = join(cwd, 'runs', 'grid', 'with-seed-2');
    for (const file of ['result.json', 'run.json']) {
      const text = readFileSync(join(other, file), 'utf8').replaceAll('"testLimit": 40', '"testLimit": 30');
      writeFileSync(join(other, file), text);
    }
    const { code, stdout, stderr } = await cli(['compare', 'grid', '--by', 'name', '--out', 'table'], cwd);
    expect(code).toBe(0);
    expect(stderr).toContain('not scored on the same data: data.options.testLimit is');
    expect(stdout).toMatch(/^with +2 /m);
    expect(readdirSync(join(cwd, 'table')).sort()).toEqual(['comparison.json', 'table.md', 'table.svg']);
    expect(readFileSync(join(cwd, 'table', 'table.md'), 'utf8')).toContain(
      '* Warning: the runs are not scored',
    );
  });

  it('refuses runs that are not finished, and folders that are no runs, by name', async () => {
    const cwd = folder();
    const copy = (name: string): RunFolder => {
      cpSync(join(reference.path, 'with-seed-1'), join(cwd, 'runs', name), { recursive: true });
      return new RunFolder(join(cwd, 'runs', name));
    };
    copy('done');
    const unfinished = copy('unfinished');
    await unfinished.writeRecord({ ...unfinished.readRecord(), phase: 'stopped' });
    writeFileSync(copy('damaged').result, '{');
    mkdirSync(join(cwd, 'runs', 'foreign'));
    const told = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await cli(['compare', ...args], cwd);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toMatch(/^ +at /m);
      return stderr;
    };
    expect(await told('done', 'unfinished')).toMatch(
      /^error RUN_NOT_FINISHED: .*\n.*unfinished\n.*a run that is stopped/,
    );
    expect(await told('done', 'damaged')).toMatch(/^error FILE_DAMAGED: .*damaged\/result\.json/);
    expect(await told('done', 'foreign')).toMatch(/^error RUN_NOT_FOUND: .*\n.*\n.*foreign/);
    expect(await told('done', '--metric', 'mIoU')).toContain('where:    --metric\n  found:    mIoU');
    const { stdout, stderr } = await cli(['compare', 'runs'], cwd);
    expect(stdout).toContain('left accuracy');
    expect(stderr).toContain('warning: unfinished is left out: a run that is stopped');
    expect(stderr).toMatch(/warning: damaged is left out: .*result\.json is damaged/);
  });
});

describe('the sweeps in docs', () => {
  const docs = fileURLToPath(new URL('../../../docs/sweeps/', import.meta.url));
  it.each(readdirSync(docs))('%s is a sweep', (name) => {
    const text = readFileSync(join(docs, name), 'utf8');
    const refuse = (path: string): never => {
      throw new Error(`the sweep names ${path}`);
    };
    expect(parseSweep({ name, text }, refuse, plugins).runs.length).toBeGreaterThan(3);
  });
});
