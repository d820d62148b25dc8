import { elementCount, randomStream } from '@taskweave/common';
import { valueAndGradients } from '../gradients.js';
import { float32, type HostTensor } from '../host-tensor.js';
import type { Engine, Program } from '../program.js';
import { tf } from '../tf.js';

/** A training step of one 3x3 convolution. */
interface Size {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
}

/** Smallest first; the next is tried if a step of it will take less than {@link LONGEST_S}. */
const SIZES: readonly Size[] = [
  { batch: 1, size: 14, channels: 16 },
  { batch: 4, size: 28, channels: 32 },
  { batch: 8, size: 56, channels: 64 },
];
const LONGEST_S = 0.4;
const SECONDS = 1;

/** Forward, gradient of the image and of the filter, each 2·k²·C² operations an output pixel. */
function operations({ batch, size, channels }: Size): number {
  return 3 * 2 * 9 * channels * channels * size * size * batch;
}

function trainingStep({ batch, size, channels }: Size): Program {
  return {
    name: 'convolution',
    inputs: { image: { dtype: 'float32', shape: [batch, size, size, channels] } },
    reads: ['filter'],
    run({ filter }, { image }) {
      const { value, gradients } = valueAndGradients(
        (x) => ({
          value: tf.mean(
            tf.square(tf.conv2d(x['image'] as tf.Tensor4D, x['filter'] as tf.Tensor4D, 1, 'same')),
          ) as tf.Scalar,
          auxiliary: {},
        }),
        { image: image!, filter: filter! },
      );
      // The gradient of the image is an output, or it would be left out.
      return {
        outputs: { loss: value, image: tf.sum(gradients['image']!) },
        state: { filter: tf.sub(filter!, tf.mul(gradients['filter']!, 0.1)) },
      };
    },
  };
}

function values(shape: readonly number[]): HostTensor {
  const stream = randomStream(1, 'benchmark');
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => stream.normal(i)),
  );
}

/** GFLOP/s of an engine in a training step of a 3x3 convolution, measured for about a second after a warm-up. */
export async function measureSpeed(engine: Engine): Promise<number> {
  let best = 0;
  for (const size of SIZES) {
    if (best > 0 && operations(size) / 1e9 / best > LONGEST_S) break;
    const { channels, batch } = size;
    const state = engine.createState({ filter: values([3, 3, channels, channels]) });
    const executable = await engine.compile(trainingStep(size), state);
    const inputs = { image: values([batch, size.size, size.size, channels]) };
    await executable.run(inputs);
    const last = size === SIZES.at(-1);
    let shortest = Infinity;
    let total = 0;
    // The smaller sizes only tell which one to measure.
    while (total < (last ? SECONDS : SECONDS / 4)) {
      const begin = performance.now();
      await executable.run(inputs);
      const seconds = (performance.now() - begin) / 1000;
      shortest = Math.min(shortest, seconds);
      total += seconds;
    }
    await executable.dispose();
    best = operations(size) / 1e9 / shortest;
  }
  return best;
}
