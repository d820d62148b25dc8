import type { DeviceId, EngineId } from '@taskweave/engine';
import type { Measurement } from './measure.js';
import { median, timing, type Timing } from './statistics.js';

export interface PartResult extends Timing {
  readonly name: string;
}

/** What was measured of a case; the form of `--json`. */
export interface CaseResult extends Timing {
  readonly name: string;
  readonly title: string;
  readonly engine: EngineId;
  readonly device: DeviceId;
  readonly threads: number;
  readonly iterations: number;
  readonly parts: readonly PartResult[];
  /** Billions of floating-point operations a second, by the median time; see `CasePart.flop`. */
  readonly gflops: number;
  readonly matmul: Timing & { readonly gflops: number };
  /** Median over iterations of the case's time over that of the matrix product just before. */
  readonly ratioToMatmul: number;
  /** The same ratio as stored before, for this engine, device and number of threads. */
  readonly storedRatio?: number;
  /** Share of the time that is not spent on tensors, 0..1; see `outside.ts`. */
  readonly outside?: number;
  readonly peer?: PeerResult;
}

export interface PeerResult extends Timing {
  readonly pairs: number;
  /** Median over pairs of our median time over the peer's. */
  readonly ratio: number;
  /** Our median time over the peer's, pair by pair. */
  readonly ratios: readonly number[];
  /** Our least time over the peer's least: what to look at on a machine that others use as well. */
  readonly ratioOfMinima: number;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
const gflops = (flop: number, milliseconds: number): number => flop / milliseconds / 1e6;

/** Boils a measurement down to medians, minima and ratios. */
export function summarise(
  about: Pick<CaseResult, 'name' | 'title' | 'engine' | 'device' | 'threads' | 'storedRatio' | 'outside'>,
  { parts, yardstickFlop, rounds }: Measurement,
): CaseResult {
  const iterations = rounds.flatMap((round) => round.iterations);
  const times = timing(iterations.map((iteration) => total(iteration.parts)));
  const matmul = timing(iterations.map(({ yardstick }) => yardstick));
  const peer = comparePeer(rounds);
  return {
    ...about,
    ...times,
    iterations: iterations.length,
    parts: parts.map(({ name }, i) => ({ name, ...timing(iterations.map((it) => it.parts[i]!)) })),
    gflops: gflops(total(parts.map(({ flop }) => flop)), times.medianMs),
    matmul: { ...matmul, gflops: gflops(yardstickFlop, matmul.medianMs) },
    ratioToMatmul: median(iterations.map((iteration) => total(iteration.parts) / iteration.yardstick)),
    ...(peer !== undefined && { peer }),
  };
}

function comparePeer(rounds: Measurement['rounds']): PeerResult | undefined {
  const pairs = rounds.flatMap(({ iterations, peer }) => (peer === undefined ? [] : [{ iterations, peer }]));
  if (pairs.length === 0) return undefined;
  const ratios = pairs.map(
    ({ iterations, peer }) => median(iterations.map(({ parts }) => total(parts))) / peer.medianMs,
  );
  const minimumMs = Math.min(...pairs.map(({ peer }) => peer.minimumMs));
  const ours = Math.min(...pairs.flatMap(({ iterations }) => iterations.map(({ parts }) => total(parts))));
  return {
    pairs: pairs.length,
    ratio: median(ratios),
    ratios,
    ratioOfMinima: ours / minimumMs,
    medianMs: median(pairs.map(({ peer }) => peer.medianMs)),
    minimumMs,
  };
}
