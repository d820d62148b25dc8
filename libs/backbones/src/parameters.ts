import { elementCount, randomStream, type RandomStream } from '@taskweave/common';
import { float32, type HostTensor, type HostTensors } from '@taskweave/engine';

/** What a parameter is for; the optimizer gives each group its own learning rate. */
export type ParameterGroup = 'backbone' | 'head' | 'classifier-weight' | 'classifier-bias' | 'fusion';

/** How a parameter starts. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  /** Normal with mean 0. */
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Row-major values; what is random in them comes from the parameter's own stream. */
  | { readonly kind: 'values'; readonly values: (random: RandomStream) => Float32Array };

export interface ParameterDeclaration {
  /** Unique within a network, e.g. `conv1_1/weight`. Convolution weights are HWIO. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly group: ParameterGroup;
  /** False for running statistics, which follow the batches and take no gradient. */
  readonly trainable: boolean;
  readonly initial: Initializer;
}

/** Kaiming normal for layers followed by a ReLU: deviation sqrt(2 / fan-in). */
export function kaimingNormal(fanIn: number): Initializer {
  return { kind: 'normal', deviation: Math.sqrt(2 / fanIn) };
}

function initialValue({ name, shape, initial }: ParameterDeclaration, seed: number): HostTensor {
  const stream = randomStream(seed, `init/${name}`);
  if (initial.kind === 'values') return float32(shape, initial.values(stream));
  const data = new Float32Array(elementCount(shape));
  if (initial.kind === 'constant') return float32(shape, data.fill(initial.value));
  for (let i = 0; i < data.length; i++) data[i] = initial.deviation * stream.normal(i);
  return float32(shape, data);
}

/** First values of all parameters; each depends on the seed and its own name only. */
export function initialValues(parameters: readonly ParameterDeclaration[], seed: number): HostTensors {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, initialValue(parameter, seed)]));
}
