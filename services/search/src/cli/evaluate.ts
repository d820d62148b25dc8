import { startTelemetry } from '@taskweave/telemetry';
import { existsSync } from 'node:fs';
import { findRun } from '../run/find-run.js';
import { readModel } from '../run/model.js';
import { readResult } from '../run/result.js';
import { RunControl } from '../run/run-control.js';
import { formatScore } from '../run/score-text.js';
import { evaluate, type Scores, type SplitName } from '../run/scores.js';
import { ServiceGroup } from '../run/services.js';
import { formatTable } from './format.js';
import { stopOnSignals } from './stop-signals.js';

export interface EvaluateOptions {
  split: SplitName;
  output: string;
  json?: boolean;
}

/** `taskweave evaluate RUN`: scores the exported model once more. */
export async function evaluateRun(run: string, { split, output, json }: EvaluateOptions): Promise<void> {
  const folder = findRun(run, output);
  const model = readModel(folder.model);
  const reported =
    split === 'test' && existsSync(folder.result) ? readResult(folder.result).test.discrete : undefined;

  startTelemetry('search');
  const control = new RunControl();
  const releaseSignals = stopOnSignals(control, () => undefined);
  const onCrash = control.abort.bind(control);
  const services = await ServiceGroup.start(['data-loader', 'evaluator'], { processes: false, onCrash });
  let scores: Scores;
  try {
    control.throwIfEnding();
    const source = { $case: 'model', value: folder.model } as const;
    const request = { run: model.run, plan: model.plan, source, split, networks: ['discrete'] } as const;
    scores = (await evaluate(services, request, control.signal)).discrete;
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
