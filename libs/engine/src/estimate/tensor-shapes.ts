import { BinaryWriter } from '@bufbuild/protobuf/wire';
import * as ort from 'onnxruntime-node';
import { elementCount } from '@taskweave/common';
import { emit } from '../compiler/emit.js';
import type { OnnxModel } from '../compiler/onnx-model.js';

/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name. */
const GRAPH = 7;
const OUTPUT = 12;
const NAME = 1;

/** Shapes of all tensors of a model, by name. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, int64: 8, bool: 1, uint32: 4 };

export interface TensorSizes {
  readonly shapes: TensorShapes;
  bytes(name: string): number;
}

/**
 * Asks onnxruntime for the shape of every tensor of a model, without running it: a model whose every tensor is an output,
 * loaded unoptimised, tells them as output metadata. So the estimates know nothing of single operators.
 */
export async function tensorSizes(model: OnnxModel): Promise<TensorSizes> {
  const session = await ort.InferenceSession.create(withAllOutputs(model), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const shapes = new Map<string, readonly number[]>();
  const types = new Map<string, string>();
  for (const { name, dtype, shape } of [...model.inputs, ...model.initializers]) {
    shapes.set(name, shape);
    types.set(name, dtype);
  }
  for (const output of session.outputMetadata) {
    if (!output.isTensor) continue;
    shapes.set(output.name, output.shape as number[]);
    types.set(output.name, output.type);
  }
  await session.release();
  return {
    shapes,
    bytes: (name) => elementCount(shapes.get(name) ?? []) * (BYTES[types.get(name) ?? ''] ?? 4),
  };
}

/** Protobuf merges messages that are written one after the other, so outputs can be appended to a finished model. */
function withAllOutputs(model: OnnxModel): Uint8Array {
  const base = emit({ ...model, outputs: model.declared, declared: [] });
  const writer = new BinaryWriter();
  writer.uint32((GRAPH << 3) | 2).fork();
  for (const name of model.nodes.flatMap(({ outputs }) => outputs)) {
    if (name === '' || model.declared.some((output) => output.name === name)) continue;
    writer.uint32((OUTPUT << 3) | 2).fork();
    writer.uint32((NAME << 3) | 2).string(name);
    writer.join();
  }
  writer.join();
  return Buffer.concat([base, writer.finish()]);
}
