import { readSafetensorsFile } from '@taskweave/checkpoints';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { NetworkScores } from '@taskweave/runs';
import type { RunSpec } from '@taskweave/spec';
import {
  buildSupernet,
  importBatch,
  importWeights,
  ignoredWeights,
  presetOfWeights,
  type ImportedWeights,
  type Supernet,
} from '@taskweave/supernet';
import { RunControl } from '../run/run-control.js';
import type { SplitName } from '../run/evaluate.js';
import { settleDevice } from '../run/start-run.js';
import { declaredTasks } from '../weights/declared-tasks.js';
import { byTarget, gatesOf, measure, type Measurement, type Mode } from '../weights/measure.js';
import { scoreWeights } from '../weights/score-weights.js';
import { specOf, type SpecOptions } from './spec-options.js';
import { stopOnSignals } from './stop-signals.js';
import { withTelemetry } from './with-telemetry.js';
import { describeWeights } from './weights-text.js';

export interface EvaluateWeightsOptions extends SpecOptions {
  /** A safetensors file. */
  weights: string;
  /** A safetensors file with one batch, instead of the data set. */
  batch?: string;
  gradients?: 'alpha';
  mode?: Mode;
  split?: SplitName;
  json?: boolean;
}

/** What `taskweave evaluate --weights` prints with `--json`. */
export interface WeightsReport extends Partial<Measurement> {
  /** The file. */
  readonly weights: string;
  /** How its names were recognised. */
  readonly format: string;
  /** How many parameters the file says nothing of: they have their initial values. */
  readonly initial_parameters: number;
  /** Losses by task, before loss weights, and `total`, their weighted sum. */
  readonly losses: Readonly<Record<string, number>>;
  /** sigmoid(alpha) of the edges into each task, in edge order. */
  readonly gates: Readonly<Record<string, readonly number[]>>;
  /** Of the data set; with a batch there are `metrics` in its place. */
  readonly split?: SplitName;
  readonly scores?: NetworkScores;
}

/**
 * `taskweave evaluate --weights FILE`: losses, gates and metrics of imported weights without training, on a batch from
 * a file or on the config's data set.
 */
export async function evaluateWeights(options: EvaluateWeightsOptions): Promise<void> {
  checkOptions(options);
  const { tensors } = await readSafetensorsFile(options.weights, { skip: ignoredWeights });
  const spec = await settleDevice(specOf(withPreset(options, tensors)));
  const report =
    options.batch === undefined
      ? await withTelemetry(() => onDataSet(spec, tensors, options))
      : await onBatch(spec, tensors, options.batch, options);
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : describeWeights(report));
}

/** A batch from a file: no data set is opened, and none needs to be there. */
async function onBatch(
  spec: RunSpec,
  tensors: readonly NamedTensor[],
  batchFile: string,
  { weights: file, gradients, mode = 'eval' }: EvaluateWeightsOptions,
): Promise<WeightsReport> {
  const tasks = declaredTasks(spec);
  const batch = importBatch(tasks, (await readSafetensorsFile(batchFile)).tensors, batchFile);
  const supernet = buildSupernet({ spec, tasks, imageShape: batch.imageShape, method: 'search' });
  const weights = importWeights(supernet, tensors, { source: file, seed: spec.seed });
  const request = { spec, supernet, weights, batch, mode, gradients: gradients !== undefined };
  return { ...describe(file, supernet, weights), ...(await measure(request)) };
}

async function onDataSet(
  spec: RunSpec,
  tensors: readonly NamedTensor[],
  { weights: file, split = 'test' }: EvaluateWeightsOptions,
): Promise<WeightsReport> {
  const control = new RunControl();
  const releaseSignals = stopOnSignals(control, () => undefined);
  try {
    const { supernet, weights, scores } = await scoreWeights(spec, { name: file, tensors }, split, control);
    const losses = Object.fromEntries(Object.entries(scores.soft).map(([task, { loss }]) => [task, loss]));
    const total = spec.tasks.reduce((sum, { id, lossWeight }) => sum + lossWeight * losses[id]!, 0);
    return { ...describe(file, supernet, weights), losses: { ...losses, total }, split, scores };
  } finally {
    releaseSignals();
  }
}

function describe(
  file: string,
  supernet: Supernet,
  weights: ImportedWeights,
): Pick<WeightsReport, 'weights' | 'format' | 'initial_parameters' | 'gates'> {
  return {
    weights: file,
    format: weights.format,
    initial_parameters: weights.initial.length,
    gates: byTarget(supernet, gatesOf(supernet, weights)),
  };
}

/** Without a config, the preset whose networks are those of the file. */
function withPreset(options: EvaluateWeightsOptions, tensors: readonly NamedTensor[]): SpecOptions {
  if (options.config !== undefined || options.preset !== undefined) return options;
  const preset = presetOfWeights(tensors.map(({ name }) => name));
  return { ...options, ...(preset !== undefined && { preset }) };
}

function checkOptions({ batch, gradients, mode, split }: EvaluateWeightsOptions): void {
  const needBatch = Object.entries({ gradients, mode }).filter(([, value]) => value !== undefined);
  if (batch === undefined && needBatch.length > 0) {
    throw conflict(`--${needBatch[0]![0]} is about one batch, and there is none.`, '--batch <file> with it');
  }
  if (batch !== undefined && split !== undefined) {
    throw conflict('A batch is no split of a data set.', 'either --batch or --split');
  }
}

function conflict(message: string, expected: string): TaskweaveError {
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject: 'the command line', expected });
}
