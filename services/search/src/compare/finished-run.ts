import { TaskweaveError } from '@taskweave/common';
import { readResult, type RunFolder, type RunResult } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { phaseOf } from '../run/shown-phase.js';

/** A completed run, as far as it is compared with others. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly plan: RunPlan;
  readonly codeVersion: string;
}

/**
 * @throws TaskweaveError `RUN_NOT_FINISHED`, `FILE_MISSING` or `FILE_DAMAGED`
 */
export function readFinishedRun(folder: RunFolder): FinishedRun {
  const record = folder.readRecord();
  if (record.phase !== 'completed') throw notFinished(folder.path, phaseOf(folder, record));
  return { result: readResult(folder.result), plan: record.plan, codeVersion: record.codeVersion };
}

function notFinished(path: string, phase: string): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_FINISHED',
    message: 'A run that is not completed has no result to compare.',
    subject: path,
    found: `a run that is ${phase}`,
    expected: 'a completed run',
    action: `Finish it with: taskweave --resume ${path}`,
  });
}
