import { describe, expect, it } from 'vitest';
import { stepSeconds } from './step-time.js';

describe('the time of a step', () => {
  it.each([
    ['is that of computing where a core is left for the data', 0.2, 0.1, 2, 4, 0.2],
    ['is that of the data where it takes longer', 0.2, 0.5, 2, 4, 0.5],
    ['shares the cores where both want them', 0.2, 0.1, 2, 2, 0.25],
    ['counts no more threads than there are cores', 0.2, 0.1, 8, 1, 0.3],
  ])('%s', (_, compute, data, threads, cores, expected) => {
    expect(stepSeconds({ compute, data }, threads, cores)).toBeCloseTo(expected, 12);
  });
});
