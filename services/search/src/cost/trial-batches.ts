import { Split } from '@taskweave/contracts';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import { assembleBatches, callServerStream, type Batch } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import type { ServiceGroup } from '../run/services.js';

/** The batches a run would get, from its first step on. */
export class TrialBatches {
  readonly #open: (split: Split) => AsyncGenerator<Batch, void, void>;
  readonly #streams = new Map<Split, AsyncGenerator<Batch, void, void>>();
  readonly #closing = new AbortController();

  constructor(services: ServiceGroup, { spec }: RunPlan) {
    const connection = services.connection('data-loader');
    this.#open = (split) => {
      const request = {
        specJson: JSON.stringify(spec.data),
        tasks: spec.tasks.map(({ id }) => id),
        seed: spec.seed,
        split,
        batchSize: spec.data.batchSize,
        firstBatch: 0,
        count: 0,
        shardIndex: 0,
        shardCount: 1,
      };
      return assembleBatches(
        callServerStream(connection, 'streamBatches', request, { signal: this.#closing.signal }),
      );
    };
  }

  async next(name: 'weights' | 'architecture'): Promise<HostTensors> {
    const split = name === 'weights' ? Split.WEIGHTS : Split.ARCHITECTURE;
    const stream = this.#streams.get(split) ?? this.#open(split);
    this.#streams.set(split, stream);
    const { value } = await stream.next();
    return hostTensors((value as Batch).tensors);
  }

  close(): void {
    this.#closing.abort();
  }
}
