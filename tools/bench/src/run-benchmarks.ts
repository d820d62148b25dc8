import { openEngine } from '@taskweave/engine';
import { storedRatio, type Baseline } from './baseline.js';
import type { BenchmarkCase } from './cases/benchmark-case.js';
import { measure } from './measure.js';
import type { BenchOptions } from './options.js';
import { outsideShare } from './outside.js';
import { runPeer } from './peer.js';
import { summarise, type CaseResult } from './result.js';

export interface BenchmarkRun extends Pick<
  BenchOptions,
  'engine' | 'device' | 'threads' | 'repeats' | 'iterations' | 'peer' | 'outside'
> {
  readonly cases: readonly BenchmarkCase[];
  /** What the cases are measured against. */
  readonly yardstick: BenchmarkCase;
  readonly baseline: Baseline;
  /** Told of every result as it is there. */
  onResult(result: CaseResult): void;
}

/** Measures cases one after the other on one engine. */
export async function runBenchmarks(run: BenchmarkRun): Promise<CaseResult[]> {
  const { threads, peer } = run;
  const settings = { id: run.engine, device: run.device, threads };
  const engine = await openEngine(settings);
  const yardstick = await run.yardstick.prepare(engine);
  try {
    const results: CaseResult[] = [];
    for (const benchmark of run.cases) {
      const measurement = await measure(engine, benchmark, yardstick, {
        rounds: run.repeats,
        iterationsPerRound: run.iterations,
        ...(peer !== undefined && { peer: () => runPeer(peer) }),
      });
      const about = {
        name: benchmark.name,
        title: benchmark.title,
        engine: engine.id,
        device: engine.device,
        threads,
      };
      const stored = storedRatio(run.baseline, about);
      const outside = run.outside ? await outsideShare(benchmark, settings) : undefined;
      const result = summarise(
        {
          ...about,
          ...(stored !== undefined && { storedRatio: stored }),
          ...(outside !== undefined && { outside }),
        },
        measurement,
      );
      run.onResult(result);
      results.push(result);
    }
    return results;
  } finally {
    await yardstick.dispose();
    await engine.dispose();
  }
}
