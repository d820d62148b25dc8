import * as ort from 'onnxruntime-node';
import { OUTPUT_PREFIX, STATE_SUFFIX } from '../compiler/graph.js';
import { compile, type CompiledProgram } from '../compiler/compile.js';
import { keepsStateOnDevice, type DeviceId } from '../devices/device.js';
import { requireTensor, type HostTensor, type HostTensors } from '../host-tensor.js';
import type { Engine, Executable, Program } from '../program.js';
import { UPDATE_MEASURE } from '../profile/update-measure.js';
import { hostUpdate, updateOperands, type HostUpdate } from './host-update.js';
import { createSession, type Session, type SessionOptions } from './onnx-session.js';
import { OnnxState } from './onnx-state.js';

const DEVICE_NAMES: Readonly<Record<DeviceId, string>> = { cpu: 'the CPU', cuda: 'CUDA', webgpu: 'WebGPU' };

/** Compiles programs to ONNX and replays them with onnxruntime. Blocks its thread while a program runs. */
export function openOnnxEngine(options: SessionOptions): Engine {
  const { device, threads } = options;
  const version = ort.env.versions.node ?? ort.env.versions.common;
  return {
    id: 'onnx',
    device,
    description: `onnxruntime ${version} on ${DEVICE_NAMES[device]}, ${threads} thread(s)`,
    createState: (values) => new OnnxState(values, device),
    async compile(program, state) {
      const compiled = compile(program, state.specs, {
        hostState: !keepsStateOnDevice(device),
        cpu: device === 'cpu',
      });
      // A program may consist of updates alone.
      const session = compiled.model.nodes.length === 0 ? undefined : await createSession(compiled, options);
      return new Replay(program, compiled, session, state as OnnxState, options.profile !== undefined);
    },
    dispose: () => Promise.resolve(),
  };
}

class Replay implements Executable {
  readonly #program: Program;
  readonly #compiled: CompiledProgram;
  readonly #session: Session | undefined;
  readonly #state: OnnxState;
  readonly #profiled: boolean;
  /** Graph outputs that only updates read, with the buffers they are written to in every run. */
  readonly #operands: ReadonlyMap<string, ort.Tensor>;
  readonly #updates: readonly HostUpdate[];

  constructor(
    program: Program,
    compiled: CompiledProgram,
    session: Session | undefined,
    state: OnnxState,
    profiled: boolean,
  ) {
    this.#program = program;
    this.#compiled = compiled;
    this.#session = session;
    this.#state = state;
    this.#profiled = profiled;
    this.#operands = updateOperands(compiled);
    this.#updates = compiled.updates.map((kernel) => hostUpdate(kernel, state, this.#operands));
  }

  async run(inputs: HostTensors): Promise<HostTensors> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const [name, spec] of Object.entries(this.#program.inputs)) requireTensor(inputs, name, spec);
    for (const { name } of this.#compiled.model.inputs) {
      const spec = this.#program.inputs[name];
      feeds[name] =
        spec === undefined
          ? this.#state.current(name)
          : new ort.Tensor(spec.dtype, inputs[name]!.data, spec.shape);
    }
    const fetches: Record<string, ort.Tensor | null> = {};
    const updated: string[] = [];
    for (const { name } of this.#compiled.model.outputs) {
      if (name.endsWith(STATE_SUFFIX)) {
        updated.push(name);
        fetches[name] = this.#state.spare(stateName(name));
      } else {
        fetches[name] = this.#operands.get(name) ?? null;
      }
    }
    const results = (await this.#session?.run(feeds, fetches)) ?? {};
    for (const name of updated) this.#state.replace(stateName(name), fetches[name] ?? results[name]!);
    const start = performance.now();
    for (const update of this.#updates) update(inputs);
    if (this.#profiled) performance.measure(UPDATE_MEASURE, { start, detail: this.#program.name });
    const outputs: HostTensors = {};
    for (const { name, dtype } of this.#compiled.model.outputs) {
      if (name.endsWith(STATE_SUFFIX) || this.#operands.has(name)) continue;
      const { data, dims } = results[name]!;
      outputs[name.slice(OUTPUT_PREFIX.length)] = {
        dtype: dtype === 'float32' ? 'float32' : 'int32',
        shape: dims,
        data: (dtype === 'bool' ? Int32Array.from(data as Uint8Array) : data) as HostTensor['data'],
      };
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    if (this.#profiled) this.#session?.endProfiling();
    await this.#session?.release();
  }
}

function stateName(output: string): string {
  return output.slice(OUTPUT_PREFIX.length, -STATE_SUFFIX.length);
}
