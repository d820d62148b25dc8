import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEstimate } from './cost/estimate-run.js';
import { cli } from './testing/cli.js';

const SMOKE = ['--preset', 'multi-mnist-smoke', '--set=engine.threads=1'];

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-cost-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('engines', () => {
  it('lists every engine on every device, with speed or reason', async () => {
    const { code, stdout, stderr } = await cli(['engines', '--json'], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const reports = JSON.parse(stdout) as { engine: string; device: string; available: boolean }[];
    expect(reports.map(({ engine, device }) => `${engine}/${device}`)).toEqual([
      ...['onnx/cpu', 'onnx/cuda', 'onnx/webgpu', 'tensorflow/cpu', 'tensorflow/cuda', 'cpu/cpu'],
    ]);
    for (const report of reports) {
      expect(report).toMatchObject(
        report.available
          ? { description: expect.stringMatching(/\d+\.\d+\.\d+/), gflops: expect.any(Number) }
          : { reason: expect.stringMatching(/\w/), action: expect.stringMatching(/\w/) },
      );
    }
    expect(reports[0]!.available).toBe(true);
  });
});

describe('profile', () => {
  it('tells phases, layers, kernels and ops, and draws them', async () => {
    const files = ['--svg', 'flame.svg', '--json', 'trace.json'];
    const { code, stdout, stderr } = await cli(['profile', ...SMOKE, '--steps', '2', ...files], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of ['architecture pass', 'weight pass', 'data', 'left/conv1_1', 'Conv2DBackpropFilter'])
      expect(stdout).toContain(part);
    const svg = readFileSync(join(cwd, 'flame.svg'), 'utf8');
    expect(svg).toContain('<title>weight pass / left / conv1_1 / gradient / ');
    const { traceEvents } = JSON.parse(readFileSync(join(cwd, 'trace.json'), 'utf8')) as {
      traceEvents: { cat: string; name: string }[];
    };
    const calls = traceEvents.filter(({ cat }) => cat === 'call').map(({ name }) => name);
    expect(calls.sort()).toEqual([
      ...['architecture-step', 'architecture-step', 'weight-step', 'weight-step'],
    ]);
  });

  it('leaves nothing but what it was asked for', async () => {
    const folder = mkdtempSync(join(cwd, 'empty-'));
    // Parts of 6, 5 and 5 examples.
    const parts = '--set=data.microBatches=3';
    const { code, stdout } = await cli(['profile', ...SMOKE, '--steps', '1', parts], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('Conv2DBackpropFilter');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [['--steps', '0'], '--steps'],
    [['--set', 'engine.id=cpu'], 'engine.id'],
  ])('refuses %j', async (args, subject) => {
    const { code, stderr } = await cli(['profile', ...SMOKE, ...args], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain(`where:    ${subject}`);
  });

  it('says when a file cannot be written', async () => {
    const { code, stderr } = await cli(['profile', ...SMOKE, '--steps', '1', '--svg', 'no/where.svg'], cwd);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('OUTPUT_NOT_WRITABLE') });
  });
});

describe('plan', () => {
  const known = new Map<string, RunEstimate>();
  /** Several tests ask for the same. */
  const predict = async (...args: string[]): Promise<RunEstimate> => {
    const key = args.join(' ');
    const before = known.get(key);
    if (before !== undefined) return before;
    const { code, stdout, stderr } = await cli(['plan', ...SMOKE, '--json', ...args], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const estimate = JSON.parse(stdout) as RunEstimate;
    known.set(key, estimate);
    return estimate;
  };

  it('predicts more activations and work for larger batches, and the same parameters', async () => {
    const [small, large] = [await predict(), await predict('--set=data.batchSize=64')];
    expect(large.parameters).toBe(small.parameters);
    expect(large.memory.state).toBe(small.memory.state);
    const ratio = (of: (estimate: RunEstimate) => number): number => of(large) / of(small);
    expect(ratio(({ memory }) => memory.activations.weights)).toBeGreaterThan(3);
    expect(ratio(({ memory }) => memory.activations.weights)).toBeLessThan(5);
    expect(ratio(({ step }) => step.architecture.macs)).toBeCloseTo(4, 0);
  });

  it('predicts the work of a batch and the activations of a part for micro-batches', async () => {
    const [part, batch] = [await predict(), await predict('--set=data.batchSize=64')];
    const parts = await predict('--set=data.batchSize=64', '--set=data.microBatches=4');
    expect(parts.step.weights.macs / batch.step.weights.macs).toBeCloseTo(1, 2);
    expect(parts.step.architecture.nodes).toBe(4 * part.step.architecture.nodes);
    for (const pass of ['architecture', 'weights'] as const) {
      const ratio = parts.memory.activations[pass] / part.memory.activations[pass];
      expect(ratio).toBeGreaterThan(0.85);
      expect(ratio).toBeLessThan(1.15);
    }
    expect(parts.memory.total).toBeLessThan(batch.memory.total);
  });

  it('predicts the memory that steps then take', async () => {
    const { memory } = await predict('--set=data.batchSize=256');
    const { measureMemory } = await import('./testing/measure-memory.js');
    const measured = await measureMemory(['--preset=multi-mnist-smoke', '--batch=256'], cwd);
    // 20 % is what is promised on a quiet machine; a test must not fail for a page more or less.
    expect(Math.abs((memory.total - memory.process) / measured - 1)).toBeLessThan(0.35);
  });

  it('tries steps, and with them the data, unless they are too large', async () => {
    const tried = await predict();
    expect(tried.step.basis).toBe('tried');
    const { architecture, weights, seconds } = tried.step;
    expect(seconds).toBeGreaterThanOrEqual(architecture.seconds + weights.seconds);
    const large = await predict('--set=data.batchSize=65536', '--set=data.microBatches=512');
    expect(large.step.basis).toBe('modelled');
  });

  it('tries batches of all the data where there is less than a batch of it', async () => {
    const { step } = await predict('--set=data.batchSize=512');
    expect(step.basis).toBe('tried');
  });

  it('says it in words', async () => {
    const { stdout } = await cli(['plan', ...SMOKE], cwd);
    expect(stdout).toMatch(/44\.0 k parameters, \d+ candidate edges/);
    expect(stdout).toMatch(/architecture pass +\d/);
    expect(stdout).toMatch(/memory +\d.* MB/);
    expect(stdout).toMatch(/for 20 steps/);
  });

  it('only predicts what it can', async () => {
    const { code, stderr } = await cli(['plan', ...SMOKE, '--set=engine.id=cpu'], cwd);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('onnx on cpu') });
  });
});
