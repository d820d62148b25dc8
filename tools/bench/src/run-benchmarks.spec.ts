import { describe, expect, it } from 'vitest';
import { networkCost } from '@taskweave/supernet';
import { convolutionLayerCase } from './cases/convolution-layer.js';
import { matmulCase } from './cases/matmul.js';
import { twoBranchCase } from './cases/two-branch.js';
import { vgg16Supernet, vgg16SupernetCase } from './cases/vgg16-supernet.js';
import { runBenchmarks, type BenchmarkRun } from './run-benchmarks.js';
import type { CaseResult } from './result.js';

const run = async (changes: Partial<BenchmarkRun>) => {
  const told: CaseResult[] = [];
  const results = await runBenchmarks({
    engine: 'onnx',
    device: 'cpu',
    threads: 1,
    repeats: 2,
    iterations: 2,
    peer: undefined,
    outside: false,
    cases: [convolutionLayerCase({ channels: 4, size: 6, batch: 2 })],
    yardstick: matmulCase(8),
    baseline: {},
    onResult: (result) => told.push(result),
    ...changes,
  });
  expect(told).toEqual(results);
  return results;
};

describe('a benchmark run', () => {
  it('times a convolution layer in turns with a matrix product', async () => {
    const [result] = await run({ baseline: { 'onnx, cpu, 1 thread': { conv: 3 } } });
    expect(result).toMatchObject({ name: 'conv', engine: 'onnx', device: 'cpu', threads: 1, iterations: 4 });
    expect(result!.storedRatio).toBe(3);
    for (const value of [result!.medianMs, result!.gflops, result!.ratioToMatmul, result!.matmul.medianMs]) {
      expect(value).toBeGreaterThan(0);
    }
    expect(result).not.toHaveProperty('outside');
  });

  it('runs the peer after every round', async () => {
    const [result] = await run({ peer: "echo 'iteration: min 1000000 ms, median 2000000 ms'" });
    expect(result!.peer).toMatchObject({ pairs: 2, medianMs: 2e6, minimumMs: 1e6 });
    expect(result!.peer!.ratio).toBeLessThan(1);
  });

  it('knows what share of the time is spent outside graphs', async () => {
    const [result] = await run({ outside: true, repeats: 1 });
    expect(result!.outside).toBeGreaterThan(0);
    expect(result!.outside).toBeLessThan(1);
  });

  it('runs the small forms of the networks', async () => {
    const results = await run({
      cases: [
        twoBranchCase({ channels: [3, 4], size: 8, batch: 2 }),
        vgg16SupernetCase({ name: 'tiny', width: 1 / 64, batch: 1, size: 16 }),
      ],
      repeats: 1,
    });
    expect(results.map(({ name, parts }) => [name, parts.map((part) => part.name)])).toEqual([
      ['two-branch', ['step']],
      ['tiny', ['architecture step', 'weight step']],
    ]);
  });
});

describe('the work of a case', () => {
  it('is that of the published supernet: 10.34 GFLOP forward for an image of 64x64', () => {
    const { macs, params } = networkCost(vgg16Supernet(1, 64));
    expect(params).toBe(51_862_955);
    expect((2 * macs) / 1e9).toBeCloseTo(10.34, 2);
  });
});
