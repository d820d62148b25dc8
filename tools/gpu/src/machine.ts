import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { gpuNames } from './gpu-memory.js';

/** Where a check ran. */
export interface Machine {
  readonly system: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** In bytes. */
  readonly memory: number;
  /** NVIDIA's only: others have no tool in common that lists them. */
  readonly gpus: readonly string[];
}

export async function describeMachine(): Promise<Machine> {
  return {
    system: `${type()} ${release()} ${process.arch}`,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    gpus: await gpuNames(),
  };
}
