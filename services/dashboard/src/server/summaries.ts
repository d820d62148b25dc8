import { lockOwner, readResult, type RunFolder, type RunResult } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import type { RunSummary } from '../api/types.js';
import { stepsDone } from './last-step.js';
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
export function summaryOf(name: string, folder: RunFolder): RunSummary {
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
    scores: shownScores(result?.test.discrete),
  };
}

/** The runs of a folder, the newest first; those whose record cannot be read are left out. */
export function summaries(library: RunLibrary): RunSummary[] {
  return library
    .list()
    .flatMap(({ name, folder }) => {
      try {
        return [summaryOf(name, folder)];
      } catch {
        return [];
      }
    })
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}
