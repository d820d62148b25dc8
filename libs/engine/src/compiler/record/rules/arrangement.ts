import { tf } from '../../../tfjs.js';
import type { Attributes } from '../../graph.js';
import { fromFront, numbers, unary, type KernelRule, type KernelRules } from './rule.js';

/** What of a tensor a strided slice takes, with its masks and negative numbers resolved. */
export function stridedSliceInfo(
  shape: readonly number[],
  attributes: Attributes,
): ReturnType<typeof tf.slice_util.sliceInfo> {
  const mask = (name: string): number => attributes[name] as number;
  return tf.slice_util.sliceInfo(
    [...shape],
    [...numbers(attributes, 'begin')],
    [...numbers(attributes, 'end')],
    [...((attributes['strides'] as number[] | undefined) ?? numbers(attributes, 'begin').map(() => 1))],
    mask('beginMask'),
    mask('endMask'),
    mask('ellipsisMask'),
    mask('newAxisMask'),
    mask('shrinkAxisMask'),
  );
}

const padding: KernelRule = {
  inputs: ['x'],
  shape: ([x], attributes) => {
    const paddings = attributes['paddings'] as [number, number][];
    const shape = x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
    return [{ dtype: x!.dtype, shape }];
  },
};

/** Kernels that move, repeat, join or cut out elements. */
export const ARRANGEMENT_RULES: KernelRules = {
  Reshape: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const size = tf.util.sizeFromShape([...x!.shape]);
      return [{ dtype: x!.dtype, shape: tf.util.inferFromImplicitShape(numbers(attributes, 'shape'), size) }];
    },
  },
  ExpandDims: {
    inputs: ['input'],
    shape: ([x], attributes) => {
      const shape = [...x!.shape];
      shape.splice(fromFront(attributes['dim'] as number, shape.length + 1), 0, 1);
      return [{ dtype: x!.dtype, shape }];
    },
  },
  Transpose: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      { dtype: x!.dtype, shape: numbers(attributes, 'perm').map((axis) => x!.shape[axis]!) },
    ],
  },
  Reverse: unary,
  Tile: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      { dtype: x!.dtype, shape: x!.shape.map((size, axis) => size * numbers(attributes, 'reps')[axis]!) },
    ],
  },
  PadV2: padding,
  MirrorPad: padding,
  Concat: {
    inputs: 'list',
    shape: (inputs, attributes) => {
      const axis = fromFront(attributes['axis'] as number, inputs[0]!.shape.length);
      const shape = [...inputs[0]!.shape];
      shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
      return [{ dtype: inputs[0]!.dtype, shape }];
    },
  },
  Pack: {
    inputs: 'list',
    shape: (inputs, attributes) => {
      const shape = [...inputs[0]!.shape];
      shape.splice(fromFront(attributes['axis'] as number, shape.length + 1), 0, inputs.length);
      return [{ dtype: inputs[0]!.dtype, shape }];
    },
  },
  Unpack: {
    inputs: ['value'],
    shape: ([x], attributes) => {
      const axis = fromFront(attributes['axis'] as number, x!.shape.length);
      const shape = x!.shape.filter((_, i) => i !== axis);
      return Array.from({ length: x!.shape[axis]! }, () => ({ dtype: x!.dtype, shape }));
    },
  },
  SplitV: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const axis = fromFront(attributes['axis'] as number, x!.shape.length);
      const sizes = tf.backend_util.prepareSplitSize(
        { shape: [...x!.shape] } as tf.Tensor,
        attributes['numOrSizeSplits'] as number[] | number,
        axis,
      );
      return sizes.map((size) => ({
        dtype: x!.dtype,
        shape: x!.shape.map((s, i) => (i === axis ? size : s)),
      }));
    },
  },
  Slice: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const begin = numbers(attributes, 'begin');
      const shape = numbers(attributes, 'size').map((size, axis) =>
        size < 0 ? x!.shape[axis]! - begin[axis]! : size,
      );
      return [{ dtype: x!.dtype, shape }];
    },
  },
  StridedSlice: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      { dtype: x!.dtype, shape: stridedSliceInfo(x!.shape, attributes).finalShape },
    ],
  },
};
