import { describe, expect, it } from 'vitest';
import { TaskweaveError, describeError } from './errors.js';

describe('TaskweaveError', () => {
  const error = new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The number of steps must be positive.',
    subject: 'steps',
    found: '0',
    expected: 'an integer >= 1',
    action: 'Set steps: 1200.',
  });

  it('tells the user apart from us by exit code', () => {
    expect(error.exitCode).toBe(2);
    expect(TaskweaveError.from(new RangeError('oops')).exitCode).toBe(1);
  });

  it('survives as plain data', () => {
    expect(new TaskweaveError(error.toDetails())).toEqual(error);
    expect(TaskweaveError.from(error)).toBe(error);
  });

  it('is described without a stack trace', () => {
    expect(describeError(error)).toMatchInlineSnapshot(`
      "error CONFIG_INVALID: The number of steps must be positive.
        where:    steps
        found:    0
        expected: an integer >= 1
        to do:    Set steps: 1200."
    `);
  });
});
