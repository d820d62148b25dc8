import type { LowerKernel, Lowering } from './lowering.js';
import { stridedSliceInfo } from '../record/rules/arrangement.js';

/** Where to begin, where to end (excluded, -1 before the first) and the step, along one axis. */
type Range = readonly [begin: number, end: number, step: number];

/**
 * Slices along several axes. What is taken backwards is cut out forwards first and then turned as a whole: a slice that
 * goes backwards from the middle is wrong on WebGPU (onnxruntime 1.30 begins at the end).
 */
function slice(name: string, ranges: ReadonlyMap<number, Range>, lowering: Lowering): string {
  const cuts = [...ranges].map(([axis, [begin, end, step]]) => {
    if (step > 0) return [begin, end, axis, step] as const;
    const count = Math.max(0, Math.ceil((begin - Math.max(end, -1)) / -step));
    return [begin + (count - 1) * step, begin + 1, axis, -step] as const;
  });
  const column = (i: number): string => lowering.integers(cuts.map((cut) => cut[i]!));
  const cut = lowering.node('Slice', [name, column(0), column(1), column(2), column(3)]);
  const backwards = [...ranges].flatMap(([axis, [, , step]]) => (step < 0 ? [axis] : []));
  return turn(cut, backwards, lowering);
}

/** The elements along some axes in the opposite order. */
function turn(name: string, axes: readonly number[], lowering: Lowering): string {
  if (axes.length === 0) return name;
  const all = (value: number): string => lowering.integers(axes.map(() => value));
  return lowering.node('Slice', [name, all(-1), all(-(2 ** 31)), lowering.integers(axes), all(-1)]);
}

/** Kernels that take elements backwards or in steps. */
export const MIRROR: Readonly<Record<string, LowerKernel>> = {
  Reverse: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const dims = attributes['dims'] as number | number[] | undefined;
    const axes = dims === undefined ? x!.shape.map((_, axis) => axis) : [dims].flat();
    lowering.place(output!, turn(lowering.get(x!), axes, lowering));
  },
  MirrorPad: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const skip = attributes['mode'] === 'reflect' ? 1 : 0;
    let name = lowering.get(x!);
    (attributes['paddings'] as [number, number][]).forEach(([before, after], axis) => {
      const last = x!.shape[axis]! - 1 - skip;
      const parts = [
        ...(before > 0 ? [slice(name, new Map([[axis, [before - 1 + skip, skip - 1, -1]]]), lowering)] : []),
        name,
        ...(after > 0 ? [slice(name, new Map([[axis, [last, last - after, -1]]]), lowering)] : []),
      ];
      if (parts.length > 1) name = lowering.node('Concat', parts, { axis });
    });
    lowering.place(output!, name);
  },
  StridedSlice: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const { begin, end, strides } = stridedSliceInfo(x!.shape, attributes);
    const ranges = new Map(begin.map((first, axis) => [axis, [first, end[axis]!, strides[axis]!]] as const));
    const name = slice(lowering.get(x!), ranges, lowering);
    lowering.place(output!, lowering.reshape(name, output!.shape));
  },
};
