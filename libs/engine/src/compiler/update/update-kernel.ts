/**
 * An element-wise update of state in host memory, run after the graph: the optimizer's step, running statistics.
 *
 * onnxruntime has no fused element-wise kernels, so an optimizer step of six operations reads and writes every weight
 * six times; here one loop reads weight, slot and gradient once and writes weight and slot in place.
 */
export interface UpdateKernel {
  /** State tensors read or written, all of one size; operands `s0`, `s1`, ... */
  readonly state: readonly string[];
  /** Graph outputs of the same size (gradients); operands `g0`, `g1`, ... */
  readonly fetched: readonly string[];
  /** Scalars: program inputs or graph outputs; operands `k0`, `k1`, ... */
  readonly scalars: readonly { readonly kind: 'input' | 'output'; readonly name: string }[];
  /** Body of a function of (state, fetched, scalars), each a list in the order above. */
  readonly source: string;
}

type Run = (
  state: readonly Float32Array[],
  fetched: readonly Float32Array[],
  scalars: readonly number[],
) => void;

const compiled = new Map<string, Run>();

/** The kernel as a function; kernels that do the same to different tensors share one. */
export function compileUpdate({ source }: UpdateKernel): Run {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  // The source is generated from the graph alone: operator names and numbers, never text from outside.
  const run = new Function('state', 'fetched', 'scalars', source) as Run;
  compiled.set(source, run);
  return run;
}
