import type { DataServiceService, Split, StreamBatchesRequest } from '@taskweave/contracts';
import { BatchAssembly } from './batch-assembly.js';
import type { Batch } from './batch-stream.js';
import type { StreamOptions } from './client.js';
import type { Connection } from './connection.js';
import { receiveStream } from './receive-stream.js';
import { TensorMemory } from './tensor-memory.js';

/** Batches received before the reader asks, so that it computes on one while the next comes in. */
const BATCHES_AHEAD = 1;

/** The parts of a run's spec that its batches depend on. */
export interface BatchSpec {
  readonly data: { readonly batchSize: number };
  readonly tasks: readonly { readonly id: string }[];
  readonly seed: number;
}

export interface BatchRange {
  readonly split: Split;
  /** Index of the first batch; 0 by default. */
  readonly firstBatch?: number;
  /** Number of batches; by default one pass over validation or test, without end over weights and architecture. */
  readonly count?: number;
  /** Which part of every batch; all of it by default. */
  readonly shard?: { readonly index: number; readonly count: number };
}

export interface BatchOptions extends StreamOptions {
  /**
   * Whether the reader is done with a batch when it asks for the next: that one's memory is then used again, which spares
   * a fifth of the time that large batches take.
   *
   * @default false
   */
  recycle?: boolean;
}

/**
 * Asks the data loader for a run's batches, in order and whole. The stream starts with the iteration and is one batch
 * ahead of it; leaving the loop early closes it.
 *
 * @throws TaskweaveError from the iteration: the data loader's, `SERVICE_UNAVAILABLE`, or `STOPPED` after an abort
 */
export function readBatches(
  connection: Connection<DataServiceService>,
  { data, tasks, seed }: BatchSpec,
  { split, firstBatch = 0, count = 0, shard = { index: 0, count: 1 } }: BatchRange,
  options: BatchOptions = {},
): AsyncGenerator<Batch, void, void> {
  const request = {
    specJson: JSON.stringify(data),
    tasks: tasks.map(({ id }) => id),
    seed,
    split,
    batchSize: data.batchSize,
    firstBatch,
    count,
    shardIndex: shard.index,
    shardCount: shard.count,
  };
  return receiveBatches(connection, request, options);
}

/** {@link readBatches} for any request. */
export async function* receiveBatches(
  connection: Connection<DataServiceService>,
  request: StreamBatchesRequest,
  { recycle = false, ...options }: BatchOptions = {},
): AsyncGenerator<Batch, void, void> {
  const memory = new TensorMemory();
  const ready: Batch[] = [];
  let wake = (): void => undefined;
  const assembly = new BatchAssembly(memory, (batch) => {
    ready.push(batch);
    if (ready.length >= BATCHES_AHEAD) call.pause();
    wake();
  });
  const call = receiveStream(connection, 'streamBatches', request, assembly, options);
  let over = false;
  const end = call.ended.finally(() => {
    over = true;
    wake();
  });
  end.catch(() => undefined);
  try {
    for (;;) {
      if (options.signal?.aborted === true) await end;
      const batch = ready.shift();
      if (batch !== undefined) {
        if (ready.length < BATCHES_AHEAD) call.resume();
        yield batch;
        if (recycle) for (const { data } of batch.tensors) memory.give(data.buffer as ArrayBuffer);
      } else if (over) {
        await end;
        return assembly.end();
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    call.cancel();
  }
}
