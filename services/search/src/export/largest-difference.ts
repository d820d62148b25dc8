import { elementCount, randomStream } from '@taskweave/common';
import { float32, openEngine, type ExportedModel, type HostTensor } from '@taskweave/engine';
import { prediction } from '@taskweave/supernet';
import type { FinishedNetwork } from './finished-network.js';

/** Images of noise, the same in every export. */
function noise(shape: readonly number[]): HostTensor {
  const stream = randomStream(0, 'export/image');
  return float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => stream.normal(i)),
  );
}

/**
 * How far an exported network is from what the evaluator computes, on images of noise.
 *
 * @param batches sizes of the batches to try
 * @returns the largest difference of a task's outputs, as a share of the largest of them; infinite where a number is NaN
 *   or an output is missing
 */
export async function largestDifference(
  { network, parameters, plan: { imageShape, spec } }: FinishedNetwork,
  exported: ExportedModel,
  batches: readonly number[],
): Promise<number> {
  const engine = await openEngine({ id: 'onnx', threads: spec.engine.threads });
  const state = engine.createState(parameters);
  let largest = 0;
  for (const batch of batches) {
    const inputs = { image: noise([batch, ...imageShape]) };
    const program = await engine.compile(prediction(network, imageShape, batch, { gated: false }), state);
    const expected = await program.run(inputs);
    await program.dispose();
    const found = await exported.run(inputs);
    for (const [task, tensor] of Object.entries(expected)) {
      largest = Math.max(largest, relativeDifference(found[task], tensor));
    }
  }
  await engine.dispose();
  return largest;
}

function relativeDifference(found: HostTensor | undefined, expected: HostTensor): number {
  if (found?.shape.join() !== expected.shape.join()) return Infinity;
  let difference = 0;
  let scale = Number.MIN_VALUE;
  expected.data.forEach((value, i) => {
    const one = Math.abs(found.data[i]! - value);
    difference = Math.max(difference, Number.isNaN(one) ? Infinity : one);
    scale = Math.max(scale, Math.abs(value));
  });
  return difference / scale;
}
