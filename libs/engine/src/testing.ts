/** What tests of tensor programs share, here and in the packages that write programs. */
import { expect } from 'vitest';
import type { HostTensors } from './host-tensor.js';
import { openEngine } from './open-engine.js';
import type { Program } from './program.js';
import { relativeError } from './test-values.js';
import type { NamedTensors } from './tf.js';

export { differentiated } from './differentiated.js';
export { normal, relativeError } from './test-values.js';

/** Engines that every machine has: the compiler's, and the one that runs op by op and serves as its oracle. */
export const TESTED_ENGINES = ['onnx', 'cpu'] as const;

export interface RunResult {
  /** Those of the last call. */
  readonly outputs: HostTensors;
  /** All state tensors afterwards. */
  readonly state: HostTensors;
}

/** Runs a program `calls` times on an engine of its own. */
export async function runProgram(
  id: (typeof TESTED_ENGINES)[number],
  program: Program,
  { state = {}, inputs = {}, calls = 1 }: { state?: HostTensors; inputs?: HostTensors; calls?: number } = {},
): Promise<RunResult> {
  const engine = await openEngine({ id, threads: 2 });
  const engineState = engine.createState(state);
  const executable = await engine.compile(program, engineState);
  let outputs: HostTensors = {};
  for (let call = 0; call < calls; call++) outputs = await executable.run(inputs);
  const after = await engineState.read();
  await executable.dispose();
  await engine.dispose();
  return { outputs, state: after };
}

/** Expects the same tensors, each to within a relative error. */
export function expectCloseTensors(found: HostTensors, expected: HostTensors, tolerance: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { data, shape, dtype }] of Object.entries(expected)) {
    expect(found[name], name).toMatchObject({ shape, dtype });
    expect(relativeError(found[name]!.data, data), name).toBeLessThanOrEqual(tolerance);
  }
}

/** Expects that the compiler's engine gives the outputs and the state that the oracle gives. */
export async function expectEqualEngines(
  program: Program,
  state: HostTensors,
  { inputs = {}, calls = 1, tolerance = 1e-4 } = {},
): Promise<void> {
  const traced = await runProgram('onnx', program, { state, inputs, calls });
  const oracle = await runProgram('cpu', program, { state, inputs, calls });
  expectCloseTensors(traced.outputs, oracle.outputs, tolerance);
  expectCloseTensors(traced.state, oracle.state, tolerance);
}

/** A program without state that applies a function to its inputs. */
export function pure(inputs: HostTensors, apply: (x: NamedTensors) => NamedTensors): Program {
  return { name: 'pure', inputs, reads: [], run: (_, tensors) => ({ outputs: apply(tensors) }) };
}
