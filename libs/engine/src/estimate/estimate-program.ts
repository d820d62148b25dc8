import { ON_CPU, compile } from '../compiler/compile.js';
import type { TensorSpec } from '../host-tensor.js';
import type { Program } from '../program.js';
import { nodeWork, type NodeWork } from './node-work.js';
import { optimizedNodes } from './optimized-nodes.js';
import { poolBytes } from './pool-bytes.js';
import { withReordered } from './reordered-sizes.js';
import { tensorSizes } from './tensor-shapes.js';
import { updateWork } from './update-work.js';

/** What one call of a program takes, without having run it. */
export interface ProgramEstimate {
  /** Multiply-accumulates of its convolutions and matrix products. */
  readonly macs: number;
  /** Memory that onnxruntime takes for intermediate tensors, and keeps. */
  readonly activationBytes: number;
  /** Results, among them the gradients that updates of state read, and state that the program itself replaces. */
  readonly outputBytes: number;
  /** What onnxruntime executes. */
  readonly nodes: readonly NodeWork[];
  /** What is done to state in host memory afterwards. */
  readonly updates: readonly NodeWork[];
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
  const { model, updates } = compile(program, state, ON_CPU);
  const nodes = await optimizedNodes(model);
  const sizes = withReordered(nodes, await tensorSizes(model));
  const work = nodes.map((node) => nodeWork(node, sizes));
  return {
    macs: work.reduce((sum, { macs }) => sum + macs, 0),
    activationBytes: poolBytes({ ...model, nodes }, sizes),
    outputBytes: model.outputs.reduce((sum, { name }) => sum + sizes.bytes(name), 0),
    nodes: work,
    updates: updates.map((kernel) => updateWork(kernel, state)),
  };
}
