import type { LowerKernel, Lowering } from './lowering.js';
import { pointwise } from './pointwise.js';

const scalar = (lowering: Lowering, value: number): string => lowering.constant('float32', [], [value]);

const clip = (x: string, low: number, high: number, lowering: Lowering): string =>
  lowering.node('Clip', [x, scalar(lowering, low), scalar(lowering, high)]);

/** Kernels with an ONNX operator of the same meaning and without attributes. */
const NAMED: Readonly<Record<string, string>> = {
  AddN: 'Sum',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Elu: 'Elu',
  Erf: 'Erf',
  Floor: 'Floor',
  Round: 'Round',
  Selu: 'Selu',
  Sin: 'Sin',
};

/** Functions of single elements beyond the most common. */
export const FUNCTIONS: Readonly<Record<string, LowerKernel>> = {
  ...Object.fromEntries(
    Object.entries(NAMED).map(([kernel, opType]) => [
      kernel,
      pointwise((operands, lowering) => lowering.node(opType, operands)),
    ]),
  ),
  ClipByValue: pointwise(([x], lowering, { attributes }) =>
    clip(x!, attributes['clipValueMin'] as number, attributes['clipValueMax'] as number, lowering),
  ),
  // From the result: its slope is 1 where it is positive and, being eˣ − 1 elsewhere, the result plus 1 there.
  EluGrad: pointwise(([dy, y], lowering) =>
    lowering.node('Mul', [
      dy!,
      lowering.node('Add', [lowering.node('Min', [y!, scalar(lowering, 0)]), scalar(lowering, 1)]),
    ]),
  ),
  Expm1: pointwise(([x], lowering) =>
    lowering.node('Sub', [lowering.node('Exp', [x!]), scalar(lowering, 1)]),
  ),
  LeakyRelu: pointwise(([x], lowering, { attributes }) =>
    lowering.node('LeakyRelu', [x!], { alpha: { float: attributes['alpha'] as number } }),
  ),
  // The remainder has the divisor's sign, where that of ONNX has the dividend's.
  Mod: pointwise(([a, b], lowering) => {
    const zero = scalar(lowering, 0);
    const remainder = lowering.node('Mod', [a!, b!], { fmod: 1 });
    const agree = lowering.node('Equal', [
      lowering.node('Less', [a!, zero]),
      lowering.node('Less', [b!, zero]),
    ]);
    const shifted = lowering.node('Mod', [lowering.node('Add', [remainder, b!]), b!], { fmod: 1 });
    return lowering.node('Where', [agree, remainder, shifted]);
  }),
  Prelu: pointwise(([x, alpha], lowering) =>
    lowering.node('Where', [
      lowering.node('Less', [x!, scalar(lowering, 0)]),
      lowering.node('Mul', [x!, alpha!]),
      x!,
    ]),
  ),
  Step: pointwise(([x], lowering, { attributes }) =>
    lowering.node('Where', [
      lowering.node('Greater', [x!, scalar(lowering, 0)]),
      scalar(lowering, 1),
      scalar(lowering, (attributes['alpha'] as number | undefined) ?? 0),
    ]),
  ),
  Relu6: pointwise(([x], lowering) => clip(x!, 0, 6, lowering)),
};
