import { writeFile } from 'node:fs/promises';
import { TaskweaveError, describeError } from '@taskweave/common';
import { openDisk } from './disk.js';
import { FAULTS } from './faults/registry.js';
import { parseOptions, USAGE, type ChaosOptions } from './options.js';
import { describeResult, summary } from './report.js';
import { runTrial, STEPS, undisturbed, type TrialResult } from './run-trial.js';
import { drawSchedule } from './schedule.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns the exit code */
async function chaos({ faults, seed, json }: ChaosOptions): Promise<number> {
  // Not after an hour of work.
  if (json !== undefined) await write(json, '');
  const disk = await openDisk();
  await disk.remove();
  const possible = FAULTS.filter(({ id }) => disk.small || id !== 'full-disk');
  if (!disk.small) print('Without full disks: that needs the right to mount a file system.');
  const expected = await undisturbed();
  print(`undisturbed: ${STEPS} steps in ${expected.seconds.toFixed(1)} s`);
  const trials = drawSchedule(seed, faults, STEPS, possible);
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const result = await runTrial(trial, seed, expected.outcome);
    results.push(result);
    print(describeResult(results.length, trials.length, result, expected.seconds));
  }
  print(summary(results, expected.seconds));
  if (json !== undefined) {
    await write(json, `${JSON.stringify({ seed, undisturbed: expected.seconds, results }, undefined, 2)}\n`);
  }
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

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else process.exitCode = await chaos(options);
} catch (thrown) {
  const error = TaskweaveError.from(thrown);
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = error.exitCode;
}
