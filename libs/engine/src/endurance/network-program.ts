import { elementCount, randomStream } from '@taskweave/common';
import { valueAndGradients } from '../gradients.js';
import { float32, int32, type HostTensors } from '../host-tensor.js';
import { runningStatistics } from '../ops/batch-norm.js';
import type { Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';
import { applyHead, drawTarget, targetSpec } from './heads.js';
import { applyLayer, type Surroundings } from './layers.js';
import { initialVelocities, momentumStep } from './momentum.js';
import type { Network } from './network.js';

/** Enough for batch statistics, few enough for the oracle. */
const SMALL_BATCH = 3;
const STATISTICS_MOMENTUM = 0.1;

/** A program with the state it starts from and the inputs of each of its steps. */
export interface Training {
  readonly program: Program;
  readonly state: HostTensors;
  inputs(step: number): HostTensors;
}

interface Forward {
  readonly loss: tf.Scalar;
  /** Of the batch, by layer. */
  readonly statistics: NamedTensors;
  /** Elements per channel that the statistics are over, by the same names. */
  readonly counts: Readonly<Record<string, number>>;
}

function forward(network: Network, inputs: NamedTensors, weight: Surroundings['weight']): Forward {
  const earlier = [inputs['image'] as tf.Tensor4D];
  const statistics: NamedTensors = {};
  const counts: Record<string, number> = {};
  const around: Surroundings = { weight, step: inputs['step']!, earlier, statistics };
  for (const [index, layer] of network.layers.entries()) {
    const x = earlier.at(-1)!;
    const name = `${index}/${layer.kind}`;
    counts[name] = x.size / x.shape[3];
    earlier.push(applyLayer(name, layer, x, around));
  }
  return { loss: applyHead(network, earlier.at(-1)!, inputs['target']!, around), statistics, counts };
}

/** The weights that a network asks for, and its running statistics, at the start. */
function initialState(network: Network): { weights: HostTensors; running: HostTensors } {
  const weights: HostTensors = {};
  const running: HostTensors = {};
  void tf.setBackend('cpu');
  tf.tidy(() => {
    const spec = targetSpec(network, 1);
    const inputs = {
      image: tf.zeros([1, ...network.image]),
      target: tf.zeros([...spec.shape], spec.dtype),
      step: tf.scalar(0, 'int32'),
    };
    const { statistics } = forward(network, inputs, (name, shape, deviation, mean = 0) => {
      const { normal } = randomStream(3, name);
      weights[name] = float32(
        shape,
        Array.from({ length: elementCount(shape) }, (_, i) => mean + deviation * normal(i)),
      );
      return tf.zeros([...shape]);
    });
    for (const [name, { shape }] of Object.entries(statistics)) {
      running[name] = float32(shape, new Float32Array(shape[0]!).fill(1));
    }
  });
  return { weights, running };
}

/** Training of a network by SGD with momentum on noise: another batch in every step. */
export function trainingOf(network: Network, batch = SMALL_BATCH): Training {
  const { weights, running } = initialState(network);
  const state = { ...weights, ...running, ...initialVelocities(weights) };
  const program: Program = {
    name: 'training',
    inputs: {
      image: { dtype: 'float32', shape: [batch, ...network.image] },
      target: targetSpec(network, batch),
      step: { dtype: 'int32', shape: [] },
      rate: { dtype: 'float32', shape: [] },
    },
    reads: Object.keys(state),
    run(tensors, inputs) {
      let counts: Forward['counts'] = {};
      const own = Object.fromEntries(Object.keys(weights).map((name) => [name, tensors[name]!]));
      const { value, gradients, auxiliary } = valueAndGradients((variables) => {
        const { loss, statistics, ...rest } = forward(network, inputs, (name) => variables[name]!);
        counts = rest.counts;
        return { value: loss, auxiliary: statistics };
      }, own);
      const next: NamedTensors = { ...momentumStep(tensors, gradients, inputs['rate']!) };
      for (const name of Object.keys(counts).filter((layer) => `${layer}/mean` in auxiliary)) {
        const of = (named: NamedTensors) => ({
          mean: named[`${name}/mean`]!,
          variance: named[`${name}/variance`]!,
        });
        const { mean, variance } = runningStatistics(
          of(tensors),
          of(auxiliary),
          STATISTICS_MOMENTUM,
          counts[name]!,
        );
        next[`${name}/mean`] = mean;
        next[`${name}/variance`] = variance;
      }
      return { outputs: { loss: value }, state: next };
    },
  };
  const inputs = (step: number): HostTensors => {
    const { normal } = randomStream(5, 'image', step);
    const shape = [batch, ...network.image];
    return {
      image: float32(
        shape,
        Array.from({ length: elementCount(shape) }, (_, i) => normal(i)),
      ),
      target: drawTarget(network, batch, randomStream(5, 'target', step)),
      step: int32([], [step]),
      rate: float32([], [0.01 / (1 + step / 20)]),
    };
  };
  return { program, state, inputs };
}
