import * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import { convertLayout, physicalShape, stateLayout } from '../compiler/layout.js';
import { keepsStateOnDevice, type DeviceId } from '../devices/device.js';
import { checkShape, type HostTensor, type HostTensors, type TensorSpec } from '../host-tensor.js';
import type { EngineState } from '../program.js';
import { download } from './device-download.js';

interface Slot {
  readonly spec: TensorSpec;
  /** What the next run reads. */
  current: ort.Tensor;
  /** The buffer the next run that updates the tensor writes to; made by the first such run. */
  spare: ort.Tensor | null;
}

/**
 * State tensors. Updates in host memory are done in place; a tensor that a graph updates gets a second buffer, used in
 * turn with the first, so that no run copies weights. Where the device keeps state, a tensor is on the host until a
 * run has updated it and on the device from then on.
 */
export class OnnxState implements EngineState {
  readonly specs: Record<string, TensorSpec> = {};
  readonly #slots = new Map<string, Slot>();
  readonly #device: DeviceId;

  constructor(values: HostTensors, device: DeviceId) {
    this.#device = device;
    for (const [name, { dtype, shape, data }] of Object.entries(values)) {
      const spec = { dtype, shape };
      this.specs[name] = spec;
      const current = hostTensor(spec, toPhysical(data, shape));
      this.#slots.set(name, { spec, current, spare: null });
    }
  }

  current(name: string): ort.Tensor {
    return this.#slot(name).current;
  }

  /** Where a run writes the next value; null where the run makes a tensor on the device. */
  spare(name: string): ort.Tensor | null {
    const slot = this.#slot(name);
    if (keepsStateOnDevice(this.#device)) return null;
    slot.spare ??= hostTensor(slot.spec, slot.current.data.slice() as HostTensor['data']);
    return slot.spare;
  }

  /** Makes what a run wrote the current value. */
  replace(name: string, written: ort.Tensor): void {
    const slot = this.#slot(name);
    const before = slot.current;
    slot.current = written;
    if (slot.spare !== null) slot.spare = before;
    else if (before.location === 'gpu-buffer') before.dispose();
  }

  async read(names: readonly string[] = [...this.#slots.keys()]): Promise<HostTensors> {
    const onDevice = new Map<string, ort.Tensor>();
    for (const name of names) {
      const { current } = this.#slot(name);
      if (current.location === 'gpu-buffer') onDevice.set(name, current);
    }
    const downloaded = onDevice.size === 0 ? onDevice : await download(onDevice, this.#device);
    const result: HostTensors = {};
    for (const name of names) {
      const { spec, current } = this.#slot(name);
      const data = (downloaded.get(name) ?? current).data as HostTensor['data'];
      result[name] = { ...spec, data: toLogical(data, spec.shape) };
    }
    return result;
  }

  write(values: HostTensors): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      const slot = this.#slot(name);
      checkShape(name, shape, slot.spec.shape);
      const physical = toPhysical(data, shape);
      if (slot.current.location === 'gpu-buffer') this.replace(name, hostTensor(slot.spec, physical));
      else (slot.current.data as Float32Array).set(physical);
    }
  }

  #slot(name: string): Slot {
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
}

function hostTensor({ dtype, shape }: TensorSpec, data: HostTensor['data']): ort.Tensor {
  return new ort.Tensor(dtype, data, physicalShape(shape, stateLayout(shape)));
}

/** A copy in the layout in which programs read state. */
function toPhysical(data: HostTensor['data'], shape: readonly number[]): HostTensor['data'] {
  return shape.length === 4 ? convertLayout(data, shape, 'plain', stateLayout(shape)) : data.slice();
}

/** A copy in the model's own layout. */
function toLogical(data: HostTensor['data'], shape: readonly number[]): HostTensor['data'] {
  return shape.length === 4 ? convertLayout(data, shape, stateLayout(shape), 'plain') : data.slice();
}
