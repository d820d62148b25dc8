import { setTimeout as sleep } from 'node:timers/promises';
import { mean } from '../statistics.js';
import { readStream, type DataConnection } from './read-stream.js';

/** Steps that are not counted: the first batches of a stream are waited for in any case. */
const WARM_UP = 3;

/**
 * How long a trainer waits for its data, as a share of the time it computes: it reads a batch for the architecture
 * and one for the weights from two streams, computes, and so on.
 *
 * @param computeMs milliseconds of a step
 * @returns 0..1 and above
 */
export async function measureDataWaiting(
  data: DataConnection,
  { steps, computeMs }: { steps: number; computeMs: number },
): Promise<number> {
  const streams = [1, 2].map(() => readStream(data, WARM_UP + steps));
  const waits: number[] = [];
  for (let step = 0; step < WARM_UP + steps; step++) {
    const start = performance.now();
    for (const stream of streams) await stream.next();
    waits.push(performance.now() - start);
    await sleep(computeMs);
  }
  await Promise.all(streams.map((stream) => stream.return()));
  return mean(waits.slice(WARM_UP)) / computeMs;
}
