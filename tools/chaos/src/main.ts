import { writeFile } from 'node:fs/promises';
import { TaskweaveError, describeError } from '@taskweave/common';
import { possibleFaults } from './machine.js';
import { parseOptions, USAGE, type ChaosOptions } from './options.js';
import { describeResult, summary } from './report.js';
import {
  closeLaboratories,
  runTrial,
  secondsSince,
  STEPS,
  undisturbed,
  type TrialResult,
  type Undisturbed,
} from './run-trial.js';
import { drawSchedule } from './schedule.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns the exit code */
async function chaos({
  faults: count,
  seed,
  pairs,
  trainers,
  only,
  json,
  keep,
}: ChaosOptions): Promise<number> {
  // Not after an hour of work.
  if (json !== undefined) await write(json, '');
  const { faults, most, leftOut } = await possibleFaults(trainers);
  for (const line of leftOut) print(`Without ${line}.`);
  const trials = drawSchedule({ seed, count, steps: STEPS, faults, pairs, most });
  const chosen = [...trials.keys()].filter((index) => only === undefined || index === only - 1);
  const results: TrialResult[] = [];
  const references = new Map<number, Undisturbed>();
  const start = performance.now();
  for (const index of chosen) {
    const { shape } = trials[index]!;
    const expected = references.get(shape.trainers) ?? (await undisturbed({ ...shape, nats: false }));
    if (!references.has(shape.trainers)) {
      references.set(shape.trainers, expected);
      print(`undisturbed, ${shape.trainers} trainer(s): ${STEPS} steps in ${expected.seconds.toFixed(1)} s`);
    }
    const result = await runTrial(trials[index]!, {
      seed,
      expected,
      ...(keep && { keep }),
    });
    results.push(result);
    const left = (secondsSince(start) / results.length) * (chosen.length - results.length);
    print(describeResult({ number: index + 1, of: trials.length, left }, result));
    if (json !== undefined) {
      const text = JSON.stringify({ seed, results }, undefined, 2);
      await write(json, `${text}\n`);
    }
  }
  print(summary(results));
  return results.some(({ broken }) => broken.length > 0) ? 1 : 0;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const message = 'The results cannot be written.';
    const found = (cause as Error).message;
    throw new TaskweaveError({ code: 'OUTPUT_NOT_WRITABLE', message, subject: '--json', found }, { cause });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeLaboratories().finally(() => process.exit(1)));
}
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else process.exitCode = await chaos(options);
} catch (thrown) {
  const error = TaskweaveError.from(thrown);
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = error.exitCode;
}
