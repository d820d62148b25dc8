import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults/registry.js';
import { drawSchedule, type Trial } from './schedule.js';

const STEPS = 10;
const told = (trials: readonly Trial[]) =>
  trials.map((trial) => trial.map(({ fault, target, step, index }) => [fault.id, target, step, index]));

describe('a schedule', () => {
  it('has as many faults as asked for, one or two a run, before the last step and in order', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 60 }), (seed, count) => {
        const trials = drawSchedule(seed, count, STEPS, FAULTS);
        const indices = trials.flat().map(({ index }) => index);
        expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        for (const trial of trials) {
          expect([1, 2]).toContain(trial.length);
          for (const { fault, target, step } of trial) {
            expect(fault.targets).toContain(target);
            expect(step).toBeLessThan(STEPS - 1);
          }
          expect(trial.at(-1)!.step).toBeGreaterThanOrEqual(trial[0]!.step);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is the same for a seed, and another for others', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => told(drawSchedule(seed, 30, STEPS, FAULTS)));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('draws every fault', () => {
    const drawn = new Set(
      drawSchedule(1, 60, STEPS, FAULTS).flatMap((trial) => trial.map(({ fault }) => fault.id)),
    );
    expect([...drawn].sort()).toEqual(FAULTS.map(({ id }) => id).sort());
  });
});
