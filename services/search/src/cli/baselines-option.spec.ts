import { describe, expect, it } from 'vitest';
import { parseBaselines } from './baselines-option.js';

describe('--baselines', () => {
  it.each([
    [undefined, []],
    [true, ['single-task']],
    ['nddr', ['nddr']],
    ['random, single-task,random', ['random', 'single-task']],
  ] as const)('of %j is %j', (value, methods) => {
    expect(parseBaselines(value)).toEqual(methods);
  });

  it.each([
    ['search', 'search'],
    ['single-task,singel-task', 'singel-task'],
    ['', ''],
    ['nddr,', ''],
  ])('%j is refused, with what there is', (value, found) => {
    expect(() => parseBaselines(value)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: '--baselines',
        found,
        expected: expect.stringContaining('shared-trunk') as string,
      }),
    );
  });
});
