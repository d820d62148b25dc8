import { tf, valueAndGradients, type Program } from '@taskweave/engine';
import { noise } from '../noise.js';
import type { BenchmarkCase } from './benchmark-case.js';

export interface ConvolutionLayerSize {
  /** Channels in and out. Default 64. */
  readonly channels?: number;
  /** Height and width of the maps. Default 56. */
  readonly size?: number;
  /** Default 8. */
  readonly batch?: number;
}

/** One 3x3 convolution: its output, and the gradients of input and kernel. */
export function convolutionLayerCase({
  channels = 64,
  size = 56,
  batch = 8,
}: ConvolutionLayerSize = {}): BenchmarkCase {
  const shape = [batch, size, size, channels];
  const inputs = { x: noise(shape), dy: noise(shape) };
  const program: Program = {
    name: 'convolution-layer',
    inputs,
    reads: ['kernel'],
    run({ kernel }, { x, dy }) {
      const { value, gradients } = valueAndGradients(
        (variables) => {
          const y = tf.conv2d(variables['x'] as tf.Tensor4D, variables['kernel'] as tf.Tensor4D, 1, 'same');
          return { value: tf.sum(tf.mul(y, dy!)) as tf.Scalar, auxiliary: {} };
        },
        { x: x!, kernel: kernel! },
      );
      // Sums stand for the tensors, so that copying results does not count.
      return {
        outputs: { value, dx: tf.sum(gradients['x']!) },
        state: { kernel: tf.sub(kernel!, tf.mul(gradients['kernel']!, 1e-6)) },
      };
    },
  };
  return {
    name: 'conv',
    title: `3x3 convolution ${channels}-${channels}, ${size}x${size}, batch ${batch}, forward and backward`,
    async prepare(engine) {
      const state = engine.createState({ kernel: noise([3, 3, channels, channels], 0.05) });
      const executable = await engine.compile(program, state);
      const macs = 9 * channels ** 2 * size ** 2 * batch;
      return {
        parts: [{ name: 'step', flop: 2 * 3 * macs, run: () => executable.run(inputs) }],
        dispose: () => executable.dispose(),
      };
    },
  };
}
