import { TaskweaveError } from '@taskweave/common';
import type { TimelineLine } from '@taskweave/runs';

/** Steps from one to another, both of them included, counted from 0. */
export interface StepsRange {
  readonly from: number;
  readonly to: number;
}

const RANGE = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/**
 * Reads `100-199`, or `100` for one step.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function parseRange(text: string): StepsRange {
  const [, first, last = first] = RANGE.exec(text) ?? [];
  const range = { from: Number(first), to: Number(last) };
  if (first !== undefined && range.from <= range.to) return range;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This is no range of steps.',
    subject: '--steps',
    found: text,
    expected: 'the first and the last step, counted from 0, such as 100-199; or one step',
  });
}

/** The step that some work belongs to: a checkpoint, and its evaluation, to the one before it. */
export function stepOf({ kind, step }: Pick<TimelineLine, 'kind' | 'step'>): number {
  return kind === 'step' ? step : step - 1;
}

export function isWithin(line: TimelineLine, { from, to }: StepsRange): boolean {
  const step = stepOf(line);
  return from <= step && step <= to;
}
