import {
  findRun,
  readHistory,
  readResult,
  type RunFolder,
  type RunRecord,
  stepsCovered,
} from '@taskweave/runs';
import { clusterAddresses, type ClusterOptions } from './cluster/connect-cluster.js';
import { shownPath } from './format.js';
import { describeInitialWeights } from './initial-weights-text.js';
import { drawResult, scoreTable, summaryLine } from './result-text.js';
import { canBeResumed, phaseOf } from '../run/shown-phase.js';

export interface ShowOptions extends ClusterOptions {
  output: string;
  json?: boolean;
}

/** `taskweave show RUN`: the result of a run, or how far it is; of the cluster that is named, or in a folder. */
export async function show(run: string, options: ShowOptions): Promise<void> {
  if (clusterAddresses(options).length === 0) return showRun(run, options);
  await (await import('./cluster/show.js')).showClusterRun(run, options);
}

function showRun(run: string, { output, json = false }: ShowOptions): void {
  const folder = findRun(run, output);
  const record = folder.readRecord();
  const show = record.phase === 'completed' ? describeResult : describeProgress;
  process.stdout.write(show(folder, record, json));
}

function describeResult(folder: RunFolder, { plan }: RunRecord, json: boolean): string {
  const result = readResult(folder.result);
  if (json) return `${JSON.stringify(result)}\n`;
  const drawing = drawResult(result, plan, process.stdout);
  return `${drawing}\n${scoreTable(result)}\n${summaryLine(result)}\n${describeInitialWeights(result.initialWeights)}`;
}

function describeProgress(folder: RunFolder, record: RunRecord, json: boolean): string {
  const { run, plan, error } = record;
  const { steps } = plan.spec;
  const phase = phaseOf(folder, record);
  const step = stepsCovered(readHistory(folder.search.history));
  if (json)
    return `${JSON.stringify({ run, phase, step, steps, spec: plan.spec, ...(error && { error }) })}\n`;
  return [
    `${run}: ${phase} after ${step} of ${steps} steps\n`,
    error === undefined ? '' : `${error.code}: ${error.message}\n`,
    canBeResumed(phase) ? `Continue with: npx taskweave --resume ${shownPath(folder.path)}\n` : '',
  ].join('');
}
