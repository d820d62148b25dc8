import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { gateSpecs } from './batch.js';

/**
 * What the networks say of images that have no labels, with running statistics. Of a discrete network this is what is
 * exported.
 *
 * Inputs: `image` [batch, height, width, channels] and, with `gated`, `gates` [edges]; without, all edges are fully
 * open. Outputs: each task's raw output, under the task's id.
 */
export function prediction(
  supernet: Supernet,
  imageShape: ImageShape,
  batchSize: number,
  { gated }: { gated: boolean },
): Program {
  return {
    name: gated ? 'prediction-soft' : 'prediction-discrete',
    inputs: {
      image: { dtype: 'float32', shape: [batchSize, ...imageShape] },
      ...(gated ? gateSpecs(supernet) : {}),
    },
    reads: supernet.parameters.map(({ name }) => name),
    run: (parameters, { image, gates }) => ({
      outputs: supernet.forward(parameters, image!, {
        training: false,
        ...(gates !== undefined && { gates }),
      }).outputs,
    }),
  };
}
