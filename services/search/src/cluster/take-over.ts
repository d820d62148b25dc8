import { TrainerServiceClient } from '@taskweave/contracts';
import { callUnary, connect } from '@taskweave/service-kit';
import type { ClusterRun } from './cluster-run.js';

/** How long one trainer is asked, in milliseconds. */
const ASK_MS = 1_000;
/** How long to wait for a trainer to come to the end of its step. */
const PATIENCE_MS = 10_000;

/**
 * Has the trainers of a run stop training for a coordinator that is gone. One that was only cut off, or stood still, would
 * otherwise go on training the run beside its next attempt. A trainer that does not answer is left alone.
 */
export async function stopTrainersOf({ run, baselines, trainers }: ClusterRun): Promise<void> {
  const trainings = [run, ...baselines.map((method) => `${run}-${method}`)];
  await Promise.all(trainers.map((address) => stopTrainer(address, trainings).catch(() => undefined)));
}

async function stopTrainer(address: string, trainings: readonly string[]): Promise<void> {
  const trainer = connect(TrainerServiceClient, address, { name: 'supernet-trainer' });
  const deadline = performance.now() + PATIENCE_MS;
  try {
    for (const run of trainings) {
      for (;;) {
        const { stopping } = await callUnary(trainer, 'stop', { run }, { deadlineMs: ASK_MS });
        if (!stopping || performance.now() > deadline) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  } finally {
    trainer.close();
  }
}
