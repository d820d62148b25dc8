import type { DataServiceService, Split } from '@taskweave/contracts';
import { assembleBatches, type Batch } from './batch-stream.js';
import { callServerStream, type StreamOptions } from './client.js';
import type { Connection } from './connection.js';

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
}

/**
 * Asks the data loader for a run's batches, in order and whole. The stream starts with the iteration; leaving the loop
 * early closes it.
 *
 * @throws TaskweaveError from the iteration: the data loader's, `SERVICE_UNAVAILABLE`, or `STOPPED` after an abort
 */
export function readBatches(
  connection: Connection<DataServiceService>,
  { data, tasks, seed }: BatchSpec,
  { split, firstBatch = 0, count = 0 }: BatchRange,
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
    shardIndex: 0,
    shardCount: 1,
  };
  return assembleBatches(callServerStream(connection, 'streamBatches', request, options));
}
