import fc from 'fast-check';
import { normal } from '../test-values.js';
import { tf } from '../tf.js';
import { anyTensor, ofOne, shapeOfRank, size, type Comparison, type Comparisons } from './comparison.js';

/** A comparison of a function that wants a number for each axis of its tensor, e.g. repetitions. */
function perAxis<T>(
  option: (size: number) => fc.Arbitrary<T>,
  apply: (x: tf.Tensor, options: T[]) => tf.Tensor,
  ranks: [number, number] = [1, 4],
): Comparison {
  return {
    cases: shapeOfRank(...ranks)
      .chain((shape) => fc.tuple(fc.constant(shape), fc.tuple(...shape.map(option))))
      .map(([shape, options]) => ({
        state: { x: normal('x', shape) },
        apply: ({ x }) => apply(x!, options),
      })),
  };
}

const parts = (n: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.nat(n - 1), fc.nat(n - 1)).map(([a, b]) => [Math.min(a, b), Math.abs(a - b) + 1]);
const nat2 = fc.tuple(fc.nat(2), fc.nat(2));
const upTo = (limit: number) => fc.tuple(fc.nat(limit), fc.nat(limit));

/** First element, end and step of a slice that takes at least one element. */
const stride = (n: number): fc.Arbitrary<[number, number, number]> =>
  fc
    .tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 3 }), fc.boolean())
    .map(([a, b, step, back]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      // An end before the first element can only be said relative to the tensor's end.
      return back ? [high, low === 0 ? -n - 1 : low - 1, -step] : [low, high + 1, step];
    });

export const ARRANGEMENT_COMPARISONS: Comparisons = {
  'reshape and expandDims': ofOne((x) => tf.expandDims(tf.reshape(x, [-1]), 1)),
  squeeze: ofOne((x) => tf.squeeze(tf.expandDims(x, 0), [0])),
  transpose: ofOne((x) => tf.transpose(x), anyTensor(1)),
  'transpose by a rotation of the axes': ofOne(
    (x) =>
      tf.transpose(
        x,
        [...x.shape.keys()].map((axis) => (axis + 1) % x.rank),
      ),
    anyTensor(2),
  ),
  reverse: ofOne((x) => tf.reverse(x), anyTensor(1)),
  'reverse along the last axis': ofOne((x) => tf.reverse(x, x.rank - 1), anyTensor(1)),
  tile: perAxis(
    () => fc.integer({ min: 1, max: 3 }),
    (x, reps) => tf.tile(x, reps),
  ),
  broadcastTo: ofOne(
    (x) => tf.broadcastTo(x, [2, x.shape[0]!, 3, x.shape[2]!]),
    fc.tuple(size, size).map(([a, b]) => ({ x: normal('x', [a, 1, b]) })),
  ),
  pad: perAxis(
    () => nat2,
    (x, paddings) => tf.pad(x, paddings, 0.5),
  ),
  'mirrorPad, reflecting': perAxis(
    (n) => upTo(n - 1),
    (x, paddings) => tf.mirrorPad(x, paddings, 'reflect'),
  ),
  'mirrorPad, symmetric': perAxis(
    (n) => upTo(n),
    (x, paddings) => tf.mirrorPad(x, paddings, 'symmetric'),
  ),
  slice: perAxis(parts, (x, cuts) =>
    tf.slice(
      x,
      cuts.map(([begin]) => begin),
      cuts.map(([, length]) => length),
    ),
  ),
  stridedSlice: perAxis(stride, (x, cuts) =>
    tf.stridedSlice(
      x,
      cuts.map(([begin]) => begin),
      cuts.map(([, end]) => end),
      cuts.map(([, , step]) => step),
    ),
  ),
  'stridedSlice that drops an axis': ofOne(
    (x) => tf.stridedSlice(x, [0, 0], [1, x.shape[1]!], [1, 1], 0, 0, 0, 0, 1),
    anyTensor(2, 3),
  ),
  'concat along the first axis': ofOne((x) => tf.concat([x, tf.square(x), x], 0), anyTensor(1)),
  'concat along the last axis': ofOne((x) => tf.concat([x, tf.neg(x)], -1), anyTensor(1)),
  'split and concat': ofOne(
    (x) => tf.concat([...tf.split(tf.concat([x, tf.exp(x)], 0), 2, 0)].reverse(), x.rank - 1),
    anyTensor(1),
  ),
  'stack and unstack': ofOne(
    (x) =>
      tf.stack(
        tf.unstack(x, x.rank - 1).map((part, i) => tf.mul(part, i + 1)),
        0,
      ),
    anyTensor(1),
  ),
};
