import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { gateSpecs } from './batch.js';
import { outputName } from './inference.js';

/**
 * What the networks say of images that have no labels, with running statistics.
 *
 * Inputs: `image` [batch, height, width, channels] and, with `gated`, `gates` [edges]. Outputs: `output/<task>`, raw.
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
    run(state, { image, gates }) {
      const { outputs } = supernet.forward(state, image!, {
        training: false,
        ...(gates !== undefined && { gates }),
      });
      return {
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([task, output]) => [outputName(task), output]),
        ),
      };
    },
  };
}
