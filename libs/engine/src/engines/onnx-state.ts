import * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import { convertLayout, physicalShape, stateLayout } from '../compiler/layout.js';
import { checkShape, type HostTensor, type HostTensors, type TensorSpec } from '../host-tensor.js';
import type { EngineState } from '../program.js';

interface Slot {
  readonly spec: TensorSpec;
  /** What the next run reads, and the buffer the run writes to; a run that updates the tensor swaps them. */
  current: ort.Tensor;
  spare: ort.Tensor;
}

/** State tensors in two buffers each, used in turn, so that no run copies weights. */
export class OnnxState implements EngineState {
  readonly specs: Record<string, TensorSpec> = {};
  readonly #slots = new Map<string, Slot>();

  constructor(values: HostTensors) {
    for (const [name, { dtype, shape, data }] of Object.entries(values)) {
      const spec = { dtype, shape };
      this.specs[name] = spec;
      const layout = stateLayout(shape);
      const dims = physicalShape(shape, layout);
      const tensor = (contents: HostTensor['data']): ort.Tensor => new ort.Tensor(dtype, contents, dims);
      const contents = shape.length === 4 ? convertLayout(data, shape, 'plain', layout) : data.slice();
      this.#slots.set(name, { spec, current: tensor(contents), spare: tensor(contents.slice()) });
    }
  }

  slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'A state tensor does not exist.',
        subject: name,
      });
    }
    return slot;
  }

  read(names: readonly string[] = [...this.#slots.keys()]): Promise<HostTensors> {
    const result: HostTensors = {};
    for (const name of names) {
      const { spec, current } = this.slot(name);
      const data = current.data as HostTensor['data'];
      const copy =
        spec.shape.length === 4
          ? convertLayout(data, spec.shape, stateLayout(spec.shape), 'plain')
          : data.slice();
      result[name] = { ...spec, data: copy };
    }
    return Promise.resolve(result);
  }

  write(values: HostTensors): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      const { spec, current } = this.slot(name);
      checkShape(name, shape, spec.shape);
      const target = current.data as Float32Array;
      target.set(shape.length === 4 ? convertLayout(data, shape, 'plain', stateLayout(shape)) : data);
    }
  }
}
