import type { LowerKernel, Lowering } from './lowering.js';
import { stridedSliceInfo } from '../record/rules/arrangement.js';

/** Elements from `begin` on, in steps, along one axis; an end before 0 is written as the most negative number. */
function run(
  name: string,
  axis: number,
  [begin, end, step]: readonly [number, number, number],
  lowering: Lowering,
): string {
  const bounds = [begin, end < 0 ? -(2 ** 31) : end, axis, step];
  return lowering.node('Slice', [name, ...bounds.map((bound) => lowering.integers([bound]))]);
}

/** Kernels that take elements backwards or in steps. */
export const MIRROR: Readonly<Record<string, LowerKernel>> = {
  Reverse: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const dims = attributes['dims'] as number | number[] | undefined;
    const axes = dims === undefined ? x!.shape.map((_, axis) => axis) : [dims].flat();
    const all = (value: number): string => lowering.integers(axes.map(() => value));
    const operands = [lowering.get(x!), all(-1), all(-(2 ** 31)), lowering.integers(axes), all(-1)];
    lowering.place(output!, axes.length === 0 ? operands[0]! : lowering.node('Slice', operands));
  },
  MirrorPad: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const skip = attributes['mode'] === 'reflect' ? 1 : 0;
    let name = lowering.get(x!);
    (attributes['paddings'] as [number, number][]).forEach(([before, after], axis) => {
      const last = x!.shape[axis]! - 1 - skip;
      const parts = [
        ...(before > 0 ? [run(name, axis, [before - 1 + skip, skip - 1, -1], lowering)] : []),
        name,
        ...(after > 0 ? [run(name, axis, [last, last - after, -1], lowering)] : []),
      ];
      if (parts.length > 1) name = lowering.node('Concat', parts, { axis });
    });
    lowering.place(output!, name);
  },
  StridedSlice: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const { begin, end, strides } = stridedSliceInfo(x!.shape, attributes);
    const ends = end.map((bound, axis) => (strides[axis]! < 0 && bound < 0 ? -(2 ** 31) : bound));
    const name = lowering.node('Slice', [
      lowering.get(x!),
      lowering.integers(begin),
      lowering.integers(ends),
      lowering.integers(begin.map((_, axis) => axis)),
      lowering.integers(strides),
    ]);
    lowering.place(output!, lowering.reshape(name, output!.shape));
  },
};
