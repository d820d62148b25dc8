import type { HostTensors } from '@taskweave/engine';
import type { WorkerClient } from '@taskweave/service-kit';
import type { TrainerMethods } from './engine-worker.js';
import type { GroupAverage } from './group-average.js';

type Worker = WorkerClient<TrainerMethods>;

/**
 * One SGD step by the mean of all trainers' gradients: that of the whole batch.
 *
 * @param stop whether this trainer was asked to stop
 * @returns whether any was: all get the same answer
 */
export async function averageGradients(
  worker: Worker,
  average: GroupAverage,
  step: number,
  stop: boolean,
): Promise<boolean> {
  if (average.alone) {
    await worker.call('update', step);
    return stop;
  }
  const { means, stopping } = await average.of(2 * step, await worker.call('gradients'), stop);
  await worker.call('update', step, means);
  return stopping;
}

/** Makes running statistics the same on all trainers, which all else is. Nothing but a checkpoint needs them so. */
export async function averageStatistics(worker: Worker, average: GroupAverage, step: number): Promise<void> {
  if (average.alone) return;
  const { means } = await average.of(2 * step + 1, await worker.call('statistics'), false);
  await worker.call('replace', means);
}

/** Makes parameters, running statistics and momentum slots the same on all trainers. @returns as {@link averageGradients} */
export async function averageWeights(
  worker: Worker,
  average: GroupAverage,
  step: number,
  stop: boolean,
): Promise<boolean> {
  const { weights, optimizer } = await worker.call('tensors');
  const own: HostTensors = { ...weights, ...optimizer };
  const { means, stopping } = await average.of(2 * step, own, stop);
  await worker.call('replace', means);
  return stopping;
}
