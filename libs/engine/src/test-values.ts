import { elementCount, randomStream } from '@taskweave/common';
import { float32, type HostTensor } from './host-tensor.js';

/** Fixed normal numbers; other names give others. */
export function normal(name: string, shape: readonly number[], scale = 1): HostTensor {
  const stream = randomStream(7, name);
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => scale * stream.normal(i)),
  );
}

/** Largest difference relative to the largest magnitude of the reference; infinite for a number that is NaN. */
export function relativeError(value: ArrayLike<number>, reference: ArrayLike<number>): number {
  let error = 0;
  let scale = 1e-6;
  for (let i = 0; i < reference.length; i++) {
    const difference = Math.abs(value[i]! - reference[i]!);
    error = Math.max(error, Number.isNaN(difference) ? Infinity : difference);
    scale = Math.max(scale, Math.abs(reference[i]!));
  }
  return error / scale;
}
