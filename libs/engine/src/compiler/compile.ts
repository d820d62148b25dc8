import type { TensorSpec } from '../host-tensor.js';
import type { Program } from '../program.js';
import { emit } from './emit.js';
import { fuseScaleShift } from './fuse/scale-shift.js';
import { lower } from './lower/lower.js';
import type { OnnxModel } from './onnx-model.js';
import { recompute } from './recompute/recompute.js';
import { recordPure } from './record/record-pure.js';
import { simplify } from './simplify/simplify.js';
import { splitUpdates } from './update/split-updates.js';
import type { UpdateKernel } from './update/update-kernel.js';

export interface CompiledProgram {
  readonly model: OnnxModel;
  /** The model as onnxruntime loads it. */
  readonly bytes: Uint8Array;
  /** What is to be done to state in host memory after the model has run. */
  readonly updates: readonly UpdateKernel[];
}

export interface CompileOptions {
  /** State lives in host memory: its element-wise updates are taken out of the graph. Default false. */
  readonly hostState?: boolean;
  /** It will run on the CPU: operations are joined that are quicker together there. Default false. */
  readonly cpu?: boolean;
}

/** How programs for the CPU are compiled. */
export const ON_CPU: CompileOptions = { hostState: true, cpu: true };

/**
 * The compiler from end to end: record, simplify, recompute what is not to be kept, fuse, split updates off, assign
 * layouts and lower, emit.
 *
 * @param state specs of all state tensors of the engine
 * @throws TaskweaveError TRACE_UNSUPPORTED when the program cannot be recorded
 */
export function compile(
  program: Program,
  state: Readonly<Record<string, TensorSpec>>,
  { hostState = false, cpu = false }: CompileOptions = {},
): CompiledProgram {
  const { graph, builder } = recordPure(program, state);
  const stateNames = new Set(program.reads);
  const economical = recompute(simplify(graph, builder), builder, stateNames, program.recompute ?? []);
  const fused = cpu ? fuseScaleShift(economical, builder) : economical;
  const {
    graph: rest,
    updates,
    fetched,
  } = hostState ? splitUpdates(fused, stateNames) : { graph: fused, updates: [], fetched: new Set<string>() };
  const model = lower(rest, stateNames, fetched);
  return { model, bytes: emit(model), updates };
}
