import { openEngine } from '../open-engine.js';
import type { EngineOptions } from '../program.js';
import type { HostTensors } from '../host-tensor.js';
import type { Training } from './network-program.js';

export interface Trained {
  /** Of every step. */
  readonly losses: readonly number[];
  /** All state tensors afterwards. */
  readonly state: HostTensors;
}

/** Trains on an engine of its own. */
export async function train(
  options: EngineOptions,
  { program, state, inputs }: Training,
  steps: number,
): Promise<Trained> {
  const engine = await openEngine(options);
  const engineState = engine.createState(state);
  const executable = await engine.compile(program, engineState);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await executable.run(inputs(step)))['loss']!.data[0]!);
  }
  const trained = { losses, state: await engineState.read() };
  await executable.dispose();
  await engine.dispose();
  return trained;
}
