import { TaskweaveError } from '@taskweave/common';
import { findRun, readResult, type Scores } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import { readModel } from '../run/model.js';
import { RunControl } from '../run/run-control.js';
import { formatScore } from '../run/score-text.js';
import { evaluate as score, type SplitName } from '../run/evaluate.js';
import { ServiceGroup } from '../run/services.js';
import { evaluateWeights, type EvaluateWeightsOptions } from './evaluate-weights.js';
import { formatTable } from './format.js';
import { stopOnSignals } from './stop-signals.js';
import { withTelemetry } from './with-telemetry.js';

export interface EvaluateOptions {
  split?: SplitName;
  output: string;
  json?: boolean;
}

/** Options that are about weights from a file. */
const ABOUT_WEIGHTS = ['config', 'preset', 'device', 'batch', 'gradients', 'mode'] as const;

/** `taskweave evaluate`: of a run, or of weights from a file. */
export async function evaluate(
  run: string | undefined,
  options: EvaluateOptions & Partial<EvaluateWeightsOptions> & { set: string[] },
): Promise<void> {
  const { weights } = options;
  if (weights !== undefined) {
    if (run === undefined) return evaluateWeights({ ...options, weights });
    throw conflict('A run has weights of its own.', `${run} --weights ${weights}`);
  }
  if (run === undefined) throw conflict("Missing required argument 'run'.", 'neither a run nor --weights');
  const given = ABOUT_WEIGHTS.filter((key) => options[key] !== undefined).map((key) => `--${key}`);
  if (options.set.length > 0) given.push('--set');
  if (given.length > 0) throw conflict('A run is evaluated as it was trained.', `${run} ${given.join(' ')}`);
  return withTelemetry(() => evaluateRun(run, options));
}

function conflict(message: string, found: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message,
    subject: 'the command line',
    found,
    expected: 'the name of a run, or --weights <file> with what belongs to it',
    action: 'See: taskweave evaluate --help',
  });
}

/** Scores the exported model once more. */
async function evaluateRun(run: string, { split = 'test', output, json }: EvaluateOptions): Promise<void> {
  const folder = findRun(run, output);
  const model = readModel(folder.model);
  const reported =
    split === 'test' && existsSync(folder.result) ? readResult(folder.result).test.discrete : undefined;

  const control = new RunControl();
  const releaseSignals = stopOnSignals(control, () => undefined);
  const onCrash = control.abort.bind(control);
  const services = await ServiceGroup.start(['data-loader', 'evaluator'], { processes: false, onCrash });
  let scores: Scores;
  try {
    control.throwIfEnding();
    const source = { $case: 'model', value: folder.model } as const;
    const request = { run: model.run, plan: model.plan, source, split, networks: ['discrete'] } as const;
    scores = (await score(services, request, control.signal)).discrete;
  } finally {
    await services.stop();
    releaseSignals();
  }
  const matches = reported === undefined ? undefined : sameScores(scores, reported);
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ run: model.run, split, scores, ...(matches !== undefined && { matches }) })}\n`
      : describe(split, scores, matches),
  );
}

function sameScores(a: Scores, b: Scores): boolean {
  const tasks = Object.keys(b);
  const same = (task: string): boolean =>
    a[task]?.value === b[task]!.value && a[task]?.loss === b[task]!.loss;
  return tasks.length === Object.keys(a).length && tasks.every(same);
}

function describe(split: SplitName, scores: Scores, matches: boolean | undefined): string {
  const rows = Object.entries(scores).flatMap(([task, score]) => [
    [`${task} ${score.metric}`, formatScore(score), score.loss.toFixed(4), String(score.examples)],
    ...Object.entries(score.details ?? {}).map(([metric, value]) => [
      `${task} ${metric}`,
      formatScore({ metric, value }),
    ]),
  ]);
  const verdict =
    matches === undefined
      ? ''
      : matches
        ? 'The same as in result.json.\n'
        : 'Not the same as in result.json: another engine or machine, or the model was changed.\n';
  return formatTable([[split, 'score', 'loss', 'examples'], ...rows]) + verdict;
}
