import {
  matmulCase,
  runBenchmarks,
  vgg16SupernetCase,
  type BenchmarkCase,
  type CaseResult,
} from '@taskweave/bench';
import { gpuMemoryInUse } from './gpu-memory.js';
import type { BenchmarkJob } from './job.js';

export interface BenchmarkResult extends CaseResult {
  /** The most memory the process had, in bytes. */
  readonly hostMemory: number;
  /** What the GPUs hold more at the end than at the start, in bytes; unknown where nothing tells. */
  readonly gpuMemory?: number;
}

/**
 * Times a search iteration on a device, in turns with a matrix product and the peer.
 *
 * @param onIteration told before every iteration
 */
export async function benchmark(job: BenchmarkJob, onIteration: () => void): Promise<BenchmarkResult> {
  const { device, threads, rounds, iterations, peer } = job;
  const before = device === 'cpu' ? undefined : await gpuMemoryInUse();
  let atEnd: number | undefined;
  const [result] = await runBenchmarks({
    engine: 'onnx',
    device,
    threads,
    repeats: rounds,
    iterations,
    peer,
    outside: false,
    cases: [
      beforeDisposal(vgg16SupernetCase(job.network), async () => {
        if (before !== undefined) atEnd = await gpuMemoryInUse();
      }),
    ],
    yardstick: beforeRun(matmulCase(job.matmul), onIteration),
    baseline: {},
    onResult: () => undefined,
  });
  return {
    ...result!,
    hostMemory: process.resourceUsage().maxRSS * 1024,
    ...(before !== undefined && atEnd !== undefined && { gpuMemory: atEnd - before }),
  };
}

function beforeDisposal(benchmarkCase: BenchmarkCase, act: () => Promise<void>): BenchmarkCase {
  return {
    ...benchmarkCase,
    async prepare(engine) {
      const { parts, dispose } = await benchmarkCase.prepare(engine);
      return { parts, dispose: () => act().then(dispose) };
    },
  };
}

function beforeRun(benchmarkCase: BenchmarkCase, act: () => void): BenchmarkCase {
  return {
    ...benchmarkCase,
    async prepare(engine) {
      const { parts, dispose } = await benchmarkCase.prepare(engine);
      const told = parts.map((part) => ({
        ...part,
        run: () => {
          act();
          return part.run();
        },
      }));
      return { parts: told, dispose };
    },
  };
}
