import type { DeviceChoice, DeviceId } from './devices/device.js';
import type { HostTensors, TensorSpec } from './host-tensor.js';
import type { NamedTensors } from './tf.js';

/**
 * A pure function over tensors, written once in TensorFlow.js ops and run by every engine.
 *
 * `run` may be called once only (and recorded), so it must not depend on anything that changes between steps:
 * data, learning rates, gates, step numbers and random keys all come in through `inputs`.
 */
export interface Program {
  /** Shown in errors and profiles, e.g. `weight-step`. */
  readonly name: string;
  /** Everything that changes from call to call; shapes are static. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Names of the state tensors it reads. */
  readonly reads: readonly string[];
  /**
   * Activation checkpointing: stretches of the forward pass, each given by the scopes of its operations, whose feature
   * maps the gradient computes again instead of having them kept. Same numbers, less memory, more time. Engines that
   * do not trace keep them.
   */
  readonly recompute?: readonly (readonly string[])[];
  /**
   * @param state the tensors named in `reads`
   * @param inputs the tensors named in `inputs`
   */
  run(state: NamedTensors, inputs: NamedTensors): ProgramResult;
}

export interface ProgramResult {
  /** What the caller gets back. */
  readonly outputs: NamedTensors;
  /** State tensors to replace; each must have the shape it had before. */
  readonly state?: NamedTensors;
}

/** Tensors that outlive a program: weights, optimizer slots, running statistics. Shared by its programs. */
export interface EngineState {
  readonly specs: Readonly<Record<string, TensorSpec>>;
  /** Copies of the named tensors, all of them by default. */
  read(names?: readonly string[]): Promise<HostTensors>;
  /** Replaces tensors; names must exist and shapes must match. */
  write(values: HostTensors): void;
}

/** A compiled program. Calls on one engine must not overlap. */
export interface Executable {
  run(inputs: HostTensors): Promise<HostTensors>;
  dispose(): Promise<void>;
}

export type EngineId = 'onnx' | 'cpu' | 'tensorflow';

export interface EngineOptions {
  /** `onnx` traces programs and replays them natively; `cpu` and `tensorflow` run them op by op. */
  readonly id: EngineId;
  /** Threads of the `onnx` engine, 1..64. Recorded with a run: another count may give other last bits. */
  readonly threads: number;
  /** Where it computes; `cpu` by default. */
  readonly device?: DeviceChoice;
  /**
   * Begins the paths of the files that tell where each program's time went (`onnx` only): one file a program, written
   * when the program is disposed of. A program runs a little slower with it.
   */
  readonly profile?: string;
}

export interface Engine {
  readonly id: EngineId;
  /** Where it really computes, never `auto`. */
  readonly device: DeviceId;
  /** Versions, device and thread count, for the record of a run. */
  readonly description: string;
  createState(values: HostTensors): EngineState;
  compile(program: Program, state: EngineState): Promise<Executable>;
  dispose(): Promise<void>;
}
