import { describe, expect, it } from 'vitest';
import type { Measurement } from './measure.js';
import { drawChart } from './chart.js';
import { describeResult } from './report.js';
import { summarise } from './result.js';
import { storedRatio, withRatios } from './baseline.js';

const about = { name: 'net', title: 'a net', engine: 'onnx', device: 'cpu', threads: 2 } as const;

/** Three iterations of 100 + 300, 120 + 360 and 90 + 270 ms, beside matrix products of 100, 80 and 90 ms. */
const measurement: Measurement = {
  parts: [
    { name: 'first', flop: 1e9 },
    { name: 'second', flop: 3e9 },
  ],
  yardstickFlop: 2e9,
  rounds: [
    {
      iterations: [
        { parts: [100, 300], yardstick: 100 },
        { parts: [120, 360], yardstick: 80 },
      ],
      peer: { minimumMs: 200, medianMs: 220 },
    },
    { iterations: [{ parts: [90, 270], yardstick: 90 }], peer: { minimumMs: 300, medianMs: 360 } },
  ],
};

describe('a result', () => {
  const result = summarise({ ...about, storedRatio: 5, outside: 0.0123 }, measurement);

  it('has medians and minima of the whole and of its parts', () => {
    expect(result).toMatchObject({ ...about, iterations: 3, medianMs: 400, minimumMs: 360, gflops: 10 });
    expect(result.parts).toEqual([
      { name: 'first', medianMs: 100, minimumMs: 90 },
      { name: 'second', medianMs: 300, minimumMs: 270 },
    ]);
  });

  it('is compared with the matrix product just before each iteration', () => {
    // 400 / 100, 480 / 80 and 360 / 90.
    expect(result.ratioToMatmul).toBe(4);
    expect(result.matmul).toMatchObject({ medianMs: 90, minimumMs: 80 });
    expect(result.matmul.gflops).toBeCloseTo(2 / 0.09, 9);
  });

  it('is compared with the peer pair by pair', () => {
    expect(result.peer).toEqual({
      pairs: 2,
      // 440 ms, the median of the first round, over 220, and 360 over 360.
      ratios: [2, 1],
      ratio: 1.5,
      ratioOfMinima: 360 / 200,
      medianMs: 290,
      minimumMs: 200,
    });
    const alone = { ...measurement, rounds: measurement.rounds.map(({ iterations }) => ({ iterations })) };
    expect(summarise(about, alone)).not.toHaveProperty('peer');
  });

  it('is told to people', () => {
    const text = describeResult(result);
    expect(text).toContain('iteration   median 400 ms, minimum 360 ms, 10.0 GFLOP/s');
    expect(text).toContain('second   median 300 ms, minimum 270 ms');
    expect(text).toContain('4.00x the time of MatMul 2048; stored 5.00x, -20 %');
    expect(text).toContain('1.2 % of the time is not spent on tensors');
    expect(text).toContain('we take 1.50x its time (median of 2 pairs: 2.00x, 1.00x; of minima 1.80x)');
  });

  it('is drawn as one bar and a mark', () => {
    const svg = drawChart([result]);
    expect(svg.match(/<rect/g)).toHaveLength(2);
    expect(svg).toContain('>net</text>');
    expect(svg).toContain('>10 (400 ms)</text>');
    expect(svg).not.toContain('NaN');
  });

  it('can be stored as what later ones are compared with', () => {
    const before = { 'onnx, cpu, 1 thread': { net: 9 }, 'onnx, cpu, 2 threads': { net: 5, other: 1 } };
    const after = withRatios(before, [result]);
    expect(after).toEqual({ ...before, 'onnx, cpu, 2 threads': { net: 4, other: 1 } });
    expect(storedRatio(after, result)).toBe(4);
    expect(storedRatio(after, { ...result, threads: 1 })).toBe(9);
    expect(storedRatio(after, { ...result, device: 'cuda' })).toBeUndefined();
  });
});
