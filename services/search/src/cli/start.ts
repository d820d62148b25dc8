import { TaskweaveError } from '@taskweave/common';
import { findRun, type RunFolder, type RunRecord, type RunResult } from '@taskweave/runs';
import { tlsIsOn, useCertificateFolder } from '@taskweave/service-kit';
import { resolve } from 'node:path';
import { RunControl } from '../run/run-control.js';
import { RunEvents } from '../run/run-events.js';
import { resumeRun, startRun } from '../run/start-run.js';
import { parseBaselines } from './baselines-option.js';
import { shownPath } from './format.js';
import { openDashboard, type OpenDashboard } from './open-dashboard.js';
import { Progress } from './progress.js';
import { specOf, type SpecOptions } from './spec-options.js';
import { describeInitialWeights } from './initial-weights-text.js';
import { drawResult, scoreTable, summaryLine } from './result-text.js';
import { stopOnSignals } from './stop-signals.js';
import { withTelemetry } from './with-telemetry.js';

export interface StartOptions extends SpecOptions {
  output: string;
  resume?: string;
  processes: boolean;
  evaluators: number;
  /** Folder of certificates. */
  tls?: string;
  /** Methods, separated by commas; `true` without a value. */
  baselines?: string | true;
  /** Whether a page shows the run; unless given, without --json. */
  dashboard?: boolean;
  json?: boolean;
}

/** `taskweave start`: a search from its config, or from where it stopped, to its result. */
export function start(options: StartOptions): Promise<void> {
  return withTelemetry((metricsUrl) => search(options, metricsUrl));
}

async function search(options: StartOptions, metricsUrl: string | undefined): Promise<void> {
  if (options.tls !== undefined) useCertificateFolder(resolve(options.tls));
  const control = new RunControl();
  const events = new RunEvents();
  let opened: { folder: RunFolder; record: RunRecord } | undefined;
  let progress: Progress | undefined;
  let page: OpenDashboard | undefined;
  const tell = (text: string): void => {
    if (options.json === true) return;
    if (progress !== undefined) progress.print(text);
    else process.stderr.write(`${text}\n`);
  };
  const runOptions = {
    processes: options.processes,
    evaluators: options.evaluators,
    baselines: parseBaselines(options.baselines),
    control,
    events,
    onOpen(folder: RunFolder, record: RunRecord, messages: string) {
      opened = { folder, record };
      if (options.dashboard ?? options.json !== true) {
        page = openDashboard(options.output, folder, tell);
      }
      if (options.json === true) return;
      tell(startLine(folder, record, messages, options));
      if (metricsUrl !== undefined) tell(`metrics at ${metricsUrl}`);
      if (options.resume === undefined && record.initialWeights !== undefined) {
        tell(describeInitialWeights(record.initialWeights).trimEnd());
      }
      const { steps } = record.plan.spec;
      progress = new Progress(events, { stream: process.stderr, steps });
    },
  };
  const releaseSignals = stopOnSignals(control, tell);
  try {
    const result = await begin(options, runOptions);
    printResult(result, opened!, options);
  } catch (thrown) {
    throw withResumeHint(TaskweaveError.from(thrown), opened?.folder);
  } finally {
    releaseSignals();
    page?.stop();
  }
}

function begin(options: StartOptions, runOptions: Parameters<typeof resumeRun>[1]): Promise<RunResult> {
  if (options.resume === undefined) return startRun(specOf(options), options.output, runOptions);
  refuseChanges(options);
  return resumeRun(findRun(options.resume, options.output), runOptions);
}

/** A resumed run must go on with the spec it was started with, or it would be another run. */
function refuseChanges(options: StartOptions): void {
  const given = (
    ['config', 'preset', 'seed', 'steps', 'name', 'method', 'engine', 'device', 'trainers'] as const
  )
    .filter((key) => options[key] !== undefined)
    .map((key) => `--${key}`);
  if (options.set.length > 0) given.push('--set');
  if (given.length === 0) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'A resumed run goes on with its own spec, which cannot be changed.',
    subject: '--resume',
    found: given.join(', '),
    expected:
      'only --output, --processes, --evaluators, --tls, --baselines, --dashboard, --no-dashboard and --json beside --resume',
    action: 'Leave these options out, or start a new run with them.',
  });
}

function startLine(
  folder: RunFolder,
  { run, plan }: RunRecord,
  messages: string,
  { processes, evaluators }: StartOptions,
): string {
  const { engine, trainers } = plan.spec;
  const { id, device, threads } = engine;
  return [
    `run ${run}`,
    `engine ${id} (${device}, ${threads} threads)`,
    `${processes ? 'services as processes' : 'services in one process'}${tlsIsOn() ? ', mutual TLS' : ''}`,
    ...(trainers.count > 1 ? [`${trainers.count} trainers`] : []),
    ...(evaluators > 1 ? [`${evaluators} evaluators`] : []),
    `messages: ${messages}`,
    `folder ${shownPath(folder.path)}`,
  ].join('  ·  ');
}

function printResult(
  result: RunResult,
  { folder, record }: { folder: RunFolder; record: RunRecord },
  { json, output }: StartOptions,
): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const path = shownPath(folder.path);
  process.stdout.write(
    [
      '',
      drawResult(result, record.plan, process.stdout),
      scoreTable(result),
      `${summaryLine(result)}\n`,
      `${path}/result.json, architecture.svg, model/, history.jsonl\n`,
      `Next:`,
      `  npx taskweave show ${path}`,
      `  npx taskweave evaluate ${path}`,
      `  npx taskweave dashboard${output === 'runs' ? '' : ` --output ${output}`}\n`,
    ].join('\n'),
  );
}

/** The error with what to do next, if the run can go on. */
function withResumeHint(error: TaskweaveError, folder: RunFolder | undefined): TaskweaveError {
  const resumable = folder?.exists === true && error.code !== 'RUN_NOT_RESUMABLE';
  if (!resumable) return error;
  const hint = `Continue with: npx taskweave --resume ${shownPath(folder.path)}`;
  const action = error.action === undefined ? hint : `${error.action} ${hint}`;
  return new TaskweaveError({ ...error.toDetails(), action }, { cause: error });
}
