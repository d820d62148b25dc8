/**
 * Physical orders of 4-D tensors. Model code is written in tfjs's NHWC and HWIO; ONNX convolutions want NCHW and
 * OIHW, and transposing between the two in every layer would cost more than the layers themselves.
 */
export type Layout = 'plain' | 'nchw' | 'oihw';

/** For each physical axis, the logical axis it holds. */
const PERMUTATIONS: Readonly<Record<Layout, readonly number[]>> = {
  plain: [0, 1, 2, 3],
  nchw: [0, 3, 1, 2],
  oihw: [3, 2, 0, 1],
};

/** Layout of state tensors: every 4-D one is a convolution's filter or a slot of its optimizer. */
export function stateLayout(shape: readonly number[]): Layout {
  return shape.length === 4 ? 'oihw' : 'plain';
}

export function permutation(layout: Layout, rank: number): readonly number[] {
  return layout === 'plain' ? Array.from({ length: rank }, (_, axis) => axis) : PERMUTATIONS[layout];
}

/** Sizes in physical order. */
export function physicalShape(shape: readonly number[], layout: Layout): number[] {
  return permutation(layout, shape.length).map((axis) => shape[axis]!);
}

/** Where a logical axis lies physically. */
export function physicalAxis(axis: number, layout: Layout, rank: number): number {
  return permutation(layout, rank).indexOf(axis);
}

/** The `perm` of a transposition from one layout to another. */
export function transposition(from: Layout, to: Layout): number[] {
  const source = PERMUTATIONS[from];
  return PERMUTATIONS[to].map((axis) => source.indexOf(axis));
}

/** Whether two layouts of a shape hold the elements in the same order, so that a reshape converts one into the other. */
export function sameOrder(shape: readonly number[], from: Layout, to: Layout): boolean {
  const order = (layout: Layout) => permutation(layout, shape.length).filter((axis) => shape[axis] !== 1);
  return order(from).join() === order(to).join();
}

/** Copies 4-D data from one layout to another. */
export function convertLayout<T extends Float32Array | Int32Array>(
  data: T,
  shape: readonly number[],
  from: Layout,
  to: Layout,
): T {
  if (from === to || sameOrder(shape, from, to)) return data.slice() as T;
  const strides = new Array<number>(4).fill(1);
  const source = PERMUTATIONS[from];
  for (let axis = 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[source[axis + 1]!]!;
  const [s0, s1, s2, s3] = transposition(from, to).map((axis) => strides[axis]!) as [
    number,
    number,
    number,
    number,
  ];
  const [n0, n1, n2, n3] = physicalShape(shape, to) as [number, number, number, number];
  const result = new (data.constructor as new (length: number) => T)(data.length);
  let next = 0;
  for (let a = 0; a < n0; a++)
    for (let b = 0; b < n1; b++)
      for (let c = 0; c < n2; c++)
        for (let d = 0; d < n3; d++) result[next++] = data[a * s0 + b * s1 + c * s2 + d * s3]!;
  return result;
}
