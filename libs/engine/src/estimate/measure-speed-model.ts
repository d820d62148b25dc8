import { elementCount, randomStream } from '@taskweave/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ON_CPU, compile } from '../compiler/compile.js';
import { openEngineOn } from '../engines/open-engine-on.js';
import { valueAndGradients } from '../gradients.js';
import { float32, type HostTensor, type HostTensors } from '../host-tensor.js';
import { batchNormTraining } from '../ops/batch-norm.js';
import { readProfile } from '../profile/ort-profile.js';
import type { Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';
import { measureUpdates } from './measure-updates.js';
import { nodeWork } from './node-work.js';
import { optimizedNodes } from './optimized-nodes.js';
import { SpeedModel, type SpeedSample } from './speed-samples.js';
import { tensorSizes } from './tensor-shapes.js';

/** Sizes of the networks that are measured: the kinds of nodes of any convolutional network, at sizes far apart. */
const NETWORKS = [
  { name: 'tiny', batch: 8, size: 16, channels: 4 },
  { name: 'thin', batch: 64, size: 32, channels: 8 },
  { name: 'middle', batch: 64, size: 16, channels: 32 },
  { name: 'wide', batch: 8, size: 16, channels: 128 },
  { name: 'deep', batch: 8, size: 4, channels: 128 },
] as const;
type Network = (typeof NETWORKS)[number];

/** Calls before the measured ones, and the measured ones. */
const WARM_UP = 2;
const CALLS = 6;

/** A convolutional training step: convolutions, batch norm, ReLU, fusion by 1x1 convolution, pool, SGD with momentum. */
function trainingStep({ name, batch, size }: Network): Program {
  return {
    name,
    inputs: { image: { dtype: 'float32', shape: [batch, size, size, 3] } },
    reads: ['stem', 'filter', 'fusion', 'gamma', 'beta', 'velocity'],
    run({ velocity, ...weights }, { image }) {
      const { value, gradients } = valueAndGradients(({ stem, filter, fusion, gamma, beta }) => {
        const normal = (x: tf.Tensor4D): tf.Tensor4D =>
          tf.relu(batchNormTraining(x, gamma!, beta!, 1e-3).output as tf.Tensor4D);
        const first = normal(tf.conv2d(image as tf.Tensor4D, stem as tf.Tensor4D, 1, 'same'));
        const second = normal(tf.conv2d(first, filter as tf.Tensor4D, 1, 'same'));
        const fused = normal(tf.conv2d(tf.concat([first, second], 3), fusion as tf.Tensor4D, 1, 'same'));
        const pooled = tf.maxPool(fused, 2, 2, 'valid');
        return { value: tf.mean(tf.square(pooled)) as tf.Scalar, auxiliary: {} };
      }, weights);
      const speed = tf.add(tf.mul(velocity!, 0.9), gradients['filter']!);
      const state: NamedTensors = {
        velocity: speed,
        filter: tf.sub(weights['filter']!, tf.mul(speed, 0.01)),
      };
      for (const other of ['stem', 'fusion', 'gamma', 'beta']) {
        state[other] = tf.sub(weights[other]!, tf.mul(gradients[other]!, 0.01));
      }
      return { outputs: { value }, state };
    },
  };
}

function initialState({ channels }: Network): HostTensors {
  const shapes = {
    stem: [3, 3, 3, channels],
    filter: [3, 3, channels, channels],
    fusion: [1, 1, 2 * channels, channels],
    gamma: [channels],
    beta: [channels],
    velocity: [3, 3, channels, channels],
  };
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, normal(name, shape)]));
}

function normal(name: string, shape: readonly number[]): HostTensor {
  const stream = randomStream(1, `estimate/${name}`);
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => 0.1 * stream.normal(i)),
  );
}

/**
 * Measures for about a second how fast this machine's CPU runs each kind of node, by training five small networks
 * under onnxruntime's profiler, and updates weights.
 */
export async function measureSpeedModel(threads: number): Promise<SpeedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-speed-'));
  try {
    const engine = await openEngineOn({ id: 'onnx', device: 'cpu', threads, profile: `${folder}/` });
    const samples: SpeedSample[] = measureUpdates();
    for (const network of NETWORKS) {
      const state = engine.createState(initialState(network));
      const program = trainingStep(network);
      const executable = await engine.compile(program, state);
      const image = normal('image', program.inputs['image']!.shape);
      for (let call = 0; call < WARM_UP + CALLS; call++) await executable.run({ image });
      await executable.dispose();
      const { model } = compile(program, state.specs, ON_CPU);
      const sizes = await tensorSizes(model);
      const nodes = await optimizedNodes(model);
      const times = usualTimes(readProfile(folder, program.name, WARM_UP).nodes);
      for (const node of nodes) {
        const seconds = times.get(node.name);
        if (seconds !== undefined) samples.push({ ...nodeWork(node, sizes), seconds });
      }
    }
    return new SpeedModel(samples);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The lower quartile of a node's times: what it takes when nothing else wants the core. */
function usualTimes(events: readonly { name: string; duration: number }[]): Map<string, number> {
  const byName = new Map<string, number[]>();
  for (const { name, duration } of events) byName.set(name, [...(byName.get(name) ?? []), duration]);
  return new Map(
    [...byName].map(([name, durations]) => {
      const sorted = durations.sort((a, b) => a - b);
      return [name, sorted[Math.floor(sorted.length / 4)]! / 1e6];
    }),
  );
}
