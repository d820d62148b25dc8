import { elementCount, randomStream } from '@taskweave/common';
import { valueAndGradients } from '../gradients.js';
import { float32, int32, type HostTensors } from '../host-tensor.js';
import { batchNormTraining, runningStatistics } from '../ops/batch-norm.js';
import { maskedCrossEntropy } from '../ops/cross-entropy.js';
import type { Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';
import { initialVelocities, momentumStep } from './momentum.js';

/** A search in small: two branches, an edge with a gate each way, a program of the gates and one of the weights. */

const BRANCHES = ['left', 'right'] as const;
const [PIXELS, CHANNELS, CLASSES] = [8, 4, 3];

const SHAPES: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  BRANCHES.flatMap((branch) => [
    [`${branch}/filter`, [3, 3, 1, CHANNELS]],
    [`${branch}/gamma`, [CHANNELS]],
    [`${branch}/beta`, [CHANNELS]],
    [`${branch}/fusion`, [1, 1, CHANNELS, CHANNELS]],
    [`${branch}/classes`, [CHANNELS, CLASSES]],
  ]),
);
const STATISTICS = BRANCHES.flatMap((branch) => [`${branch}/mean`, `${branch}/variance`]);

function normals(stream: string, step: number, shape: readonly number[], scale: number): HostTensors[string] {
  const { normal } = randomStream(1, stream, step);
  return float32(
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => scale * normal(i)),
  );
}

/** State before the first step. */
export function initialState(): HostTensors {
  const weights = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [name, normals(name, 0, shape, 0.3)]),
  );
  const statistics = Object.fromEntries(
    STATISTICS.map((name) => [name, float32([CHANNELS], new Float32Array(CHANNELS).fill(1))]),
  );
  return { ...weights, ...statistics, ...initialVelocities(weights) };
}

/** A batch of noise, the gates and the learning rate of a step. */
export function inputsAt(step: number, batch: number): HostTensors {
  const { uniform } = randomStream(1, 'inputs', step);
  return {
    image: normals('image', step, [batch, PIXELS, PIXELS, 1], 1),
    label: int32(
      [batch],
      Array.from({ length: batch }, (_, i) => Math.floor(CLASSES * uniform(i))),
    ),
    gates: float32([2], [uniform(100), uniform(101)]),
    rate: float32([], [0.01]),
  };
}

interface Forward {
  readonly value: tf.Scalar;
  readonly auxiliary: NamedTensors;
}

function forward(weights: NamedTensors, { image, label }: NamedTensors, gates: tf.Tensor): Forward {
  const auxiliary: NamedTensors = {};
  const features = BRANCHES.map((branch) => {
    const x = tf.conv2d(image as tf.Tensor4D, weights[`${branch}/filter`] as tf.Tensor4D, 1, 'same');
    const gamma = weights[`${branch}/gamma`]!;
    const { output, mean, variance } = batchNormTraining(x, gamma, weights[`${branch}/beta`]!, 1e-3);
    Object.assign(auxiliary, { [`${branch}/mean`]: mean, [`${branch}/variance`]: variance });
    return tf.maxPool(tf.relu(output) as tf.Tensor4D, 2, 2, 'valid');
  });
  const losses = BRANCHES.map((branch, target) => {
    const gate = tf.slice(gates, [target], [1]);
    const kernel = tf.mul(weights[`${branch}/fusion`]!, gate) as tf.Tensor4D;
    const fused = tf.add(features[target]!, tf.conv2d(features[1 - target]!, kernel, 1, 'same'));
    const logits = tf.matMul(
      tf.mean(fused, [1, 2]) as tf.Tensor2D,
      weights[`${branch}/classes`] as tf.Tensor2D,
    );
    return maskedCrossEntropy(logits, label!, 255);
  });
  return { value: tf.add(losses[0]!, losses[1]!), auxiliary };
}

function nextStatistics(state: NamedTensors, batch: NamedTensors, count: number): NamedTensors {
  const next: NamedTensors = {};
  for (const branch of BRANCHES) {
    const of = (named: NamedTensors) => ({
      mean: named[`${branch}/mean`]!,
      variance: named[`${branch}/variance`]!,
    });
    const { mean, variance } = runningStatistics(of(state), of(batch), 0.1, count);
    Object.assign(next, { [`${branch}/mean`]: mean, [`${branch}/variance`]: variance });
  }
  return next;
}

/** One pass for a batch size: the gradient of the gates, or a step of the weights. */
export function pass(kind: 'architecture' | 'weights', batch: number): Program {
  return {
    name: `${kind}-${batch}`,
    inputs: {
      image: { dtype: 'float32', shape: [batch, PIXELS, PIXELS, 1] },
      label: { dtype: 'int32', shape: [batch] },
      gates: { dtype: 'float32', shape: [2] },
      rate: { dtype: 'float32', shape: [] },
    },
    reads: Object.keys(initialState()),
    run(state, inputs) {
      const weights = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, state[name]!]));
      const { value, gradients, auxiliary } = valueAndGradients(
        (variables) => forward({ ...weights, ...variables }, inputs, variables['gates'] ?? inputs['gates']!),
        kind === 'weights' ? weights : { gates: inputs['gates']! },
      );
      const statistics = nextStatistics(state, auxiliary, batch * PIXELS * PIXELS);
      return kind === 'weights'
        ? {
            outputs: { loss: value },
            state: { ...statistics, ...momentumStep(state, gradients, inputs['rate']!) },
          }
        : { outputs: { loss: value, gates: gradients['gates']! }, state: statistics };
    },
  };
}
