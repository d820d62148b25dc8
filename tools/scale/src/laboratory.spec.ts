import { beforeAll, describe, expect, it } from 'vitest';
import { drawChart } from './chart.js';
import { runLaboratory } from './laboratory.js';
import { describeReport, type ScaleReport } from './report.js';

// How long anything takes is not tested: only that the real processes are driven and everything is measured.
describe('a small run', () => {
  const progress: string[] = [];
  let report: ScaleReport;
  beforeAll(async () => {
    const options = { trainers: [1, 2], wire: true, stepMs: 10, seconds: 0.1, rounds: 1, batches: 1 };
    report = await runLaboratory({ ...options, json: undefined, chart: undefined }, (line) =>
      progress.push(line),
    );
  });

  it('measures the architect with each number of trainers', () => {
    expect(report.architect.map(({ trainers }) => trainers)).toEqual([1, 2]);
    for (const load of report.architect) {
      expect(load.steps).toBeGreaterThanOrEqual(5);
      expect(load.rssBytes).toBeGreaterThan(10 * 2 ** 20);
      expect(load.answerMeanMs).toBeGreaterThan(0);
      expect(load.answerP99Ms).toBeGreaterThan(0);
      expect(load.cpuPerStepMs).toBeGreaterThan(0);
      expect(load.loopDelayP99Ms).toBeGreaterThanOrEqual(0);
      expect(load.waitingShare).toBeGreaterThan(0);
      expect(load.waitingMedianShare).toBeGreaterThan(0);
      expect(load.stepsPerSecond).toBeGreaterThan(0);
    }
  });

  it('measures the wire', () => {
    const { stream, gates, dataWaiting } = report.wire!;
    for (const { MBs, ratio, ratios } of [stream.batches, stream.http2, stream.grpcClient]) {
      expect(MBs).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThan(0);
      expect(ratios).toEqual([ratio]);
    }
    // 3 images of 321x321 with classes and normals, 4 bytes each.
    expect(stream.batchBytes).toBe(3 * 321 * 321 * (3 + 1 + 3) * 4);
    expect(gates.edges).toBeGreaterThan(0);
    expect(gates.gatesMs).toBeGreaterThan(0);
    expect(dataWaiting.mean).toBeGreaterThan(0);
    expect(dataWaiting.median).toBeGreaterThan(0);
  });

  it('tells what it is doing', () => {
    expect(progress.join('')).toMatch(/^1 trainer \(about .* left\)\n2 trainers .*\nthe wire .*\n$/);
  });

  it('prints a row for each number of trainers, how figures grow, and a line for each part of the wire', () => {
    const text = describeReport(report);
    expect(text).toMatch(/^1 +\S/m);
    expect(text).toMatch(/^2 +\S/m);
    expect(text).toContain('From 1 to 2 trainers (2x): CPU per step ');
    for (const part of ['batches', 'data', 'gates']) expect(text).toMatch(new RegExp(`^${part} `, 'm'));
    expect(text).not.toContain('NaN');
  });

  it('draws a point for each number of trainers on each line', () => {
    const svg = drawChart(report);
    expect(svg.match(/<polyline /g)).toHaveLength(3);
    expect(svg.match(/<circle /g)).toHaveLength(6);
    expect(svg).not.toContain('NaN');
  });
});
