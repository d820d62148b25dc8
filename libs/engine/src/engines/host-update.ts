import * as ort from 'onnxruntime-node';
import type { CompiledProgram } from '../compiler/compile.js';
import { OUTPUT_PREFIX } from '../compiler/graph.js';
import { compileUpdate, type UpdateKernel } from '../compiler/update/update-kernel.js';
import { elementCount } from '@taskweave/common';
import type { HostTensors } from '../host-tensor.js';
import type { OnnxState } from './onnx-state.js';

/** Applies one update in place, given the inputs of a run and what the graph has put out. */
export type HostUpdate = (inputs: HostTensors) => void;

/** Buffers for the graph outputs that updates read, by output name. */
export function updateOperands({ model, updates }: CompiledProgram): Map<string, ort.Tensor> {
  const shapes = new Map(model.outputs.map(({ name, shape }) => [name, shape]));
  const names = updates.flatMap(({ fetched, scalars }) => [
    ...fetched,
    ...scalars.filter(({ kind }) => kind === 'output').map(({ name }) => name),
  ]);
  return new Map(
    names.map((name) => {
      const output = OUTPUT_PREFIX + name;
      const shape = shapes.get(output)!;
      return [output, new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape)];
    }),
  );
}

/** Binds a kernel to the tensors it works on. */
export function hostUpdate(
  kernel: UpdateKernel,
  state: OnnxState,
  operands: ReadonlyMap<string, ort.Tensor>,
): HostUpdate {
  const run = compileUpdate(kernel);
  const operand = (name: string): Float32Array => operands.get(OUTPUT_PREFIX + name)!.data as Float32Array;
  const fetched = kernel.fetched.map(operand);
  return (inputs) => {
    const scalars = kernel.scalars.map(({ kind, name }) =>
      kind === 'input' ? inputs[name]!.data[0]! : operand(name)[0]!,
    );
    // Looked up each time: a run of another program may have put another buffer in its place.
    const tensors = kernel.state.map((name) => state.current(name).data as Float32Array);
    run(tensors, fetched, scalars);
  };
}
