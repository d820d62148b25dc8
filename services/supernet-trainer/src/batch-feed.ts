import { DataServiceClient, Split } from '@taskweave/contracts';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import { TaskweaveError } from '@taskweave/common';
import { connect, readBatches, type Batch } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';

/** A batch ready for a program. */
export interface TrainingBatch {
  readonly index: number;
  readonly examples: number;
  readonly tensors: HostTensors;
}

/** The two streams of batches of one training, read in step order. */
export interface BatchFeed {
  /** @throws TaskweaveError of the data loader, or SERVICE_UNAVAILABLE when its stream ends early */
  next(split: 'weights' | 'architecture'): Promise<TrainingBatch>;
  close(): void;
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
  const closing = new AbortController();
  const streams = new Map<Split, AsyncGenerator<Batch, void, void>>();
  const open = (split: Split): AsyncGenerator<Batch, void, void> => {
    const range = { split, firstBatch: firstStep, count: plan.spec.steps - firstStep };
    const options = { signal: AbortSignal.any([signal, closing.signal]) };
    const stream = readBatches(connection, plan.spec, range, options);
    streams.set(split, stream);
    return stream;
  };
  return {
    async next(name) {
      const split = name === 'weights' ? Split.WEIGHTS : Split.ARCHITECTURE;
      const { done, value } = await (streams.get(split) ?? open(split)).next();
      if (done === true) {
        throw new TaskweaveError({
          code: 'SERVICE_UNAVAILABLE',
          message: 'The data loader ended its stream before the training was over.',
          subject: `data-loader at ${address}`,
        });
      }
      return { index: value.index, examples: value.examples, tensors: hostTensors(value.tensors) };
    },
    close() {
      closing.abort();
      connection.close();
    },
  };
}
