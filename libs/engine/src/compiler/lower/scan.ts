import { fromFront } from '../record/rules/rule.js';
import type { LowerKernel, Lowering } from './lowering.js';

interface Scan {
  readonly axis: number;
  readonly rank: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** The elements `by` places further on (backwards: further back), ones coming in at the other end. */
function shifted(
  name: string,
  by: number,
  { axis, rank, length, reverse }: Scan,
  lowering: Lowering,
): string {
  const pads = new Array<number>(2 * rank).fill(0);
  pads[reverse ? rank + axis : axis] = by;
  const [begin, end] = reverse ? [by, length + by] : [0, length];
  const padded = lowering.node('Pad', [name, lowering.integers(pads), lowering.constant('float32', [], [1])]);
  return lowering.node('Slice', [
    padded,
    lowering.integers([begin]),
    lowering.integers([end]),
    lowering.integers([axis]),
  ]);
}

/** Running sums and products along an axis. */
export const SCAN: Readonly<Record<string, LowerKernel>> = {
  Cumsum: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const axis = lowering.constant('int64', [], [attributes['axis'] as number]);
    const name = lowering.node('CumSum', [lowering.get(x!), axis], {
      exclusive: attributes['exclusive'] === true ? 1 : 0,
      reverse: attributes['reverse'] === true ? 1 : 0,
    });
    lowering.place(output!, name);
  },
  // ONNX has none: products of 1, 2, 4, ... neighbours, each of the products of half as many.
  Cumprod: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const rank = x!.shape.length;
    const axis = fromFront(attributes['axis'] as number, rank);
    const scan = { axis, rank, length: x!.shape[axis]!, reverse: attributes['reverse'] === true };
    let name = lowering.get(x!);
    for (let reach = 1; reach < scan.length; reach *= 2) {
      name = lowering.node('Mul', [name, shifted(name, reach, scan, lowering)]);
    }
    lowering.place(output!, attributes['exclusive'] === true ? shifted(name, 1, scan, lowering) : name);
  },
};
