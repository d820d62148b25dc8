import { TaskweaveError } from '@taskweave/common';
import { parseSweep, type NamedText, type Sweep } from '@taskweave/spec';
import { dirname, resolve } from 'node:path';
import { comparisonText } from '../compare/table-text.js';
import { checkOutputFolder } from '../run/check-output.js';
import { plugins } from '../run/plugins.js';
import { checkPlans } from '../sweep/check-plans.js';
import { runSweep } from '../sweep/run-sweep.js';
import { SweepControl } from '../sweep/sweep-control.js';
import { SweepFolder, refuseOtherSpecs } from '../sweep/sweep-folder.js';
import type { SweepRecord } from '../sweep/sweep-record.js';
import { tellWarnings } from './compare.js';
import { formatTable, shownPath } from './format.js';
import { readConfig } from './read-config.js';
import { stopOnSignals } from './stop-signals.js';
import { SweepScreen } from './sweep-screen.js';
import { withTelemetry } from './with-telemetry.js';

export interface SweepCommandOptions {
  output: string;
  dryRun: boolean;
  json?: boolean;
}

/** `taskweave sweep FILE`: every combination of a grid with every seed, and the table that compares them. */
export function sweep(file: string, options: SweepCommandOptions): Promise<void> {
  return withTelemetry(() => runGrid(file, options));
}

async function runGrid(file: string, options: SweepCommandOptions): Promise<void> {
  const { output, dryRun, json } = options;
  const grid = readSweep(file);
  const folder = new SweepFolder(output, grid.name);
  checkOutputFolder(output);
  refuseOtherSpecs(grid, folder);
  const screen = new SweepScreen(grid, json === true);
  const control = new SweepControl();
  const releaseSignals = stopOnSignals(control, (text) => screen.print(text));
  try {
    await control.during((own) => checkPlans(grid, file, own));
    if (dryRun) return printGrid(grid, folder, json);
    const record = await runSweep(grid, { output, folder, control, observer: screen });
    printRecord(record, folder, json);
    throwIfFailed(record, file);
  } catch (thrown) {
    throw withHint(TaskweaveError.from(thrown), file);
  } finally {
    releaseSignals();
  }
}

function readSweep(file: string): Sweep {
  const read = (path: string, subject: string): NamedText => ({
    name: path,
    text: readConfig(path, subject),
  });
  return parseSweep(
    read(file, 'FILE'),
    (path) => read(shownPath(resolve(dirname(file), path)), 'config'),
    plugins,
  );
}

function printGrid({ runs, variants, seeds }: Sweep, folder: SweepFolder, json: boolean | undefined): void {
  const planned = runs.map((run) => ({
    run: folder.nameOf(run),
    variant: run.variant,
    seed: run.seed,
    steps: run.spec.steps,
    state: folder.stateOf(run),
  }));
  if (json === true) {
    process.stdout.write(`${JSON.stringify(planned)}\n`);
    return;
  }
  const rows = planned.map(({ run, steps, state }) => [run, String(steps), state]);
  process.stdout.write(
    formatTable([['run', 'steps', 'state'], ...rows]) +
      `\n${runs.length} runs: ${variants.length} combinations, ${seeds.length} seeds. Nothing was started.\n`,
  );
}

function printRecord(record: SweepRecord, folder: SweepFolder, json: boolean | undefined): void {
  const { comparison } = record;
  if (json === true) {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  if (comparison === undefined) return;
  tellWarnings(comparison);
  process.stdout.write(`\n${comparisonText(comparison)}\n`);
  process.stdout.write(`${shownPath(folder.path)}: table.md, table.svg, sweep.json\n`);
}

function throwIfFailed({ runs }: SweepRecord, file: string): void {
  const failed = runs.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return;
  const lines = failed.map(({ run, error }) => `  ${run}: ${error ?? ''}`);
  throw new TaskweaveError({
    code: 'RUNS_FAILED',
    message: [`${failed.length} of ${runs.length} runs of the sweep failed:`, ...lines].join('\n'),
    action: `Try them again with: npx taskweave sweep ${file}`,
  });
}

function withHint(error: TaskweaveError, file: string): TaskweaveError {
  if (error.code !== 'STOPPED') return error;
  const details = { ...error.toDetails(), message: 'The sweep was stopped.' };
  return new TaskweaveError(
    { ...details, action: `Continue with: npx taskweave sweep ${file}` },
    { cause: error },
  );
}
