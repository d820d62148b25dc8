import { timing, type Timing, median } from '../statistics.js';
import { RingProcesses } from './ring-processes.js';

/** An average among processes whose speed is of interest: what `--case` names. */
export interface WireCase {
  readonly name: string;
  /** What is averaged, for people. */
  readonly title: string;
  /** Processes, at least 2. */
  readonly members: number;
  /** float32 numbers on each. */
  readonly elements: number;
}

/** Times of one kind of ring, and what they come to. */
export interface WireTiming extends Timing {
  /** Billions of bytes a second that each member sends, while it receives as many, by the median time. */
  readonly gigabytesPerSecond: number;
}

/** What was measured of a case; the form of `--json`. */
export interface WireResult {
  readonly name: string;
  readonly title: string;
  readonly members: number;
  /** What each member sends in one average, and receives. */
  readonly bytes: number;
  readonly rounds: number;
  readonly average: WireTiming;
  /** The same processes passing on as many bytes over plain TCP, in turns with the averages. */
  readonly raw: WireTiming;
  /** As many bytes over HTTP/2 without gRPC, and nothing done with them. */
  readonly http2: WireTiming;
  /** Median over rounds of raw TCP's time over the average's just after: 1 is as quick as can be. */
  readonly ratioToRaw: number;
  /** The same for HTTP/2. */
  readonly http2RatioToRaw: number;
}

/** Averages that `--case` can name: 64 MB, as the weights and slots of a supernet of 8 million parameters. */
export const WIRE_CASES: readonly WireCase[] = [2, 4].map((members) => ({
  name: members === 2 ? 'all-reduce' : `all-reduce-${members}`,
  title: `average of 64 MB among ${members} processes on loopback`,
  members,
  elements: 16_000_000,
}));

/** Rounds before anything is timed: connections and memory are there then. */
const WARM_UP = 2;

/** Times averages in turns with as many bytes over plain TCP on the same ring. */
export async function measureAllReduce(benchmark: WireCase, rounds: number): Promise<WireResult> {
  const { name, title, members, elements } = benchmark;
  const bytes = Math.round((2 * (members - 1) * 4 * elements) / members);
  const ring = await RingProcesses.start(members);
  try {
    const raw: number[] = [];
    const average: number[] = [];
    const http2: number[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      const times = [await ring.raw(bytes), await ring.average(elements), await ring.http2(bytes)] as const;
      if (round < 0) continue;
      raw.push(times[0]);
      average.push(times[1]);
      http2.push(times[2]);
    }
    const rate = (times: readonly number[]): WireTiming => ({
      ...timing(times),
      gigabytesPerSecond: bytes / median(times) / 1e6,
    });
    const beside = (times: readonly number[]): number => median(times.map((time, i) => raw[i]! / time));
    return {
      ...{ name, title, members, bytes, rounds },
      ...{ average: rate(average), raw: rate(raw), http2: rate(http2) },
      ...{ ratioToRaw: beside(average), http2RatioToRaw: beside(http2) },
    };
  } finally {
    ring.stop();
  }
}

/** What is printed of a case. */
export function describeWire(result: WireResult): string {
  const line = (label: string, { medianMs, minimumMs, gigabytesPerSecond }: WireTiming): string =>
    `  ${label} median ${medianMs.toFixed(0)} ms, minimum ${minimumMs.toFixed(0)} ms, ` +
    `${gigabytesPerSecond.toFixed(3)} GB/s sent and received by each`;
  return [
    `${result.name}: ${result.title}`,
    line('average   ', result.average),
    line('raw TCP   ', result.raw),
    line('HTTP/2    ', result.http2),
    `  ratio       ${(100 * result.ratioToRaw).toFixed(0)} % of raw TCP (median of ${result.rounds} pairs); ` +
      `HTTP/2 alone ${(100 * result.http2RatioToRaw).toFixed(0)} %\n`,
  ].join('\n');
}
