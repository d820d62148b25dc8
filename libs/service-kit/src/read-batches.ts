import type { DataServiceService, Split } from '@taskweave/contracts';
import { assembleBatches, type Batch } from './batch-stream.js';
import { callServerStream, type StreamOptions } from './client.js';
import type { Connection } from './connection.js';
import { prefetch } from './prefetch.js';

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
  options: StreamOptions = {},
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
  return readAhead(
    (signal) =>
      assembleBatches(callServerStream(connection, 'streamBatches', request, { ...options, signal })),
    options.signal,
  );
}

/** Closes the stream as soon as the reader leaves, without waiting for the batch that is coming in. */
async function* readAhead(
  open: (signal: AbortSignal) => AsyncGenerator<Batch, void, void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, void> {
  const closing = new AbortController();
  const signals = [closing.signal, ...(signal === undefined ? [] : [signal])];
  const batches = prefetch(open(AbortSignal.any(signals)), BATCHES_AHEAD);
  try {
    for (;;) {
      const { done, value } = await batches.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    closing.abort();
    await batches.return();
  }
}
