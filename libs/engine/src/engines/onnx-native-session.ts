import { setImmediate as nextTurn } from 'node:timers/promises';
import * as ort from 'onnxruntime-node';
import { elementCount } from '@taskweave/common';
import type { CompiledProgram } from '../compiler/compile.js';
import type { OnnxModel, OnnxTensor } from '../compiler/onnx-model.js';
import { addressOf, onnxRuntime, type Address } from './onnx-library.js';
import type { Session, SessionOptions, SessionTensors } from './onnx-session.js';

/** Values of the enumerations of onnxruntime_c_api.h. */
const LOG_ERRORS = 3;
const ALL_OPTIMIZERS = 99;
const [ARENA_ALLOCATOR, DEFAULT_MEMORY] = [1, 0];
const ELEMENT_TYPE = { float32: 1, int32: 6, bool: 9 } as const;

let environment: Address | undefined;
let cpuMemory: Address | undefined;
let open = 0;

/** Sessions of this thread that were opened and not released. */
export function openNativeSessions(): number {
  return open;
}

/**
 * Opens a compiled program on the CPU through onnxruntime's C API. Its Node binding puts every output into new memory,
 * also where it was given a tensor to write to: a tenth of a step where gradients are large. Here outputs are written
 * where they are wanted, and nothing is copied.
 *
 * @throws Error with onnxruntime's message when it refuses the program
 */
export function openNativeSession(
  { model, bytes }: CompiledProgram,
  { threads, profile }: SessionOptions,
): Session {
  const { call, make } = onnxRuntime();
  environment ??= make('CreateEnv', LOG_ERRORS, 'taskweave');
  cpuMemory ??= make('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY);
  const options = make('CreateSessionOptions');
  try {
    call('SetIntraOpNumThreads', options, threads);
    call('SetInterOpNumThreads', options, 1);
    call('SetSessionLogSeverityLevel', options, LOG_ERRORS);
    call('SetSessionGraphOptimizationLevel', options, ALL_OPTIMIZERS);
    call('DisableMemPattern', options);
    const disabled = model.disabledOptimizers.join(';');
    call('AddSessionConfigEntry', options, 'optimization.disable_specified_optimizers', disabled);
    if (profile !== undefined) call('EnableProfiling', options, `${profile}${model.name}`);
    const session = make('CreateSessionFromArray', environment, bytes, bytes.byteLength, options);
    open++;
    return new NativeSession(session, model);
  } finally {
    call('ReleaseSessionOptions', options);
  }
}

class NativeSession implements Session {
  readonly #runtime = onnxRuntime();
  readonly #session: Address;
  readonly #outputs: readonly OnnxTensor[];
  readonly #inputNames: NameList;
  readonly #outputNames: NameList;

  constructor(session: Address, { inputs, outputs }: OnnxModel) {
    this.#session = session;
    this.#outputs = outputs;
    this.#inputNames = new NameList(inputs.map(({ name }) => name));
    this.#outputNames = new NameList(outputs.map(({ name }) => name));
  }

  async run(feeds: SessionTensors, fetches: SessionTensors<null> = {}): Promise<SessionTensors> {
    // A program blocks the thread; others get their turn before it.
    await nextTurn();
    const results = Object.fromEntries(
      this.#outputs.map((output) => [output.name, fetches[output.name] ?? emptyTensor(output)]),
    );
    const read = this.#values(this.#inputNames.names.map((name) => feeds[name]!));
    const written = this.#values(this.#outputNames.names.map((name) => results[name]!));
    const [inputs, outputs] = [this.#inputNames, this.#outputNames];
    try {
      this.#runtime.call(
        'Run',
        this.#session,
        null,
        inputs.addresses,
        read,
        read.length,
        outputs.addresses,
        written.length,
        written,
      );
    } finally {
      for (const value of [...read, ...written]) this.#runtime.call('ReleaseValue', value);
    }
    return results;
  }

  /** OrtValues over the memory of tensors, which must not go as long as they are in use. */
  #values(tensors: readonly ort.Tensor[]): BigUint64Array {
    return BigUint64Array.from(tensors, ({ data, dims, type }) => {
      const { byteLength } = data as Float32Array;
      const shape = BigInt64Array.from(dims, BigInt);
      const element = ELEMENT_TYPE[type as keyof typeof ELEMENT_TYPE];
      return this.#runtime.make(
        'CreateTensorWithDataAsOrtValue',
        cpuMemory!,
        data as Float32Array,
        byteLength,
        shape,
        shape.length,
        element,
      );
    });
  }

  endProfiling(): void {
    const allocator = this.#runtime.make('GetAllocatorWithDefaultOptions');
    const file = this.#runtime.make('SessionEndProfiling', this.#session, allocator);
    this.#runtime.call('AllocatorFree', allocator, file);
  }

  release(): Promise<void> {
    open--;
    this.#runtime.call('ReleaseSession', this.#session);
    return Promise.resolve();
  }
}

/** Names as C has them: addresses of texts that end with a zero byte. */
class NameList {
  readonly names: readonly string[];
  readonly addresses: BigUint64Array;
  /** Kept, because C does not. */
  readonly #texts: readonly Buffer[];

  constructor(names: readonly string[]) {
    this.names = names;
    this.#texts = names.map((name) => Buffer.from(`${name}\0`));
    this.addresses = BigUint64Array.from(this.#texts, addressOf);
  }
}

function emptyTensor({ dtype, shape }: OnnxTensor): ort.Tensor {
  const size = elementCount(shape);
  if (dtype === 'bool') return new ort.Tensor('bool', new Uint8Array(size), shape);
  if (dtype === 'int32') return new ort.Tensor('int32', new Int32Array(size), shape);
  return new ort.Tensor('float32', new Float32Array(size), shape);
}
