import { TaskweaveError } from '@taskweave/common';
import type { TensorSpec } from '../../host-tensor.js';
import type { Program } from '../../program.js';
import type { NamedTensors } from '../../tf.js';
import { STATE_SUFFIX, type Graph, type GraphBuilder, type Value } from '../graph.js';
import { traced } from './trace-backend.js';

export interface Recording {
  readonly graph: Graph;
  /** Makes further operations of the same graph. */
  readonly builder: GraphBuilder;
}

/**
 * First stage of the compiler: runs a program once on the trace backend and returns what it did as a graph.
 *
 * @param state specs of the state tensors; those the program reads become graph inputs
 * @throws TaskweaveError TRACE_UNSUPPORTED for ops and reads that cannot be recorded; INTERNAL when a state
 *   update has another shape than the tensor it replaces
 */
export function record(program: Program, state: Readonly<Record<string, TensorSpec>>): Recording {
  return traced((trace) => {
    const inputs: Record<string, Value> = {};
    const stateTensors: NamedTensors = {};
    const inputTensors: NamedTensors = {};
    for (const name of program.reads) {
      const spec = state[name];
      if (spec === undefined) throw unknownState(program.name, name);
      [inputs[name], stateTensors[name]] = trace.input(name, spec.dtype, spec.shape);
    }
    for (const [name, { dtype, shape }] of Object.entries(program.inputs)) {
      [inputs[name], inputTensors[name]] = trace.input(name, dtype, shape);
    }
    const result = program.run(stateTensors, inputTensors);
    const outputs: Record<string, Value> = {};
    for (const [name, tensor] of Object.entries(result.outputs)) outputs[name] = trace.value(tensor);
    for (const [name, tensor] of Object.entries(result.state ?? {})) {
      const spec = state[name];
      if (spec === undefined) throw unknownState(program.name, name);
      const value = trace.value(tensor);
      if (value.shape.join() !== spec.shape.join()) throw reshapedState(program.name, name, spec, value);
      outputs[name + STATE_SUFFIX] = value;
    }
    return { graph: { name: program.name, inputs, outputs }, builder: trace.builder };
  });
}

function unknownState(program: string, name: string): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: `The program ${program} uses a state tensor that does not exist.`,
    subject: name,
  });
}

function reshapedState(program: string, name: string, spec: TensorSpec, value: Value): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: `The program ${program} changes the shape of a state tensor.`,
    subject: name,
    found: `[${value.shape.join(', ')}]`,
    expected: `[${spec.shape.join(', ')}]`,
  });
}
