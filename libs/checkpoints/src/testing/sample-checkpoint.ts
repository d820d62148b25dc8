/** A small checkpoint for tests. */
import type { CheckpointContents } from '../checkpoint.js';
import { specHash } from '../spec-hash.js';

/** Contents of a checkpoint after `step` steps; different steps have different weights. */
export function sampleContents(step: number): CheckpointContents {
  return {
    info: {
      run: 'digits-1',
      step,
      specHash: specHash({ name: 'digits' }),
      codeVersion: '0.1.0',
      dataCursor: { weights: step, architecture: step },
      rng: { seed: 1 },
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      engine: { id: 'onnx', device: 'cpu', threads: 2 },
    },
    tensors: {
      weights: [
        { name: 'b', dtype: 'float32', shape: [2, 2], data: Float32Array.of(step, 0.1, NaN, -0) },
        { name: 'a', dtype: 'float64', shape: [], data: Float64Array.of(Math.PI) },
      ],
      optimizer: [],
    },
    json: { architect: { alpha: [0.1, -3], note: 'ä' } },
  };
}
