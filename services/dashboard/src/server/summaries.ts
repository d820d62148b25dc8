import { lockOwner, readResult, stepsDone, type RunFolder, type RunResult } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import type { RunSummary } from '../api/types.js';
import type { RunLibrary } from './run-library.js';
import { shownScores } from './shown-scores.js';

/** The result of a run that has one which can be read. */
export function resultOf(folder: RunFolder): RunResult | undefined {
  try {
    return existsSync(folder.result) ? readResult(folder.result) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
export async function summaryOf(name: string, folder: RunFolder): Promise<RunSummary> {
  const { phase, plan, createdAt, error } = folder.readRecord();
  const result = phase === 'completed' ? resultOf(folder) : undefined;
  const { spec } = plan;
  return {
    name,
    phase,
    alive: lockOwner(folder.lock) !== undefined,
    step: result?.steps ?? stepsDone(folder.search.history),
    steps: spec.steps,
    ...(error !== undefined && { error: error.message }),
    createdAt,
    method: plan.method,
    seed: spec.seed,
    tasks: spec.tasks.map(({ id }) => id),
    scores: await shownScores(result?.test.discrete),
  };
}

/** The runs of a folder, the newest first; those whose record cannot be read are left out. */
export async function summaries(library: RunLibrary): Promise<RunSummary[]> {
  const all = await Promise.all(
    library.list().map(({ name, folder }) => summaryOf(name, folder).catch(() => undefined)),
  );
  return all.filter((summary) => summary !== undefined).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}
