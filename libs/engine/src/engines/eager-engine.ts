import {
  checkShape,
  requireTensor,
  type HostTensor,
  type HostTensors,
  type TensorSpec,
} from '../host-tensor.js';
import type { DeviceId } from '../devices/device.js';
import { disposeKept } from '../kept.js';
import type { Engine, EngineState, Executable, Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';

export interface EagerOptions {
  readonly id: 'cpu' | 'tensorflow';
  readonly device: DeviceId;
  /** Name of a tfjs backend that is registered already. */
  readonly backend: string;
  readonly description: string;
}

/** Runs programs op by op on a tfjs backend. */
export function openEagerEngine({ id, device, backend, description }: EagerOptions): Engine {
  return {
    id,
    device,
    description,
    createState: (values) => new EagerState(values, backend),
    compile: (program, state) => Promise.resolve(new EagerProgram(program, state as EagerState, backend)),
    dispose: () => Promise.resolve(),
  };
}

async function toHost(tensor: tf.Tensor): Promise<HostTensor> {
  const data = await tensor.data();
  return {
    dtype: tensor.dtype === 'float32' ? 'float32' : 'int32',
    shape: tensor.shape,
    data: tensor.dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data),
  };
}

class EagerState implements EngineState {
  readonly specs: Record<string, TensorSpec> = {};
  readonly tensors: NamedTensors = {};
  readonly #backend: string;

  constructor(values: HostTensors, backend: string) {
    this.#backend = backend;
    for (const [name, { dtype, shape }] of Object.entries(values)) this.specs[name] = { dtype, shape };
    this.write(values);
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<HostTensors> {
    const result: HostTensors = {};
    for (const name of names) result[name] = await toHost(this.tensors[name]!);
    return result;
  }

  write(values: HostTensors): void {
    void tf.setBackend(this.#backend);
    for (const [name, { dtype, shape, data }] of Object.entries(values)) {
      checkShape(name, shape, this.specs[name]?.shape ?? [NaN]);
      this.replace(name, tf.keep(tf.tensor(data.slice(), [...shape], dtype)));
    }
  }

  replace(name: string, tensor: tf.Tensor): void {
    this.tensors[name]?.dispose();
    this.tensors[name] = tensor;
  }
}

class EagerProgram implements Executable {
  readonly #program: Program;
  readonly #state: EagerState;
  readonly #backend: string;

  constructor(program: Program, state: EagerState, backend: string) {
    this.#program = program;
    this.#state = state;
    this.#backend = backend;
  }

  async run(inputs: HostTensors): Promise<HostTensors> {
    void tf.setBackend(this.#backend);
    const program = this.#program;
    const engine = tf.engine();
    engine.startScope(program.name);
    try {
      const inputTensors: NamedTensors = {};
      for (const [name, spec] of Object.entries(program.inputs)) {
        inputTensors[name] = tf.tensor(requireTensor(inputs, name, spec).data, [...spec.shape], spec.dtype);
      }
      const stateTensors: NamedTensors = {};
      for (const name of program.reads) stateTensors[name] = this.#state.tensors[name]!;
      const result = program.run(stateTensors, inputTensors);
      // A clone is a tensor of its own: an input or state tensor handed through must not be disposed twice.
      const updates = Object.entries(result.state ?? {}).map(
        ([name, t]) => [name, tf.keep(tf.clone(t))] as const,
      );
      const outputs = Object.entries(result.outputs).map(
        ([name, t]) => [name, tf.keep(tf.clone(t))] as const,
      );
      for (const [name, tensor] of updates) this.#state.replace(name, tensor);
      const host: HostTensors = {};
      for (const [name, tensor] of outputs) {
        host[name] = await toHost(tensor);
        tensor.dispose();
      }
      return host;
    } finally {
      engine.endScope();
      disposeKept();
    }
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
