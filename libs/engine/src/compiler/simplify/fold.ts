/** Arithmetic on values that are the same in all elements and known when the program is compiled. */

type Fold = (...operands: number[]) => number;

/** Kernels that can be computed at compile time from uniform inputs. */
export const FOLDS: Readonly<Record<string, Fold>> = {
  Add: (a, b) => a! + b!,
  Sub: (a, b) => a! - b!,
  Multiply: (a, b) => a! * b!,
  RealDiv: (a, b) => a! / b!,
  Maximum: (a, b) => Math.max(a!, b!),
  Minimum: (a, b) => Math.min(a!, b!),
  Neg: (a) => -a!,
  Sqrt: (a) => Math.sqrt(a!),
  Square: (a) => a! * a!,
  Identity: (a) => a!,
  Reshape: (a) => a!,
  ExpandDims: (a) => a!,
  Tile: (a) => a!,
  Transpose: (a) => a!,
  Slice: (a) => a!,
  Expand: (a) => a!,
};
