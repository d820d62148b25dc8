import { elementCount } from '@taskweave/common';
import type { NodeLinks } from './optimized-nodes.js';
import type { TensorSizes } from './tensor-shapes.js';

/** What a node has to do, whatever the machine. */
export interface NodeWork {
  readonly opType: string;
  /** Multiply-accumulates of convolutions and matrix products; 0 for everything else. */
  readonly macs: number;
  /** Bytes read and written. */
  readonly bytes: number;
  /** Length of the sums of a convolution or product (input channels times kernel), 0 for everything else. */
  readonly depth: number;
}

const CONVOLUTIONS = new Set(['Conv', 'FusedConv']);
const PRODUCTS = new Set(['MatMul', 'FusedMatMul', 'Gemm']);

export function nodeWork(node: NodeLinks, sizes: TensorSizes): NodeWork {
  const names = [...node.inputs, ...node.outputs].filter((name) => name !== '');
  const bytes = names.reduce((sum, name) => sum + sizes.bytes(name), 0);
  const depth = sumLength(node, sizes);
  const output = elementCount(sizes.shapes.get(node.outputs[0]!) ?? []);
  return { opType: node.opType, macs: Math.round(depth * output), bytes, depth };
}

function sumLength({ opType, inputs, outputs }: NodeLinks, { shapes }: TensorSizes): number {
  const shape = (name: string | undefined): readonly number[] => shapes.get(name ?? '') ?? [];
  // Filters are [output channels, input channels of the group, kernel...].
  if (CONVOLUTIONS.has(opType)) return elementCount(shape(inputs[1]).slice(1));
  // Filters are [input channels, output channels of the group, kernel...]: every input element meets that many.
  if (opType === 'ConvTranspose') {
    const macs = elementCount(shape(inputs[0])) * elementCount(shape(inputs[1]).slice(1));
    return macs / Math.max(1, elementCount(shape(outputs[0])));
  }
  if (!PRODUCTS.has(opType)) return 0;
  // [M, K] x [K, N] = [M, N], whichever operand is transposed; batches count once in each.
  const result = shape(outputs[0]);
  const batch = elementCount(result.slice(0, -2));
  const square =
    (elementCount(shape(inputs[0])) * elementCount(shape(inputs[1]))) / elementCount(result) / batch;
  return Number.isFinite(square) ? Math.sqrt(square) : 0;
}
