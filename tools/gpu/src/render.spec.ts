import { beforeAll, describe, expect, it } from 'vitest';
import { benchmarkDevice, peerCommand } from './benchmark-device.js';
import { compareDevice } from './compare-device.js';
import { describeMachine } from './machine.js';
import { render } from './render.js';
import { failures, largestError, type CheckReport, type CheckedDevice } from './report.js';

const NETWORK = { name: 'tiny', width: 1 / 64, batch: 1, size: 16 };
const JOB = { device: 'cpu', threads: 1 } as const;

let cpu: CheckedDevice;
let report: CheckReport;

// Measured, not made up: a tiny network and two ops on the cpu, against a peer that takes its time.
beforeAll(async () => {
  cpu = {
    device: 'cpu',
    available: true,
    description: 'onnxruntime',
    comparisons: await compareDevice({ ...JOB, cases: 2, ops: ['exp', 'conv2d'] }, () => undefined),
    benchmarks: [
      await benchmarkDevice(
        {
          ...JOB,
          network: NETWORK,
          matmul: 8,
          rounds: 2,
          iterations: 1,
          peer: "echo 'iteration: min 1{batch}00000 ms, median 1{batch}00000 ms'",
        },
        () => undefined,
      ),
    ],
  };
  const missing = { device: 'cuda', available: false, reason: 'no library', action: 'Get it.' } as const;
  report = { machine: await describeMachine(), threads: 1, quick: false, devices: [cpu, missing] };
});

const row = (name: string): string => {
  const lines = render(report).split('\n');
  return lines
    .slice(lines.findIndex((line) => line.startsWith('-----')))
    .find((line) => line.includes(name))!;
};

describe('the table', () => {
  it('has a row of measured figures for a device', () => {
    expect(row('tiny')).toMatch(
      /^cpu +2 of 2 +\d\.\de-\d+ (exp|conv2d) +tiny( +[\d.]+ ms){3}( +[\d.]+){2} +0\.00x +[\d.]+ GB +-$/,
    );
    expect(cpu.benchmarks[0]).toMatchObject({ iterations: 2, peer: { pairs: 2, medianMs: 1_100_000 } });
  });

  it('says what a device misses, and how to get it', () => {
    expect(row('cuda')).toBe('cuda    not there');
    expect(render(report)).toContain('cuda    not there: no library\n        to do: Get it.\n');
  });

  it('names what went wrong', () => {
    const ops = [...cpu.comparisons.ops, { op: 'relu', error: 0.5, failure: 'relative error 5.0e-1' }];
    const benchmarks = [{ name: 'supernet-full', failure: 'its process ended (SIGSEGV)' }];
    const broken: CheckedDevice = { ...cpu, comparisons: { ops, failure: 'lost' }, benchmarks };
    expect(failures(cpu)).toEqual([]);
    expect(largestError(ops)).toEqual({ op: 'relu', error: 0.5 });
    const text = render({ ...report, devices: [broken] });
    expect(text).toMatch(/^cpu +2 of 3, stopped +5\.0e-1 relu +supernet-full +failed$/m);
    expect(text).toContain(
      'Not as it should be:\n' +
        '  cpu: comparisons: lost\n' +
        '  cpu: relu: relative error 5.0e-1\n' +
        '  cpu: supernet-full: its process ended (SIGSEGV)\n',
    );
  });
});

it("puts a network's size into the peer's command", () => {
  const command = 'peer -w {width} -b {batch} -s {size} -t {threads} {width}';
  expect(peerCommand(command, { threads: 3, network: { name: 'n', width: 0.25, batch: 8 } })).toBe(
    'peer -w 0.25 -b 8 -s 64 -t 3 0.25',
  );
});
