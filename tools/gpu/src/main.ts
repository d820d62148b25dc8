import { writeFile } from 'node:fs/promises';
import { TaskweaveError, describeError } from '@taskweave/common';
import { check } from './check.js';
import { USAGE, parseOptions, type CheckOptions } from './options.js';
import { pack } from './pack/pack.js';
import { render } from './render.js';
import { failures } from './report.js';

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns the exit code */
async function runCheck(options: CheckOptions): Promise<number> {
  // Not after an hour of work.
  if (options.json !== undefined) await write(options.json, '');
  const report = await check(options, progress);
  process.stdout.write(render(report));
  if (options.json !== undefined) await write(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  return report.devices.some((device) => failures(device).length > 0) ? 1 : 0;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new TaskweaveError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: 'The results cannot be written.',
        subject: '--json',
        found: (error as Error).message,
      },
      { cause: error },
    );
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else if (options.command === 'pack') process.stdout.write(await pack(options.file, progress));
  else process.exitCode = await runCheck(options);
} catch (error) {
  const known = TaskweaveError.from(error);
  process.stderr.write(`${describeError(known)}\n`);
  process.exitCode = known.exitCode;
}
