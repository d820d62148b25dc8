import { TaskweaveError } from '@taskweave/common';
import { convertLayout, physicalShape, stateLayout } from '../compiler/layout.js';
import { emit } from '../compiler/emit.js';
import type { OnnxInitializer } from '../compiler/onnx-model.js';
import type { HostTensor } from '../host-tensor.js';
import { openBatch } from './open-batch.js';
import { lowered, type TrainedGraph } from './trained-graph.js';

export interface OnnxFileOptions {
  /** Version of Taskweave. */
  readonly version: string;
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** True: the batch that the program was recorded with stands for any; see `RECORDED_BATCH`. */
  readonly anyBatch: boolean;
}

/**
 * An ONNX model (opset 18) with its weights inside. Inputs and outputs have the program's shapes (images NHWC); inputs
 * have its names, outputs are called `output/<name>`.
 *
 * @throws TaskweaveError CONFIG_INVALID when the batch cannot be left open, or for more than 2 GiB of weights
 */
export function onnxFile(
  trained: TrainedGraph,
  { version, metadata, anyBatch }: OnnxFileOptions,
): Uint8Array {
  const { parameters } = trained;
  checkSize(Object.values(parameters));
  const model = lowered(trained);
  const withWeights = {
    ...model,
    inputs: model.inputs.filter(({ name }) => !(name in parameters)),
    initializers: [
      ...model.inputs.flatMap(({ name }) => {
        const value = parameters[name];
        return value === undefined ? [] : [weight(name, value)];
      }),
      ...model.initializers,
    ],
    producerVersion: version,
    metadata,
  };
  return emit(anyBatch ? openBatch(withWeights) : withWeights);
}

/** Protobuf messages have less than 2 GiB; a mebibyte is more than everything but the weights takes. */
const MOST_WEIGHT_BYTES = 2 ** 31 - 2 ** 20;

function checkSize(weights: readonly HostTensor[]): void {
  const bytes = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= MOST_WEIGHT_BYTES) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The network is too large for an ONNX file.',
    subject: 'weights',
    found: `${bytes} bytes`,
    expected: `at most ${MOST_WEIGHT_BYTES} bytes`,
    action: 'Export it as safetensors or tfjs.',
  });
}

function weight(name: string, { dtype, shape, data }: HostTensor): OnnxInitializer {
  const layout = stateLayout(shape);
  return {
    name,
    dtype,
    shape: physicalShape(shape, layout),
    data: shape.length === 4 ? convertLayout(data, shape, 'plain', layout) : data,
  };
}
