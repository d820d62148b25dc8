import { median } from '@taskweave/bench/statistics';
import { BATCH_BYTES } from './batch-sender.js';
import { readStream, type DataConnection } from './read-stream.js';
import type { TcpLink } from './tcp-link.js';

/** Batches over gRPC beside as many bytes over plain TCP. */
export interface StreamSpeed {
  readonly batchBytes: number;
  /** Medians over rounds, in 10^6 bytes per second. */
  readonly streamMBs: number;
  readonly tcpMBs: number;
  /** Median over rounds of the ratio of the two within a round. */
  readonly ratio: number;
  /** That ratio of every round. */
  readonly ratios: readonly number[];
}

/** Measures the two in turns: the speed of a shared machine changes from second to second. */
export async function measureStream(
  data: DataConnection,
  tcp: TcpLink,
  { rounds, batches }: { rounds: number; batches: number },
): Promise<StreamSpeed> {
  const bytes = batches * BATCH_BYTES;
  const speeds: { stream: number; tcp: number }[] = [];
  // The first round is not counted: code is not compiled yet.
  for (let round = 0; round <= rounds; round++) {
    const tcpSpeed = await speed(bytes, () => tcp.exchange(8, bytes));
    const streamSpeed = await speed(bytes, async () => {
      for await (const batch of readStream(data, batches)) void batch;
    });
    if (round > 0) speeds.push({ stream: streamSpeed, tcp: tcpSpeed });
  }
  const ratios = speeds.map(({ stream, tcp: plain }) => stream / plain);
  return {
    batchBytes: BATCH_BYTES,
    streamMBs: median(speeds.map(({ stream }) => stream)),
    tcpMBs: median(speeds.map(({ tcp: plain }) => plain)),
    ratio: median(ratios),
    ratios,
  };
}

/** In 10^6 bytes per second. */
async function speed(bytes: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return bytes / 1_000 / (performance.now() - start);
}
