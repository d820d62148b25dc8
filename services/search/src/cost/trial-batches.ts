import { Split } from '@taskweave/contracts';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import { readBatches, type Batch } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import type { ServiceGroup } from '../run/services.js';

/** The batches a run would get, from its first step on. */
export class TrialBatches {
  readonly #open: (split: Split) => AsyncGenerator<Batch, void, void>;
  readonly #streams = new Map<Split, AsyncGenerator<Batch, void, void>>();
  readonly #closing = new AbortController();

  constructor(services: ServiceGroup, { spec }: RunPlan) {
    const connection = services.connection('data-loader');
    this.#open = (split) => readBatches(connection, spec, { split }, { signal: this.#closing.signal });
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
