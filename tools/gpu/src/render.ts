import type { BenchmarkResult } from './benchmark.js';
import { failures, largestError, type CheckReport, type CheckedDevice, type DeviceReport } from './report.js';
import { textTable } from '@taskweave/bench/text-table';

const HEADER = [
  'device',
  'ops like oracle',
  'largest error',
  'benchmark',
  'architecture step',
  'weight step',
  'iteration',
  'GFLOP/s',
  'MatMul',
  'of peer',
  'memory',
  'GPU memory',
];

const UNKNOWN = '-';
const ms = (milliseconds: number): string =>
  `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** What a check found, for people: the machine, the devices, one table, and what went wrong. */
export function render({ machine, threads, quick, devices }: CheckReport): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memory)}; ${machine.system}, node ${machine.node}`,
    ...machine.gpus,
    '',
    ...devices.flatMap(describeDevice),
    '',
    ...textTable([HEADER, ...devices.flatMap(rows)]),
    '',
    `Times are medians with ${threads} thread${threads === 1 ? '' : 's'}; GFLOP/s count convolutions only; ` +
      'MatMul is what a matrix product reaches in the same minutes; "of peer" is our time over its.',
    ...(quick ? ['This was --quick: a few ops and a tiny network, whose times mean nothing.'] : []),
  ];
  const wrong = devices.flatMap((one) => failures(one).map((failure) => `  ${one.device}: ${failure}`));
  if (wrong.length > 0) lines.push('', 'Not as it should be:', ...wrong);
  return `${lines.join('\n')}\n`;
}

function describeDevice(report: DeviceReport): string[] {
  const name = report.device.padEnd(8);
  if (!report.available) {
    return [`${name}not there: ${report.reason}`, `${' '.repeat(8)}to do: ${report.action}`];
  }
  const speed = report.gflops === undefined ? '' : `, ${report.gflops.toFixed(1)} GFLOP/s in a convolution`;
  return [`${name}${report.description}${speed}`];
}

function rows(report: DeviceReport): string[][] {
  if (!report.available) return [[report.device, 'not there']];
  const [first = [], ...more] = report.benchmarks.map(benchmarkCells);
  return [
    [report.device, ...comparisonCells(report), ...first],
    ...more.map((cells) => ['', '', '', ...cells]),
  ];
}

function comparisonCells({ comparisons: { ops, failure } }: CheckedDevice): string[] {
  const equal = ops.filter((one) => one.failure === undefined).length;
  const most = largestError(ops);
  return [
    `${equal} of ${ops.length}${failure === undefined ? '' : ', stopped'}`,
    most === undefined ? UNKNOWN : `${most.error.toExponential(1)} ${most.op}`,
  ];
}

function benchmarkCells(result: CheckedDevice['benchmarks'][number]): string[] {
  if ('failure' in result) return [result.name, 'failed'];
  const { name, medianMs, gflops, matmul, peer, hostMemory, gpuMemory } = result;
  return [
    name,
    ms(part(result, 'architecture step')),
    ms(part(result, 'weight step')),
    ms(medianMs),
    gflops.toFixed(1),
    matmul.gflops.toFixed(1),
    peer === undefined ? UNKNOWN : `${peer.ratio.toFixed(2)}x`,
    gigabytes(hostMemory),
    gpuMemory === undefined ? UNKNOWN : gigabytes(gpuMemory),
  ];
}

function part({ parts }: BenchmarkResult, name: string): number {
  return parts.find((one) => one.name === name)?.medianMs ?? NaN;
}
