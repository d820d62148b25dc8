import { median } from '@taskweave/bench/statistics';
import { setTimeout as sleep } from 'node:timers/promises';
import { mean } from '../statistics.js';
import { readStream, type DataConnection } from './read-stream.js';

/** Time that a trainer waits for data, as shares of the time it computes: 0..1 and above. */
export interface DataWaiting {
  readonly mean: number;
  /** Other work on the machine disturbs it less. */
  readonly median: number;
}

/** Steps that are not counted: the first batches of a stream are waited for in any case. */
const WARM_UP = 3;

/**
 * How long a trainer waits for its data: it reads a batch for the architecture
 * and one for the weights from two streams, computes, and so on.
 *
 * @param computeMs milliseconds of a step
 */
export async function measureDataWaiting(
  data: DataConnection,
  { steps, computeMs }: { steps: number; computeMs: number },
): Promise<DataWaiting> {
  const streams = [1, 2].map(() => readStream(data, WARM_UP + steps));
  const waits: number[] = [];
  for (let step = 0; step < WARM_UP + steps; step++) {
    const start = performance.now();
    for (const stream of streams) await stream.next();
    waits.push(performance.now() - start);
    await sleep(computeMs);
  }
  await Promise.all(streams.map((stream) => stream.return()));
  const counted = waits.slice(WARM_UP);
  return { mean: mean(counted) / computeMs, median: median(counted) / computeMs };
}
