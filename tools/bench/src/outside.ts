import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UPDATE_MEASURE, openEngine, type EngineOptions } from '@taskweave/engine';
import type { BenchmarkCase } from './cases/benchmark-case.js';

/** Iterations that are not counted: the first one allocates what the others use again. */
const WARM_UP = 2;
const ITERATIONS = 4;

/** onnxruntime's name for the execution of a whole graph, in its profile. */
const EXECUTION = 'SequentialExecutor::Execute';

interface ProfileEvent {
  readonly name?: string;
  /** Start and duration in microseconds. */
  readonly ts?: number;
  readonly dur?: number;
}

/**
 * The share of a case's time that is spent neither by onnxruntime on graphs nor by the engine on updates of tensors in
 * host memory: feeds and fetches, JavaScript, the way into native code and back. Measured on an engine of its own, which
 * keeps a profile.
 *
 * @returns 0..1; undefined for an engine that keeps no profile
 */
export async function outsideShare(
  benchmark: BenchmarkCase,
  settings: EngineOptions,
): Promise<number | undefined> {
  if (settings.id !== 'onnx') return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-bench-'));
  try {
    const engine = await openEngine({ ...settings, profile: join(folder, 'profile-') });
    const { parts, dispose } = await benchmark.prepare(engine);
    const iterate = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) for (const part of parts) await part.run();
    };
    await iterate(WARM_UP);
    const start = performance.now();
    await iterate(ITERATIONS);
    const milliseconds = performance.now() - start;
    const updates = performance
      .getEntriesByName(UPDATE_MEASURE)
      .filter(({ startTime }) => startTime >= start)
      .reduce((sum, { duration }) => sum + duration, 0);
    await dispose();
    await engine.dispose();
    return 1 - ((await executionTime(folder)) + updates) / milliseconds;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds of execution in all profiles of a folder, one for each program, without those of warming up. */
async function executionTime(folder: string): Promise<number> {
  let microseconds = 0;
  for (const file of await readdir(folder)) {
    const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as ProfileEvent[];
    const executions = events
      .filter(({ name }) => name === EXECUTION)
      .sort((a, b) => a.ts! - b.ts!)
      .slice(WARM_UP);
    for (const { dur } of executions) microseconds += dur!;
  }
  return microseconds / 1000;
}
