import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { isEnough, mayPass, waitBefore } from './restart-policy.js';

describe('another attempt', () => {
  it.each<[ErrorCode, boolean]>([
    ['SERVICE_UNAVAILABLE', true],
    ['MEMBER_LOST', true],
    // An architect that was started again does not know the run.
    ['RUN_NOT_FOUND', true],
    // The disk is full.
    ['OUTPUT_NOT_WRITABLE', true],
    ['INTERNAL', true],
    ['CONFIG_INVALID', false],
    ['CHECKPOINT_DAMAGED', false],
    ['NOT_FINITE', false],
  ])('after %s: %s', (code, expected) => {
    expect(mayPass(new TaskweaveError({ code, message: 'oops' }))).toBe(expected);
  });

  it('is not made after eight in vain, but while there is no room on the disk', () => {
    const lost = new TaskweaveError({ code: 'SERVICE_UNAVAILABLE', message: 'gone' });
    const full = new TaskweaveError({ code: 'OUTPUT_NOT_WRITABLE', message: 'full' });
    expect([0, 7, 8, 9].map((vain) => isEnough(vain, lost))).toEqual([false, false, true, true]);
    expect(isEnough(100, full)).toBe(false);
  });

  it('waits twice as long after each one in vain, up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(waitBefore)).toEqual([
      1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });
});
