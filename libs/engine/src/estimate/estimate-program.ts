import { compile } from '../compiler/compile.js';
import type { TensorSpec } from '../host-tensor.js';
import type { Program } from '../program.js';
import { nodeWork, type NodeWork } from './node-work.js';
import { optimizedNodes } from './optimized-nodes.js';
import { peakBytes } from './peak-bytes.js';
import { tensorSizes } from './tensor-shapes.js';

/** What one call of a program takes, without having run it. */
export interface ProgramEstimate {
  /** Multiply-accumulates of its convolutions and matrix products. */
  readonly macs: number;
  /** Most bytes of intermediate tensors alive at once. */
  readonly activationBytes: number;
  readonly nodes: readonly NodeWork[];
}

/**
 * Compiles a program, but does not run it.
 *
 * @param state specs of all state tensors
 * @throws TaskweaveError TRACE_UNSUPPORTED when the program cannot be recorded
 */
export async function estimateProgram(
  program: Program,
  state: Readonly<Record<string, TensorSpec>>,
): Promise<ProgramEstimate> {
  const { model } = compile(program, state, { hostState: true });
  const sizes = await tensorSizes(model);
  const nodes = await optimizedNodes(model);
  const work = nodes.map((node) => nodeWork(node, sizes));
  return {
    macs: work.reduce((sum, { macs }) => sum + macs, 0),
    activationBytes: peakBytes({ ...model, nodes }, (name) => sizes.bytes(name)),
    nodes: work,
  };
}
