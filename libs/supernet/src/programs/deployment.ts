import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';

/**
 * A discrete network as it is put to use: from images alone, with running statistics and all its edges fully open.
 *
 * Input: `image` [batch, height, width, channels]. Outputs: each task's raw output, under the task's id.
 */
export function deployment(supernet: Supernet, imageShape: ImageShape, batchSize: number): Program {
  return {
    name: 'deployment',
    inputs: { image: { dtype: 'float32', shape: [batchSize, ...imageShape] } },
    reads: supernet.parameters.map(({ name }) => name),
    run: (parameters, { image }) => ({
      outputs: supernet.forward(parameters, image!, { training: false }).outputs,
    }),
  };
}
