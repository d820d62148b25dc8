import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { TaskweaveError } from '@taskweave/common';

/** Version of the C API that is asked for; later libraries have it too. */
const API_VERSION = 18;
const POINTER = 'void *';
const TEXT = 'const char *';
/** Names of files are UTF-16 on Windows. */
const PATH = process.platform === 'win32' ? 'const char16_t *' : TEXT;

/** The functions in use: place in the table `OrtApi` of onnxruntime_c_api.h, which never changes, and arguments. */
const FUNCTIONS = {
  GetErrorMessage: [2, POINTER],
  CreateEnv: [3, 'int', TEXT, POINTER],
  CreateSessionFromArray: [8, POINTER, POINTER, 'size_t', POINTER, POINTER],
  Run: [9, POINTER, POINTER, POINTER, POINTER, 'size_t', POINTER, 'size_t', POINTER],
  CreateSessionOptions: [10, POINTER],
  EnableProfiling: [14, POINTER, PATH],
  DisableMemPattern: [17, POINTER],
  SetSessionLogSeverityLevel: [22, POINTER, 'int'],
  SetSessionGraphOptimizationLevel: [23, POINTER, 'int'],
  SetIntraOpNumThreads: [24, POINTER, 'int'],
  SetInterOpNumThreads: [25, POINTER, 'int'],
  CreateTensorWithDataAsOrtValue: [49, POINTER, POINTER, 'size_t', POINTER, 'size_t', 'int', POINTER],
  CreateCpuMemoryInfo: [69, 'int', 'int', POINTER],
  AllocatorFree: [76, POINTER, POINTER],
  GetAllocatorWithDefaultOptions: [78, POINTER],
  ReleaseStatus: [93, POINTER],
  ReleaseSession: [95, POINTER],
  ReleaseValue: [96, POINTER],
  ReleaseSessionOptions: [100, POINTER],
  SessionEndProfiling: [110, POINTER, POINTER, POINTER],
  AddSessionConfigEntry: [130, POINTER, TEXT, TEXT],
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** An address in memory. */
export type Address = bigint;

/** A typed array stands for the address of its memory, null for the null pointer. */
export type Argument = number | string | Address | ArrayBufferView | null;

/** The C API of onnxruntime, without the Node binding in between. */
export interface OnnxRuntime {
  /**
   * Calls a function for what it does.
   *
   * @throws Error with onnxruntime's message when it does not succeed
   */
  call(name: FunctionName, ...args: readonly Argument[]): void;
  /**
   * Calls a function whose last argument takes the address of what it makes, which it returns.
   *
   * @throws Error with onnxruntime's message when it does not succeed
   */
  make(name: FunctionName, ...args: readonly Argument[]): Address;
}

/** Where the memory of a typed array begins; it stays there for as long as the array lives. */
export function addressOf(memory: ArrayBufferView): Address {
  return koffi.address(memory);
}

type NativeFunction = (...args: readonly Argument[]) => unknown;

let runtime: OnnxRuntime | undefined;

/**
 * The library that the npm package onnxruntime-node brings along, loaded once; in a process in which the package's
 * binding is at work too it is the same one.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE when there is none for this machine
 */
export function onnxRuntime(): OnnxRuntime {
  runtime ??= load(libraryFile());
  return runtime;
}

function load(file: string): OnnxRuntime {
  const functions = new Map<string, NativeFunction>();
  try {
    // OrtApiBase begins with the address of GetApi(version), which gives the table.
    const base: Address = koffi.load(file).func('OrtGetApiBase', POINTER, [])() as Address;
    const getApi = koffi.decode(base, POINTER) as Address;
    const api = koffi.call(getApi, koffi.proto(POINTER, ['uint32_t']), API_VERSION) as Address;
    for (const [name, [place, ...takes]] of Object.entries(FUNCTIONS)) {
      const gives = name === 'GetErrorMessage' ? TEXT : name.startsWith('Release') ? 'void' : POINTER;
      const address = koffi.decode(api, place * koffi.sizeof(POINTER), POINTER) as Address;
      functions.set(name, koffi.decode(address, koffi.proto(gives, [...takes])) as NativeFunction);
    }
  } catch (error) {
    throw unavailable(file, (error as Error).message, error);
  }
  const raw = (name: FunctionName, ...args: readonly Argument[]): unknown => functions.get(name)!(...args);
  const call = (name: FunctionName, ...args: readonly Argument[]): void => {
    const status = raw(name, ...args) as Address | null | undefined;
    if (status === null || status === undefined) return;
    const message = raw('GetErrorMessage', status) as string;
    raw('ReleaseStatus', status);
    throw new Error(message);
  };
  return {
    call,
    make(name, ...args) {
      const made = new BigUint64Array(1);
      call(name, ...args, made);
      return made[0]!;
    },
  };
}

/**
 * The library in the npm package; its name has the version in it, in a way that differs from system to system.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE when the package has none for a system and processor
 */
export function libraryFile(platform: string = process.platform, arch: string = process.arch): string {
  // The package's entry is dist/index.js.
  const root = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  const folder = join(root, 'bin', 'napi-v6', platform, arch);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const file = files.find((name) => /^(lib)?onnxruntime(\.|$)/.test(name) && /\.(so|dylib|dll)/.test(name));
  if (file === undefined) throw unavailable(folder, 'there is none for this system and processor');
  return join(folder, file);
}

function unavailable(subject: string, why: string, cause?: unknown): TaskweaveError {
  const message = `The library of onnxruntime cannot be loaded: ${why}`;
  const action = 'Run npm ci, or use the engine cpu.';
  return new TaskweaveError({ code: 'ENGINE_UNAVAILABLE', message, subject, action }, { cause });
}
