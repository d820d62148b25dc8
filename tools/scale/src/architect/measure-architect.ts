import { median } from '@taskweave/bench/statistics';
import type { MeasuredProcess } from '../measured-process.js';
import { mean, percentile } from '../statistics.js';
import { answerTimes, runSteps } from './run-steps.js';
import { SimulatedTrainer, type Place } from './simulated-trainer.js';
import { startArchitect } from './start-architect.js';

/** How the architect did with so many trainers. */
export interface ArchitectLoad {
  readonly trainers: number;
  /** Architecture steps that were timed while trainers computed nothing. */
  readonly steps: number;
  readonly stepsPerSecond: number;
  /** From the last gradient of a step until a trainer has its gates, while trainers compute nothing. */
  readonly answerMeanMs: number;
  readonly answerP99Ms: number;
  /** Processor time of the architect's process for one step. */
  readonly cpuPerStepMs: number;
  readonly rssBytes: number;
  /** By how much timers in the architect's process came late. */
  readonly loopDelayMeanMs: number;
  readonly loopDelayP99Ms: number;
  /** Mean answer while trainers compute for the time of a step, as a share of that time: 0..1 and above. */
  readonly waitingShare: number;
  /** The same of the median answer, which other work on the machine disturbs less. */
  readonly waitingMedianShare: number;
}

export interface LoadOptions {
  readonly trainers: number;
  /** About how long to measure without and with computation, each. */
  readonly seconds: number;
  /** Milliseconds that a trainer computes in a step of the paced part. */
  readonly computeMs: number;
}

/** Steps before anything is timed: by then the code of both sides is compiled. */
const WARM_UP = 20;
/** Trainers that connect at a time. */
const JOINING = 50;
/** Steps that are timed at least, and at most: a few thousand answers tell as much as a million. */
const FEWEST = 5;
const MOST = 5_000;

/** Measures a fresh architect, in a process of its own. */
export async function measureArchitect(options: LoadOptions): Promise<ArchitectLoad> {
  const { architect, place } = await startArchitect(options.trainers);
  try {
    return await measure(architect, place, options);
  } finally {
    await architect.stop();
  }
}

async function measure(
  architect: MeasuredProcess,
  place: Place,
  { trainers: number, seconds, computeMs }: LoadOptions,
): Promise<ArchitectLoad> {
  const trainers = await join(place, number);
  const warmUp = await timed(() => runSteps(trainers, { first: 0, count: WARM_UP, computeMs: 0 }));
  const count = clamp(Math.round((seconds * 1_000 * WARM_UP) / warmUp.ms));
  await architect.sample();
  const free = await timed(() => runSteps(trainers, { first: WARM_UP, count, computeMs: 0 }));
  const used = await architect.sample();
  const paced = await runSteps(trainers, {
    first: WARM_UP + count,
    count: clamp(Math.round((seconds * 1_000) / computeMs)),
    computeMs,
  });
  await Promise.all(trainers.map((trainer) => trainer.leave()));
  const waits = paced.flatMap(answerTimes);
  const answers = free.value.flatMap(answerTimes);
  return {
    trainers: number,
    steps: count,
    stepsPerSecond: (1_000 * count) / free.ms,
    answerMeanMs: mean(answers),
    answerP99Ms: percentile(answers, 0.99),
    cpuPerStepMs: used.cpuMs / count,
    rssBytes: used.rssBytes,
    loopDelayMeanMs: used.loopDelayMeanMs,
    loopDelayP99Ms: used.loopDelayP99Ms,
    waitingShare: mean(waits) / computeMs,
    waitingMedianShare: median(waits) / computeMs,
  };
}

async function join(place: Place, number: number): Promise<SimulatedTrainer[]> {
  const trainers: SimulatedTrainer[] = [];
  while (trainers.length < number) {
    const names = Array.from({ length: Math.min(JOINING, number - trainers.length) }, (_, i) =>
      String(trainers.length + i),
    );
    trainers.push(...(await Promise.all(names.map((name) => SimulatedTrainer.join(place, name)))));
  }
  return trainers;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

function clamp(steps: number): number {
  return Math.max(FEWEST, Math.min(MOST, steps));
}
