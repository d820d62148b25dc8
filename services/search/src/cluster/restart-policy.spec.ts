import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { mayPass, waitBefore } from './restart-policy.js';

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

  it('waits twice as long after each one in vain, up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(waitBefore)).toEqual([
      1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });
});
