import { elementCount } from '@taskweave/common';
import { averageMatrix } from '../../axis-matrix.js';
import type { Operation } from '../graph.js';
import { physicalShape } from '../layout.js';
import { poolInfo, poolWindows } from '../record/rules/pooling.js';
import type { LowerKernel, Lowering } from './lowering.js';
import { transposedSeparable } from './separable.js';

function poolGeometry(operation: Operation): Record<string, number[]> {
  const info = poolInfo(operation.inputs[0]!.shape, operation.attributes);
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  };
}

/** Pools and their gradients. */
export const POOLING: Readonly<Record<string, LowerKernel>> = {
  AvgPool: (operation, lowering) => {
    const input = lowering.get(operation.inputs[0]!, 'nchw');
    const geometry = { ...poolGeometry(operation), count_include_pad: 0 };
    lowering.place(operation.outputs[0]!, lowering.node('AveragePool', [input], geometry), 'nchw');
  },
  AvgPoolGrad: ({ inputs: [dy, input], attributes, outputs: [output] }, lowering) => {
    const [rows, columns] = poolWindows(poolInfo(input!.shape, attributes));
    const gradient = lowering.get(dy!, 'nchw');
    const name = transposedSeparable(gradient, averageMatrix(rows), averageMatrix(columns), lowering);
    lowering.place(output!, name, 'nchw');
  },
  MaxPool: (operation, lowering) => {
    // The positions of the maxima cost time, and only a gradient wants them.
    const outputs = lowering.differentiatedPools.has(operation) ? 2 : 1;
    const input = lowering.get(operation.inputs[0]!, 'nchw');
    const [name, where] = lowering.nodeWithOutputs('MaxPool', [input], outputs, poolGeometry(operation));
    if (where !== undefined) lowering.poolIndices.set(operation, where);
    lowering.place(operation.outputs[0]!, name!, 'nchw');
  },
  MaxPoolGrad: ({ inputs: [dy, , pooled], outputs: [output] }, lowering) => {
    const pool = pooled!.operation;
    const where = lowering.poolIndices.get(pool);
    if (where === undefined) throw new Error('the gradient of a pool whose forward pass is not in the graph');
    const gradient = lowering.get(dy!, 'nchw');
    const shape = physicalShape(output!.shape, 'nchw');
    const { kernel_shape: kernel, strides } = poolGeometry(pool);
    const overlapping = kernel!.some((size, axis) => size > strides![axis]!);
    lowering.place(output!, overlapping ? scatter(gradient, where, shape, lowering) : unpool(), 'nchw');

    function unpool(): string {
      const operands = [gradient, where!, lowering.integers(shape)];
      return lowering.declare(lowering.node('MaxUnpool', operands, poolGeometry(pool)), shape);
    }
  },
};

/** One input element may be the maximum of several windows, whose gradients then add up. */
function scatter(gradient: string, where: string, shape: readonly number[], lowering: Lowering): string {
  const flat = (name: string): string => lowering.reshape(name, [-1]);
  const zeros = lowering.node('Expand', [
    lowering.constant('float32', [], [0]),
    lowering.integers([elementCount(shape)]),
  ]);
  const sums = lowering.node('ScatterElements', [zeros, flat(where), flat(gradient)], {
    axis: 0,
    reduction: 'add',
  });
  return lowering.reshape(sums, shape);
}
