import type { TensorSpec } from '../host-tensor.js';
import type { Program } from '../program.js';
import { emit } from './emit.js';
import { lower } from './lower/lower.js';
import type { OnnxModel } from './onnx-model.js';
import { record } from './record/record.js';
import { simplify } from './simplify/simplify.js';

export interface CompiledProgram {
  readonly model: OnnxModel;
  /** The model as onnxruntime loads it. */
  readonly bytes: Uint8Array;
}

/**
 * The compiler from end to end: record, simplify, assign layouts and lower, emit.
 *
 * @param state specs of all state tensors of the engine
 * @throws TaskweaveError TRACE_UNSUPPORTED when the program cannot be recorded
 */
export function compile(program: Program, state: Readonly<Record<string, TensorSpec>>): CompiledProgram {
  const { graph, builder } = record(program, state);
  const model = lower(simplify(graph, builder), new Set(program.reads));
  return { model, bytes: emit(model) };
}
