import type { ErrorCode, TaskweaveError } from '@taskweave/common';

/** Attempts in a row that may end without a new checkpoint before a run counts as failed. */
const MOST_VAIN = 8;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** What would only happen again: faults of the run, its files or its numbers, not of a service that is gone. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CONFIG_INVALID',
  'DATA_INVALID',
  'FILE_MISSING',
  'FILE_DAMAGED',
  'CHECKPOINT_DAMAGED',
  'ENGINE_UNAVAILABLE',
  'RUN_NOT_RESUMABLE',
  'NOT_FINITE',
  'TRACE_UNSUPPORTED',
  'MESSAGE_INVALID',
  'PATH_REFUSED',
]);

/** Whether a run that ended with an error is worth another attempt: a disk may have room again, a trainer be back. */
export function mayPass({ code }: TaskweaveError): boolean {
  return !LASTING.has(code);
}

/**
 * Whether so many attempts in vain are enough. A disk that is full is waited for as long as it takes, with the reason for all
 * to see: whoever makes room need not know of the run.
 */
export function isEnough(vain: number, { code }: TaskweaveError): boolean {
  return vain >= MOST_VAIN && code !== 'OUTPUT_NOT_WRITABLE';
}

/** How long to wait before the next attempt, in milliseconds: doubled with each one in vain. */
export function waitBefore(vain: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, vain - 1));
}
