import type { ErrorDetails } from '@taskweave/common';
import { BASELINE_METHODS, parseRunPlan, type BaselineMethod, type RunPlan } from '@taskweave/spec';
import { TaskweaveError } from '@taskweave/common';
import type { InitialWeightsRecord } from './initial-weights-record.js';
import { damaged, readJsonObject, toJsonText, writeFileAtomically } from './files.js';

/** Where a run stands. A run whose process was killed keeps the phase it was in. */
export const PHASES = ['starting', 'searching', 'evaluating', 'completed', 'stopped', 'failed'] as const;

export type Phase = (typeof PHASES)[number];

/** The contents of a run's run.json: what has to be known to continue, show or watch it. */
export interface RunRecord {
  readonly format: 'taskweave-run';
  readonly version: 1;
  readonly run: string;
  readonly phase: Phase;
  /** ISO 8601, UTC. For people only; nothing is computed from it. */
  readonly createdAt: string;
  /** Version of Taskweave that started the run. */
  readonly codeVersion: string;
  /** What is trained beside it, for comparison. */
  readonly baselines: readonly BaselineMethod[];
  readonly plan: RunPlan;
  /** What it started from, if its spec names files. */
  readonly initialWeights?: InitialWeightsRecord;
  /** Address of the run's SearchService, while it is being worked on. */
  readonly address?: string;
  /** Addresses of the services by name, `evaluator-2` for the second of a kind, while it is being worked on. */
  readonly services?: Readonly<Record<string, string>>;
  /** Process ids of the services by name, while they run in processes of their own. */
  readonly processes?: Readonly<Record<string, number>>;
  /** Why the run failed. */
  readonly error?: ErrorDetails;
}

/** @throws TaskweaveError `OUTPUT_NOT_WRITABLE` */
export function writeRunRecord(path: string, record: RunRecord): Promise<void> {
  return writeFileAtomically(path, toJsonText(record));
}

/** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
export function readRunRecord(path: string): RunRecord {
  const tree = readJsonObject(path) as Partial<Record<keyof RunRecord, unknown>>;
  const { format, version, run, phase } = tree;
  if (format !== 'taskweave-run') throw damaged(path, 'it is not the record of a run');
  if (version !== 1) throw damaged(path, `version ${String(version)} is not one this release can read`);
  if (typeof run !== 'string' || !PHASES.includes(phase as Phase))
    throw damaged(path, 'run or phase is missing');
  if (!isBaselineList(tree.baselines)) throw damaged(path, 'baselines is no list of methods');
  try {
    return { ...(tree as unknown as RunRecord), plan: parseRunPlan(JSON.stringify(tree.plan)) };
  } catch (cause) {
    const { message, subject, found } = TaskweaveError.from(cause);
    throw damaged(path, `${message} ${subject ?? ''}: ${found ?? ''}`);
  }
}

function isBaselineList(value: unknown): value is BaselineMethod[] {
  return Array.isArray(value) && value.every((method) => BASELINE_METHODS.includes(method as BaselineMethod));
}

/** A record without what holds only while, or from when, a process works on the run. */
export function atRest(record: RunRecord): RunRecord {
  const { format, version, run, phase, createdAt, codeVersion, baselines, plan, initialWeights } = record;
  const always = { format, version, run, phase, createdAt, codeVersion, baselines, plan };
  return { ...always, ...(initialWeights !== undefined && { initialWeights }) };
}
