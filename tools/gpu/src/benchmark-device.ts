import type { BenchmarkResult } from './benchmark.js';
import type { BenchmarkJob } from './job.js';
import type { FailedBenchmark } from './report.js';
import { runJob } from './run-job.js';

/**
 * Times a network on a device in a process of its own.
 *
 * @param peer a command with placeholders
 * @param onIteration told of each iteration, those of warming up included, as it begins
 */
export async function benchmarkDevice(
  { peer, ...job }: Omit<BenchmarkJob, 'kind'>,
  onIteration: (number: number) => void,
): Promise<BenchmarkResult | FailedBenchmark> {
  let result: BenchmarkResult | undefined;
  let iteration = 0;
  const failure = await runJob(
    {
      kind: 'benchmark',
      ...job,
      ...(peer !== undefined && { peer: peerCommand(peer, job) }),
    },
    (message) => {
      if (message.kind === 'benchmark') ({ result } = message);
      if (message.kind === 'iteration-begins') onIteration(++iteration);
    },
  );
  return result ?? { name: job.network.name, failure: failure ?? 'it told no result' };
}

/** A peer's command for a network: `{width}`, `{batch}`, `{size}` and `{threads}` replaced. */
export function peerCommand(
  command: string,
  { network, threads }: Pick<BenchmarkJob, 'network' | 'threads'>,
): string {
  const { width, batch, size = 64 } = network;
  return command
    .replaceAll('{width}', String(width))
    .replaceAll('{batch}', String(batch))
    .replaceAll('{size}', String(size))
    .replaceAll('{threads}', String(threads));
}
