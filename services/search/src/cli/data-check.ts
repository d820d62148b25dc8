import { TaskweaveError } from '@taskweave/common';
import { checkDataSet, findDataSet, noSuchTask, type DataReport, type DataSet } from '@taskweave/datasets';
import { writeOutputFile } from '@taskweave/runs';
import type { RunSpec } from '@taskweave/spec';
import { contactSheet } from '../data-check/contact-sheet.js';
import { reportText } from '../data-check/report-text.js';
import { checkOutputFile } from '../run/check-output.js';
import { shownPath } from './format.js';
import { specOf, type SpecOptions } from './spec-options.js';

export interface DataCheckOptions extends SpecOptions {
  json?: boolean;
  out?: string;
}

/**
 * `taskweave data check`: reads every example and says what is in the data and what is wrong with it.
 *
 * @throws TaskweaveError `DATA_INVALID` after the report, when something is wrong
 */
export async function dataCheck({ json, out, ...options }: DataCheckOptions): Promise<void> {
  const spec = specOf(options);
  if (out !== undefined) checkOutputFile(out, '--out');
  const opened = await openForCheck(spec);
  const report =
    opened instanceof TaskweaveError ? unopened(opened) : await check(spec, opened, json === true);
  process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : reportText(report));
  if (out !== undefined && !(opened instanceof TaskweaveError))
    await writeSheet(opened, report, spec, out, json !== true);
  if (report.problems.length === 0) return;
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'This data cannot be used as it is.',
    subject: `data set '${spec.data.set}'`,
    found: `${report.problems.length} problem${report.problems.length === 1 ? '' : 's'}`,
    expected: 'none',
    action: 'Mend what the report lists, and check again.',
  });
}

/** The data set, or what is wrong with its lists. */
async function openForCheck({ data }: RunSpec): Promise<DataSet | TaskweaveError> {
  try {
    return await findDataSet(data.set).open(data.options);
  } catch (error) {
    const aboutData = error instanceof TaskweaveError && /^(DATA_INVALID|FILE_MISSING)$/.test(error.code);
    if (aboutData) return error;
    throw error;
  }
}

function unopened(error: TaskweaveError): DataReport {
  return { tasks: [], imageShape: [], parts: [], problems: [error.toDetails()] };
}

async function check(spec: RunSpec, dataSet: DataSet, quiet: boolean): Promise<DataReport> {
  const tasks = tasksOf(spec, dataSet);
  const live = !quiet && process.stderr.isTTY;
  const report = await checkDataSet(dataSet, {
    tasks,
    onProgress(done, of) {
      if (live) process.stderr.write(`\r\x1b[2Kread ${done} of ${of} examples`);
    },
  });
  if (live) process.stderr.write('\r\x1b[2K');
  return report;
}

/** The tasks of the spec. @throws TaskweaveError `CONFIG_INVALID` for one that the data set has no labels for */
function tasksOf(spec: RunSpec, dataSet: DataSet): string[] {
  return spec.tasks.map(({ id }) => {
    if (dataSet.tasks.some((task) => task.id === id)) return id;
    throw noSuchTask(spec.data.set, id, dataSet.tasks);
  });
}

async function writeSheet(
  dataSet: DataSet,
  report: DataReport,
  { seed }: RunSpec,
  path: string,
  tell: boolean,
): Promise<void> {
  const bytes = await contactSheet(dataSet, report, { seed, step: 0 });
  if (bytes === undefined) return;
  await writeOutputFile(path, bytes, '--out');
  if (tell) process.stdout.write(`\npictures of some examples: ${shownPath(path)}\n`);
}
