import { measureArchitect, type ArchitectLoad } from './architect/measure-architect.js';
import type { ScaleOptions } from './options.js';
import { Progress } from './progress.js';
import type { ScaleReport } from './report.js';
import { measureWire } from './wire/measure-wire.js';

/** Seconds that starting an architect takes, and letting a trainer join and leave. */
const START_SECONDS = 2;
const JOIN_SECONDS = 0.01;
/** Exchanges of gates that are timed. */
const EXCHANGES = 300;
/** Seconds that a batch takes in a round of the wire, more or less. */
const BATCH_SECONDS = 0.04;

/**
 * Measures what the options ask for.
 *
 * @param write gets lines about the progress
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` when a process fails
 */
export async function runLaboratory(
  options: ScaleOptions,
  write: (line: string) => void,
): Promise<ScaleReport> {
  const { seconds, stepMs, rounds, batches } = options;
  const loadSeconds = (trainers: number): number => START_SECONDS + 2 * seconds + JOIN_SECONDS * trainers;
  const wireSeconds = 2 * START_SECONDS + BATCH_SECONDS * batches * rounds + seconds;
  const total = options.trainers.reduce((sum, trainers) => sum + loadSeconds(trainers), 0);
  const progress = new Progress(total + (options.wire ? wireSeconds : 0), write);

  const architect: ArchitectLoad[] = [];
  for (const trainers of options.trainers) {
    progress.begin(`${trainers} trainer${trainers === 1 ? '' : 's'}`, loadSeconds(trainers));
    architect.push(await measureArchitect({ trainers, seconds, computeMs: stepMs }));
  }
  if (!options.wire) return { stepMs, architect };
  progress.begin('the wire', wireSeconds);
  const wire = await measureWire({
    rounds,
    batches,
    steps: Math.max(2, Math.round((seconds * 1_000) / stepMs)),
    computeMs: stepMs,
    exchanges: EXCHANGES,
  });
  return { stepMs, architect, wire };
}
