import * as ort from 'onnxruntime-node';
import { compile } from '../compiler/compile.js';
import { elementCount } from '@taskweave/common';
import type { DeviceId } from '../devices/device.js';
import type { ElementType } from '../host-tensor.js';
import { createSession } from './onnx-session.js';

/**
 * Copies tensors out of a device's memory. The binding's own `Tensor.getData()` is not implemented there and ends the
 * process; what does work is a program that hands its inputs through, with outputs on the host.
 *
 * @param tensors by any names, all of float32 or int32
 */
export async function download(
  tensors: ReadonlyMap<string, ort.Tensor>,
  device: DeviceId,
): Promise<Map<string, ort.Tensor>> {
  const names = [...tensors.keys()];
  // Flat vectors: a program's state of rank 4 would be laid out anew.
  const inputs = Object.fromEntries(
    names.map((name) => {
      const { type, dims } = tensors.get(name)!;
      return [name, { dtype: type as ElementType, shape: [elementCount(dims)] }];
    }),
  );
  const compiled = compile(
    { name: 'download', inputs, reads: [], run: (_, values) => ({ outputs: values }) },
    {},
  );
  const session = await createSession(compiled, { device, threads: 1 });
  try {
    const feeds = Object.fromEntries(names.map((name) => [name, flat(tensors.get(name)!)]));
    const results = await session.run(feeds);
    return new Map(names.map((name) => [name, results[`output/${name}`]!]));
  } finally {
    await session.release();
  }
}

/** The same memory as a vector. */
function flat(tensor: ort.Tensor): ort.Tensor {
  return ort.Tensor.fromGpuBuffer(tensor.gpuBuffer as never, {
    dataType: tensor.type as 'float32' | 'int32',
    dims: [elementCount(tensor.dims)],
  });
}
