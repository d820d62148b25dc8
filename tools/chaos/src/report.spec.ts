import { expect, it } from 'vitest';
import { describeResult, summary } from './report.js';
import type { TrialResult } from './run-trial.js';

const result = (
  lostSeconds: number,
  broken: string[],
  ...faults: [id: string, happened: boolean][]
): TrialResult => ({
  shape: 'files, 1 trainer',
  faults: faults.map(([id, happened], step) => ({ id, told: `step ${step}: ${id}`, happened })),
  starts: faults.length,
  ...{ seconds: 10 + lostSeconds, lostSeconds, broken },
});

it('tells of a run in a line, and of what did not hold in others', () => {
  const place = { number: 7, of: 128, left: 90 };
  expect(describeResult(place, result(2.5, [], ['kill', true], ['loss', true]))).toBe(
    '  7/128   2 min left  ok      files, 1 trainer   2 start(s)    +2.5 s  step 0: kill; step 1: loss',
  );
  expect(describeResult(place, result(-1, ['differs in a'], ['kill', true])).split('\n')).toEqual([
    '  7/128   2 min left  BROKEN  files, 1 trainer   1 start(s)    -1.0 s  step 0: kill',
    '        differs in a',
  ]);
});

it('counts faults that happened, by kind and in all', () => {
  const results = [
    result(1, [], ['kill', true], ['kill', true]),
    result(4, ['x'], ['loss', true], ['kill', false]),
    result(0, [], ['loss', false]),
  ];
  expect(summary(results).split('\n')).toEqual([
    'kill          2 faults  every invariant held; time lost: median +1.0 s, 90 % +1.0 s, at most +1.0 s',
    'loss          1 faults  1 runs broken; time lost: median +4.0 s, 90 % +4.0 s, at most +4.0 s',
    '3 faults in 3 runs, 1 of them with two: 1 runs broken; time lost: median +1.0 s, 90 % +1.0 s, at most +4.0 s',
  ]);
});
