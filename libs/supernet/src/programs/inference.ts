import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { batchSpecs, gateSpecs, taskLosses } from './batch.js';

/**
 * Evaluation of a batch with running statistics.
 *
 * Inputs: a batch and, with `gated`, `gates` [edges]. Outputs: `output/<task>` raw outputs, `loss/<task>` scalars.
 */
export function inference(
  supernet: Supernet,
  imageShape: ImageShape,
  batchSize: number,
  { gated }: { gated: boolean },
): Program {
  return {
    name: gated ? 'inference-soft' : 'inference-discrete',
    inputs: { ...batchSpecs(supernet, imageShape, batchSize), ...(gated ? gateSpecs(supernet) : {}) },
    reads: supernet.parameters.map(({ name }) => name),
    run(state, { gates, ...batch }) {
      const { outputs } = supernet.forward(state, batch['image']!, {
        training: false,
        ...(gates !== undefined && { gates }),
      });
      const { byTask } = taskLosses(supernet, outputs, batch);
      const named = Object.entries(outputs).map(([task, output]) => [outputName(task), output]);
      return { outputs: { ...byTask, ...Object.fromEntries(named) } };
    },
  };
}

/** Name of a task's raw output among a program's outputs. */
export function outputName(task: string): string {
  return `output/${task}`;
}
