import { DataServiceClient, Split } from '@taskweave/contracts';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import { TaskweaveError } from '@taskweave/common';
import { connect, readBatches, type Batch } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import type { Shard } from '@taskweave/supernet';
import { linkTo } from '@taskweave/telemetry';

/** A batch ready for a program, or a part of it. */
export interface TrainingBatch {
  readonly index: number;
  /** 0, and no tensors, for a shard that has no part in it. */
  readonly examples: number;
  /** Of all shards together. */
  readonly batchExamples: number;
  readonly tensors: HostTensors;
}

/** The two streams of batches of one training, read in step order. */
export interface BatchFeed {
  /**
   * The next batch. Its memory is used again for the one after it.
   *
   * @param shard which part of the batch; another one than before takes a new stream
   * @throws TaskweaveError of the data loader, or SERVICE_UNAVAILABLE when its stream ends early
   */
  next(split: 'weights' | 'architecture', shard: Shard): Promise<TrainingBatch>;
  close(): void;
}

interface OpenStream {
  readonly shard: Shard;
  readonly batches: AsyncGenerator<Batch, void, void>;
  readonly closing: AbortController;
}

/**
 * Opens the streams at a step. Each is opened on first use, so a baseline without architecture steps never asks for
 * architecture batches.
 */
export function openBatchFeed(
  address: string,
  plan: RunPlan,
  firstStep: number,
  signal: AbortSignal,
): BatchFeed {
  const connection = connect(DataServiceClient, address, { name: 'data-loader' });
  const streams = new Map<Split, OpenStream>();
  const positions = new Map<Split, number>();
  const streamOf = (split: Split, shard: Shard): OpenStream => {
    const known = streams.get(split);
    if (known?.shard.index === shard.index && known.shard.count === shard.count) return known;
    known?.closing.abort();
    const firstBatch = positions.get(split) ?? firstStep;
    const range = { split, firstBatch, count: plan.spec.steps - firstBatch, shard };
    const closing = new AbortController();
    const options = { signal: AbortSignal.any([signal, closing.signal]), recycle: true };
    const stream = { shard, batches: readBatches(connection, plan.spec, range, options), closing };
    streams.set(split, stream);
    return stream;
  };
  return {
    async next(name, shard) {
      const split = name === 'weights' ? Split.WEIGHTS : Split.ARCHITECTURE;
      const { done, value } = await streamOf(split, shard).batches.next();
      if (done === true) {
        throw new TaskweaveError({
          code: 'SERVICE_UNAVAILABLE',
          message: 'The data loader ended its stream before the training was over.',
          subject: `data-loader at ${address}`,
        });
      }
      const { index, examples, batchExamples, tensors, traceparent } = value;
      // The batch was composed in a trace of its own, before anybody waited for it.
      if (traceparent !== undefined) linkTo(traceparent);
      positions.set(split, index + 1);
      return { index, examples, batchExamples, tensors: hostTensors(tensors) };
    },
    close() {
      for (const { closing } of streams.values()) closing.abort();
      connection.close();
    },
  };
}
