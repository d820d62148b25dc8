import type * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import type { CompiledProgram } from '../compiler/compile.js';
import type { DeviceId } from '../devices/device.js';
import { openBindingSession } from './onnx-binding-session.js';
import { openNativeSession } from './onnx-native-session.js';

export interface SessionOptions {
  readonly device: DeviceId;
  readonly threads: number;
  /** See `EngineOptions.profile`. */
  readonly profile?: string;
}

/** Tensors by name. */
export type SessionTensors<Missing = never> = Readonly<Record<string, ort.Tensor | Missing>>;

/** A compiled program that onnxruntime has loaded. */
export interface Session {
  /**
   * @param feeds the program's inputs
   * @param fetches where outputs are to be written, by name; an output without a tensor there gets a new one
   * @returns all outputs
   */
  run(feeds: SessionTensors, fetches?: SessionTensors<null>): Promise<SessionTensors>;
  /** Writes the file of the profile. */
  endProfiling(): void;
  release(): Promise<void>;
}

/**
 * Loads a compiled program into onnxruntime, without its memory pattern: with it, the second call lays out all tensors
 * anew in one block, and the memory of the first call stays reserved, twice the memory for a step that is no quicker.
 *
 * @throws TaskweaveError INTERNAL when onnxruntime refuses it; ENGINE_UNAVAILABLE when its library does not load
 */
export async function createSession(program: CompiledProgram, options: SessionOptions): Promise<Session> {
  try {
    return options.device === 'cpu'
      ? openNativeSession(program, options)
      : await openBindingSession(program, options);
  } catch (error) {
    if (error instanceof TaskweaveError) throw error;
    const message = `onnxruntime refused the compiled program ${program.model.name}: ${(error as Error).message}`;
    throw new TaskweaveError({ code: 'INTERNAL', message }, { cause: error });
  }
}
