import * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import { OUTPUT_PREFIX } from '../compiler/graph.js';
import type { ExportedModel } from './exported-model.js';

/**
 * Loads an ONNX file as any program would: in onnxruntime, which checks it, at its highest level of optimisation.
 *
 * @param threads that onnxruntime may use
 * @throws TaskweaveError INTERNAL when onnxruntime refuses it
 */
export async function openOnnxFile(bytes: Uint8Array, threads: number): Promise<ExportedModel> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const message = `onnxruntime refused the exported model: ${(cause as Error).message}`;
    throw new TaskweaveError({ code: 'INTERNAL', message }, { cause });
  }
  return {
    async run(inputs) {
      const feeds = Object.entries(inputs).map(
        ([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims }]) => [
          name.slice(OUTPUT_PREFIX.length),
          { dtype: 'float32', shape: dims, data: data as Float32Array },
        ]),
      );
    },
    dispose: () => session.release(),
  };
}
