import { maskedCrossEntropy, type Tensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import { upsample } from '../upsample.js';

/**
 * Mean softmax cross-entropy in nats over pixels that have a label; 0, with gradient 0, where none has.
 *
 * @param logits [batch, h, w, classes], brought to the size of the labels
 * @param label class numbers, int32 [batch, height, width]; 255 = no label
 * @returns a scalar
 */
export function pixelCrossEntropy(logits: Tensor, label: Tensor): Tensor {
  const [, height, width] = label.shape as [number, number, number];
  return maskedCrossEntropy(upsample(logits, height, width), label, IGNORED);
}
