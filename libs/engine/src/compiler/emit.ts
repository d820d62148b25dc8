import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type {
  OnnxAttribute,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxType,
} from './onnx-model.js';

/** Last stage of the compiler: an ONNX model as protobuf bytes. Field numbers are those of onnx.proto (IR 9). */

const IR_VERSION = 9;
const OPSET_VERSION = 18;
const ELEMENT_TYPES: Readonly<Record<OnnxType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  uint32: 12,
};
/** Name of the size that models leave open. */
const BATCH_DIMENSION = 'N';
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  write(writer.uint32((field << 3) | 2).fork());
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.uint32((field << 3) | 2).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.uint32(field << 3).int64(value);
}

function writeAttribute(writer: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, ATTRIBUTE_INT);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, ATTRIBUTE_STRING);
  } else if ('float' in value) {
    writer.uint32((2 << 3) | 5).float(value.float);
    integer(writer, 20, ATTRIBUTE_FLOAT);
  } else {
    for (const element of value) integer(writer, 8, element);
    integer(writer, 20, ATTRIBUTE_INTS);
  }
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (inner) => writeAttribute(inner, name, value));
  }
}

function rawData({ dtype, data }: OnnxInitializer): Uint8Array {
  if (data instanceof Float32Array || data instanceof Int32Array) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  switch (dtype) {
    case 'float32':
      return new Uint8Array(Float32Array.from(data).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(data).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
    case 'uint32':
      return new Uint8Array(Uint32Array.from(data).buffer);
    case 'bool':
      return Uint8Array.from(data);
  }
}

function writeInitializer(writer: BinaryWriter, tensor: OnnxInitializer): void {
  for (const size of tensor.shape) integer(writer, 1, size);
  integer(writer, 2, ELEMENT_TYPES[tensor.dtype]);
  text(writer, 8, tensor.name);
  writer.uint32((9 << 3) | 2).bytes(rawData(tensor));
}

function writeValueInfo(writer: BinaryWriter, { name, dtype, shape }: OnnxTensor): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      integer(tensor, 1, ELEMENT_TYPES[dtype]);
      message(tensor, 2, (dimensions) => {
        for (const size of shape) message(dimensions, 1, (dimension) => writeDimension(dimension, size));
      });
    }),
  );
}

function writeDimension(writer: BinaryWriter, size: number): void {
  if (size === -1) text(writer, 2, BATCH_DIMENSION);
  else integer(writer, 1, size);
}

function writeProperty(writer: BinaryWriter, key: string, value: string): void {
  text(writer, 1, key);
  text(writer, 2, value);
}

/** The bytes of a model, as onnxruntime loads them. */
export function emit(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'taskweave');
  if (model.producerVersion !== undefined) text(writer, 3, model.producerVersion);
  message(writer, 7, (graph) => {
    for (const node of model.nodes) message(graph, 1, (inner) => writeNode(inner, node));
    text(graph, 2, model.name);
    for (const tensor of model.initializers) message(graph, 5, (inner) => writeInitializer(inner, tensor));
    for (const tensor of model.inputs) message(graph, 11, (inner) => writeValueInfo(inner, tensor));
    for (const tensor of model.outputs) message(graph, 12, (inner) => writeValueInfo(inner, tensor));
    for (const tensor of model.declared) message(graph, 13, (inner) => writeValueInfo(inner, tensor));
  });
  message(writer, 8, (opset) => {
    text(opset, 1, '');
    integer(opset, 2, OPSET_VERSION);
  });
  for (const [key, value] of Object.entries(model.metadata ?? {})) {
    message(writer, 14, (inner) => writeProperty(inner, key, value));
  }
  return writer.finish();
}
