import { TaskweaveError } from '@taskweave/common';
import type { OnnxInitializer, OnnxModel, OnnxNode, OnnxTensor } from '../compiler/onnx-model.js';

/**
 * Batch size to record a program with whose batch is to be left open: wherever a shape holds this number, it is the
 * batch. Recording costs the same for any, and no layer has a prime number of this size of anything.
 */
export const RECORDED_BATCH = 7919;

/** `end` of a slice that takes all there is. */
const TO_THE_END = 2 ** 31 - 1;

/**
 * A model of programs recorded with {@link RECORDED_BATCH} as one for any batch.
 *
 * @throws TaskweaveError CONFIG_INVALID for an operation that needs to know the batch
 */
export function openBatch(model: OnnxModel): OnnxModel {
  const bound = new Map(model.initializers.filter(holdsBatch).map((tensor) => [tensor.name, tensor]));
  const added: OnnxInitializer[] = [];
  const constant = (tensor: OnnxInitializer, node: OnnxNode, data: readonly number[]): string => {
    const name = `${tensor.name}/${node.name}`;
    added.push({ name, dtype: tensor.dtype, shape: [data.length], data });
    return name;
  };
  const nodes = model.nodes.map((node) => {
    const at = node.inputs.findIndex((input) => bound.has(input));
    if (at === -1) return node;
    const tensor = bound.get(node.inputs[at]!)!;
    const sizes = tensor.data as readonly number[];
    const replaced = (data: readonly number[], attributes = node.attributes): OnnxNode => ({
      ...node,
      inputs: node.inputs.map((input, i) => (i === at ? constant(tensor, node, data) : input)),
      attributes,
    });
    if (node.opType === 'Reshape' && sizes.filter(isBatch).length === 1) {
      return replaced(sizes.map((size) => (isBatch(size) ? -1 : size)));
    }
    if (node.opType === 'Resize' && sizes[0] === RECORDED_BATCH) {
      return replaced(sizes.slice(2), { ...node.attributes, axes: [2, 3] });
    }
    if (node.opType === 'Slice' && at === 2) {
      return replaced(sizes.map((size) => (isBatch(size) ? TO_THE_END : size)));
    }
    // Expanding an axis to 1 leaves it as it is.
    if (node.opType === 'Expand') return replaced(sizes.map((size) => (isBatch(size) ? 1 : size)));
    throw needsBatch(node);
  });
  const open = (tensor: OnnxTensor): OnnxTensor => ({
    ...tensor,
    shape: tensor.shape.map((size) => (isBatch(size) ? -1 : size)),
  });
  return {
    ...model,
    nodes,
    inputs: model.inputs.map(open),
    outputs: model.outputs.map(open),
    initializers: [...model.initializers.filter(({ name }) => !bound.has(name)), ...added],
  };
}

/** Whether a size is the batch, or the batch and other axes made one. */
export function isBatch(size: number): boolean {
  return size !== 0 && size % RECORDED_BATCH === 0;
}

function holdsBatch({ dtype, data }: OnnxInitializer): boolean {
  return dtype === 'int64' && (data as readonly number[]).some(isBatch);
}

function needsBatch({ name, opType }: OnnxNode): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The network cannot be exported for any batch size: an operation needs to know it.',
    subject: name,
    found: opType,
    action: 'Export it for one batch size, e.g. with --batch 1.',
  });
}
