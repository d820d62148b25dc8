import { tf } from '../tfjs.js';
import { stridedSliceInfo } from '../compiler/record/rules/arrangement.js';
import { replaceGradient } from './replace-gradient.js';

/** tfjs 4.22: there is none. */
export function correctStridedSliceGradient(): void {
  replaceGradient({
    kernelName: tf.StridedSlice,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({
      x: () => tf.tidy(() => gradient(dy as tf.Tensor, saved[0]!.shape, attributes)),
    }),
  });
}

function gradient(dy: tf.Tensor, shape: number[], attributes: tf.NamedAttrMap): tf.Tensor {
  const { begin, end, strides } = stridedSliceInfo(shape, attributes);
  const counts = begin.map((first, axis) => Math.ceil((end[axis]! - first) / strides[axis]!));
  return shape.reduce(
    (slice, length, axis) => spread(slice, axis, { first: begin[axis]!, stride: strides[axis]!, length }),
    tf.reshape(dy, counts),
  );
}

/** Puts the elements of an axis where they were taken from, zeros between and around them. */
function spread(
  taken: tf.Tensor,
  axis: number,
  { first, stride, length }: { first: number; stride: number; length: number },
): tf.Tensor {
  const count = taken.shape[axis]!;
  const forward = stride < 0 && count > 1 ? tf.reverse(taken, axis) : taken;
  const step = Math.abs(stride);
  const lowest = stride < 0 ? first + (count - 1) * stride : first;
  const before = taken.shape.slice(0, axis);
  const behind = taken.shape.slice(axis + 1);
  const size = (sizes: number[]): number => sizes.reduce((product, n) => product * n, 1);
  const split = tf.pad(tf.reshape(forward, [size(before), count, 1, size(behind)]), [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const stuffed = tf.reshape(split, [size(before), count * step, size(behind)]);
  const reach = (count - 1) * step + 1;
  const placed = tf.pad(tf.slice(stuffed, [0, 0, 0], [size(before), reach, size(behind)]), [
    [0, 0],
    [lowest, length - lowest - reach],
    [0, 0],
  ]);
  return tf.reshape(placed, [...before, length, ...behind]);
}
