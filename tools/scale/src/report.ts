import { textTable } from '@taskweave/bench/text-table';
import type { ArchitectLoad } from './architect/measure-architect.js';
import type { Wire } from './wire/measure-wire.js';
import type { Speed } from './wire/stream-speed.js';

/** Everything that was measured; the form of `--json`. */
export interface ScaleReport {
  /** Milliseconds of the step that waiting is compared with. */
  readonly stepMs: number;
  /** One for each number of trainers, in the order they were tried. */
  readonly architect: readonly ArchitectLoad[];
  readonly wire?: Wire;
}

const MIB = 2 ** 20;

/** A number with three digits that count. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What is printed at the end. */
export function describeReport({ stepMs, architect, wire }: ScaleReport): string {
  const lines: string[] = [];
  if (architect.length > 0) lines.push(...architectLines(architect, stepMs));
  if (wire !== undefined) lines.push(...(lines.length > 0 ? [''] : []), ...wireLines(wire, stepMs));
  return `${lines.join('\n')}\n`;
}

function architectLines(loads: readonly ArchitectLoad[], stepMs: number): string[] {
  const head = [
    'trainers',
    'steps/s',
    'answer mean',
    'p99',
    'architect CPU/step',
    'CPU/step/trainer',
    'memory',
    'loop delay mean',
    'p99',
    `waiting, of ${stepMs} ms`,
    'median',
  ];
  const rows = loads.map((load) => [
    String(load.trainers),
    short(load.stepsPerSecond),
    `${short(load.answerMeanMs)} ms`,
    `${short(load.answerP99Ms)} ms`,
    `${short(load.cpuPerStepMs)} ms`,
    `${short((1_000 * load.cpuPerStepMs) / load.trainers)} us`,
    `${short(load.rssBytes / MIB)} MiB`,
    `${short(load.loopDelayMeanMs)} ms`,
    `${short(load.loopDelayP99Ms)} ms`,
    percent(load.waitingShare),
    percent(load.waitingMedianShare),
  ]);
  return ['The architect, trainers in lockstep', '', ...textTable([head, ...rows]), ...growth(loads)];
}

/** How the figures grow from the fewest to the most trainers. */
function growth(loads: readonly ArchitectLoad[]): string[] {
  const [first] = loads;
  const last = loads.at(-1);
  if (first === undefined || last === undefined || first === last) return [];
  const times = (of: (load: ArchitectLoad) => number): string => `${short(of(last) / of(first))}x`;
  return [
    '',
    `From ${first.trainers} to ${last.trainers} trainers (${short(last.trainers / first.trainers)}x): ` +
      `CPU per step ${times((load) => load.cpuPerStepMs)}, mean answer ${times((load) => load.answerMeanMs)}, ` +
      `memory ${times((load) => load.rssBytes)}.`,
  ];
}

function wireLines({ stream, dataWaiting, gates }: Wire, stepMs: number): string[] {
  const { batches, http2, grpcClient } = stream;
  const beside = (name: string, { MBs, ratio }: Speed): string =>
    `${name} ${short(MBs)} MB/s, ${percent(ratio)} of plain TCP`;
  return [
    'The wire, over loopback',
    '',
    `batches      ${short(batches.MBs)} MB/s, plain TCP ${short(stream.tcpMBs)} MB/s: ${percent(batches.ratio)} of it`,
    `             (${batches.ratios.map(percent).join(', ')}; batches of ${short(stream.batchBytes / MIB)} MiB)`,
    `             ${beside('plain HTTP/2', http2)}; ${beside("gRPC's own client", grpcClient)}`,
    `data         a trainer waits for its two batches ${percent(dataWaiting.mean)} of a step of ${stepMs} ms (median ${percent(dataWaiting.median)})`,
    `gates        ${short(gates.gatesMs)} ms there and back with ${gates.edges} edges; plain TCP ${short(gates.tcpMs)} ms`,
  ];
}
