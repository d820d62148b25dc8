import { median } from '@taskweave/bench/statistics';
import { BATCH_BYTES } from './batch-sender.js';
import type { PlainHttp2 } from './plain-http2.js';
import { readMessages, readStream, type DataConnection } from './read-stream.js';
import type { TcpLink } from './tcp-link.js';

/** Batches over gRPC beside as many bytes over plain TCP. */
export interface StreamSpeed {
  readonly batchBytes: number;
  /** Median over rounds, in 10^6 bytes per second. */
  readonly tcpMBs: number;
  readonly batches: Speed;
  /** HTTP/2 without gRPC, and without anything being done with the bytes. */
  readonly http2: Speed;
  /** The messages of the batches through the client of gRPC for Node, which are not put together either. */
  readonly grpcClient: Speed;
}

export interface Speed {
  /** Median over rounds, in 10^6 bytes per second. */
  readonly MBs: number;
  /** Median of the ratios. */
  readonly ratio: number;
  /** Of every round, its speed beside that of plain TCP just before. */
  readonly ratios: readonly number[];
}

/** Measures all in turns: the speed of a shared machine changes from second to second. */
export async function measureStream(
  data: DataConnection,
  plain: { tcp: TcpLink; http2: PlainHttp2 },
  { rounds, batches }: { rounds: number; batches: number },
): Promise<StreamSpeed> {
  const bytes = batches * BATCH_BYTES;
  const ways = {
    tcp: () => plain.tcp.exchange(8, bytes),
    batches: async () => {
      for await (const batch of readStream(data, batches)) void batch;
    },
    http2: () => plain.http2.receive(bytes),
    grpcClient: () => readMessages(data, batches),
  };
  const speeds = {
    tcp: [] as number[],
    batches: [] as number[],
    http2: [] as number[],
    grpcClient: [] as number[],
  };
  // The first round is not counted: code is not compiled yet.
  for (let round = 0; round <= rounds; round++) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      const found = await speed(bytes, ways[way]);
      if (round > 0) speeds[way].push(found);
    }
  }
  const beside = (own: readonly number[]): Speed => {
    const ratios = own.map((one, round) => one / speeds.tcp[round]!);
    return { MBs: median(own), ratio: median(ratios), ratios };
  };
  return {
    batchBytes: BATCH_BYTES,
    tcpMBs: median(speeds.tcp),
    batches: beside(speeds.batches),
    http2: beside(speeds.http2),
    grpcClient: beside(speeds.grpcClient),
  };
}

/** In 10^6 bytes per second. */
async function speed(bytes: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return bytes / 1_000 / (performance.now() - start);
}
