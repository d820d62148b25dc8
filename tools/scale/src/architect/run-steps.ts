import { randomStream } from '@taskweave/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, SimulatedTrainer } from './simulated-trainer.js';

/** By what share of its length a simulated computation differs from trainer to trainer and step to step, at most. */
const JITTER = 0.05;

export interface StepRange {
  readonly first: number;
  readonly count: number;
  /** Milliseconds that a trainer computes before each exchange, give or take 5 %; 0: none. */
  readonly computeMs: number;
}

/** Lets trainers make steps together. Returns the exchanges of every step, one for each trainer. */
export async function runSteps(
  trainers: readonly SimulatedTrainer[],
  { first, count, computeMs }: StepRange,
): Promise<Exchange[][]> {
  const steps = Array.from({ length: count }, (): Exchange[] => []);
  await Promise.all(
    trainers.map(async (trainer) => {
      for (let i = 0; i < count; i++) {
        if (computeMs > 0) await sleep(computeMs * (1 + JITTER * deviation(trainer.name, first + i)));
        steps[i]!.push(await trainer.exchange(first + i));
      }
    }),
  );
  return steps;
}

/** A fixed random number in (-1, 1). */
function deviation(name: string, step: number): number {
  return 2 * randomStream(1, `pace/${name}`, step).uniform(0) - 1;
}

/**
 * How long the architect took to answer each trainer of one step, in milliseconds: from when the last trainer had
 * handed in, as nobody can be answered before that.
 */
export function answerTimes(step: readonly Exchange[]): number[] {
  const complete = Math.max(...step.map(({ sentAt }) => sentAt));
  return step.map(({ answeredAt }) => answeredAt - complete);
}
