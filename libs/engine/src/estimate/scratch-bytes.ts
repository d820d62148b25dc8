import { elementCount } from '@taskweave/common';
import type { NodeLinks } from './optimized-nodes.js';
import type { TensorSizes } from './tensor-shapes.js';

const FLOAT = 4;

/**
 * Memory that a kernel takes from the pool beside its outputs, for as long as it runs. Only what grows with the tensors:
 * convolutions that unfold one image at a time need a few dozen kilobytes a thread.
 */
export function scratchBytes({ opType, inputs, outputs }: NodeLinks, sizes: TensorSizes): number[] {
  const shape = (name: string | undefined): readonly number[] => sizes.shapes.get(name ?? '') ?? [];
  const [channels = 0, ...window] = shape(inputs[1]);
  const unfolded = elementCount(window);
  switch (opType) {
    case 'Conv':
    case 'FusedConv': {
      const places = elementCount(shape(outputs[0]).slice(2));
      const pointwise = elementCount(window.slice(1)) === 1;
      // With more filters than places, all of an image is unfolded before it is multiplied.
      return !pointwise && channels > places ? [FLOAT * unfolded * places] : [];
    }
    case 'ConvTranspose':
      return [FLOAT * unfolded * elementCount(shape(inputs[0]).slice(2))];
    case 'Where': {
      // Both branches are selected from before they are merged.
      const bytes = sizes.bytes(outputs[0]!);
      return [bytes, bytes];
    }
    default:
      return [];
  }
}
