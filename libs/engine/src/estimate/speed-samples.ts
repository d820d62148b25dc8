import type { NodeWork } from './node-work.js';

/** How long a node took on this machine. */
export interface SpeedSample extends NodeWork {
  readonly seconds: number;
}

/** Samples nearest in size that a prediction is the median of. */
const NEIGHBOURS = 3;
/** Bytes or multiply-accumulates below which a sample tells of overhead, not of speed. */
const LEAST = 20_000;

/**
 * Predicts how long nodes take from nodes that were measured: the nearest in size of the same operator, scaled by the
 * work. Operators without samples are taken for ones that only move memory.
 */
export class SpeedModel {
  readonly #byOp = new Map<string, SpeedSample[]>();
  readonly #all: readonly SpeedSample[];
  /** What a node costs that does next to nothing. */
  readonly overhead: number;

  constructor(samples: readonly SpeedSample[]) {
    for (const sample of samples) {
      const known = this.#byOp.get(sample.opType) ?? [];
      known.push(sample);
      this.#byOp.set(sample.opType, known);
    }
    this.#all = samples.filter(({ macs }) => macs === 0);
    const sorted = samples.map(({ seconds }) => seconds).sort((a, b) => a - b);
    this.overhead = sorted[Math.floor(sorted.length / 10)] ?? 0;
  }

  /** Seconds of one execution. */
  predict(work: NodeWork): number {
    const samples = this.#byOp.get(work.opType) ?? this.#all;
    const distance = (sample: SpeedSample): number =>
      Math.abs(Math.log((work.bytes + 1) / (sample.bytes + 1))) +
      Math.abs(Math.log((work.depth + 1) / (sample.depth + 1)));
    const nearest = [...samples].sort((a, b) => distance(a) - distance(b)).slice(0, NEIGHBOURS);
    if (nearest.length === 0) return this.overhead;
    const amount = ({ macs, bytes }: NodeWork): number => (macs > 0 ? macs : bytes);
    const rates = nearest
      .map((sample) => Math.max(0, sample.seconds - this.overhead) / Math.max(LEAST, amount(sample)))
      .sort((a, b) => a - b);
    return this.overhead + rates[Math.floor(rates.length / 2)]! * amount(work);
  }
}
