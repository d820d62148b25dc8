import { createHash } from 'node:crypto';
import type { Network } from './network.js';
import { trainingOf } from './network-program.js';
import { train } from './train.js';

/** Large enough for onnxruntime to split its work over threads. */
const NETWORK: Network = {
  image: [24, 24, 3],
  layers: [
    { kind: 'conv', channels: 16, bias: true, size: 3, stride: 1, dilation: 1, pad: 'same' },
    { kind: 'batchNorm' },
    { kind: 'activation', name: 'relu' },
    { kind: 'grouped', groups: 4, perGroup: 4, size: 3, stride: 1, dilation: 2, pad: 'same' },
    { kind: 'dropout', rate: 0.5 },
    { kind: 'maxPool', size: 3, stride: 2, pad: 'same' },
    { kind: 'depthwise', multiplier: 1, size: 3, stride: 1, dilation: 1, pad: 'same' },
    { kind: 'add', from: 1 },
    { kind: 'avgPool', size: 2, stride: 2, pad: 'same' },
    { kind: 'conv', channels: 8, bias: false, size: 3, stride: [1, 2], dilation: 1, pad: 'uneven' },
    { kind: 'activation', name: 'tanh' },
    { kind: 'resize', size: [20, 17], alignCorners: true },
  ],
  head: { kind: 'segmentation' },
};

const BATCH = 16;
const STEPS = 5;

/** SHA-256 of every loss and every state tensor of a training on the `onnx` engine. */
export async function trainedBits(threads: number): Promise<string> {
  const { losses, state } = await train({ id: 'onnx', threads }, trainingOf(NETWORK, BATCH), STEPS);
  const hash = createHash('sha256').update(Float64Array.from(losses));
  for (const name of Object.keys(state).sort()) hash.update(name).update(state[name]!.data);
  return hash.digest('hex');
}
