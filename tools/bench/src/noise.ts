import { elementCount, randomStream } from '@taskweave/common';
import { float32, int32, type HostTensor, type HostTensors } from '@taskweave/engine';
import type { ParameterDeclaration } from '@taskweave/backbones';

/** Drawn once and repeated: tens of millions of independent numbers would take longer than what is measured. */
const SAMPLE = 2 ** 16;
const stream = randomStream(1, 'benchmark');
const sample = Float32Array.from({ length: SAMPLE }, (_, i) => stream.normal(i));

/** Normal numbers of mean 0, repeating after 65,536. */
export function noise(shape: readonly number[], deviation = 1): HostTensor {
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => deviation * sample[i % SAMPLE]!),
  );
}

/** Class numbers 0..classes-1. */
export function classNumbers(shape: readonly number[], classes: number): HostTensor {
  const uniform = randomStream(1, 'benchmark/labels').uniform;
  return int32(
    shape,
    Int32Array.from({ length: elementCount(shape) }, (_, i) => Math.floor(classes * uniform(i))),
  );
}

/** Initial values of the right size, quickly; see {@link SAMPLE}. */
export function noisyParameters(parameters: readonly ParameterDeclaration[]): HostTensors {
  return Object.fromEntries(
    parameters.map(({ name, shape, initial }) => {
      switch (initial.kind) {
        case 'normal':
          return [name, noise(shape, initial.deviation)];
        case 'constant':
          return [name, float32(shape, new Float32Array(elementCount(shape)).fill(initial.value))];
        case 'values':
          return [name, float32(shape, initial.values(stream))];
      }
    }),
  );
}
