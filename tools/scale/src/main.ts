import { TaskweaveError, describeError } from '@taskweave/common';
import { writeFile } from 'node:fs/promises';
import { drawChart } from './chart.js';
import { runLaboratory } from './laboratory.js';
import { USAGE, parseOptions, type ScaleOptions } from './options.js';
import { describeReport } from './report.js';

async function measure(options: ScaleOptions): Promise<void> {
  const { json, chart } = options;
  // Not after minutes of work.
  if (json !== undefined) await write('--json', json, '');
  if (chart !== undefined) await write('--chart', chart, '');
  const report = await runLaboratory(options, (line) => process.stderr.write(line));
  process.stdout.write(describeReport(report));
  if (json !== undefined) await write('--json', json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (chart !== undefined) await write('--chart', chart, drawChart(report));
}

async function write(option: string, file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: 'The results cannot be written.',
        subject: option,
        found: (cause as Error).message,
      },
      { cause },
    );
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else await measure(options);
} catch (error) {
  const known = TaskweaveError.from(error);
  process.stderr.write(`${describeError(known)}\n`);
  process.exitCode = known.exitCode;
}
