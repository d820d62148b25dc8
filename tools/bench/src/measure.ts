import type { BenchmarkCase, CasePart, PreparedCase } from './cases/benchmark-case.js';
import type { Engine } from '@taskweave/engine';
import type { PeerTime } from './peer.js';

/** Times of one iteration, and of the yardstick right before it, in milliseconds. */
export interface Iteration {
  /** One for each part of the case. */
  readonly parts: readonly number[];
  readonly yardstick: number;
}

/** Iterations without a pause, and the peer's time right after them. */
export interface Round {
  readonly iterations: readonly Iteration[];
  readonly peer?: PeerTime;
}

export interface Measurement {
  readonly parts: readonly Pick<CasePart, 'name' | 'flop'>[];
  readonly yardstickFlop: number;
  readonly rounds: readonly Round[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly iterationsPerRound: number;
  /** Runs the peer once. */
  readonly peer?: () => Promise<PeerTime>;
}

/** Iterations before anything is timed: pages, caches and threads are ready then. */
const WARM_UP = 2;

/**
 * Times a case in turns with a yardstick, and with a peer if there is one: the speed of a shared machine changes from
 * minute to minute, and only times of the same minute can be compared.
 */
export async function measure(
  engine: Engine,
  benchmark: BenchmarkCase,
  yardstick: PreparedCase,
  { rounds, iterationsPerRound, peer }: MeasureOptions,
): Promise<Measurement> {
  const prepared = await benchmark.prepare(engine);
  try {
    for (let i = 0; i < WARM_UP; i++) await iterate(prepared, yardstick);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const iterations: Iteration[] = [];
      for (let i = 0; i < iterationsPerRound; i++) iterations.push(await iterate(prepared, yardstick));
      measured.push({ iterations, ...(peer !== undefined && { peer: await peer() }) });
    }
    return {
      parts: prepared.parts.map(({ name, flop }) => ({ name, flop })),
      yardstickFlop: yardstick.parts.reduce((sum, { flop }) => sum + flop, 0),
      rounds: measured,
    };
  } finally {
    await prepared.dispose();
  }
}

async function iterate(prepared: PreparedCase, yardstick: PreparedCase): Promise<Iteration> {
  const [before = 0] = await timeParts(yardstick);
  return { yardstick: before, parts: await timeParts(prepared) };
}

async function timeParts({ parts }: PreparedCase): Promise<number[]> {
  const times: number[] = [];
  for (const part of parts) {
    const start = performance.now();
    await part.run();
    times.push(performance.now() - start);
  }
  return times;
}
