import * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import { OUTPUT_PREFIX, STATE_SUFFIX } from '../compiler/graph.js';
import { compile, type CompiledProgram } from '../compiler/compile.js';
import { requireTensor, type HostTensor, type HostTensors } from '../host-tensor.js';
import type { Engine, EngineOptions, Executable, Program } from '../program.js';
import { OnnxState } from './onnx-state.js';

/** Compiles programs to ONNX and replays them with onnxruntime. Blocks its thread while a program runs. */
export function openOnnxEngine({ threads }: EngineOptions): Engine {
  return {
    id: 'onnx',
    description: `onnxruntime ${ort.env.versions.node ?? ort.env.versions.common} on the CPU, ${threads} thread(s)`,
    createState: (values) => new OnnxState(values),
    async compile(program, state) {
      const compiled = compile(program, state.specs);
      const session = await createSession(program, compiled, threads);
      return new Replay(program, compiled, session, state as OnnxState);
    },
    dispose: () => Promise.resolve(),
  };
}

async function createSession(
  program: Program,
  { bytes }: CompiledProgram,
  threads: number,
): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    const message = `onnxruntime refused the compiled program ${program.name}: ${(error as Error).message}`;
    throw new TaskweaveError({ code: 'INTERNAL', message }, { cause: error });
  }
}

class Replay implements Executable {
  readonly #program: Program;
  readonly #compiled: CompiledProgram;
  readonly #session: ort.InferenceSession;
  readonly #state: OnnxState;

  constructor(program: Program, compiled: CompiledProgram, session: ort.InferenceSession, state: OnnxState) {
    this.#program = program;
    this.#compiled = compiled;
    this.#session = session;
    this.#state = state;
  }

  async run(inputs: HostTensors): Promise<HostTensors> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of this.#program.reads) feeds[name] = this.#state.slot(name).current;
    for (const [name, spec] of Object.entries(this.#program.inputs)) {
      feeds[name] = new ort.Tensor(spec.dtype, requireTensor(inputs, name, spec).data, spec.shape);
    }
    const fetches: Record<string, ort.Tensor | null> = {};
    const updated: string[] = [];
    for (const { name } of this.#compiled.model.outputs) {
      if (name.endsWith(STATE_SUFFIX)) {
        const stateName = name.slice(OUTPUT_PREFIX.length, -STATE_SUFFIX.length);
        updated.push(stateName);
        fetches[name] = this.#state.slot(stateName).spare;
      } else {
        fetches[name] = null;
      }
    }
    const results = await this.#session.run(feeds, fetches);
    for (const name of updated) {
      const slot = this.#state.slot(name);
      [slot.current, slot.spare] = [slot.spare, slot.current];
    }
    const outputs: HostTensors = {};
    for (const { name, dtype } of this.#compiled.model.outputs) {
      if (name.endsWith(STATE_SUFFIX)) continue;
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
    await this.#session.release();
  }
}
