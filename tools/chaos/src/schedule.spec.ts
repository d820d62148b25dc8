import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults/registry.js';
import { drawSchedule, type Trial } from './schedule.js';

const STEPS = 10;
const drawn = (seed: number, count: number, pairs = 0.5): Trial[] =>
  drawSchedule({ seed, count, steps: STEPS, faults: FAULTS, pairs, most: { nats: true, trainers: 2 } });
const told = (trials: readonly Trial[]) =>
  trials.map(({ shape, faults }) => [
    shape,
    faults.map(({ fault, target, step, index }) => [fault.id, target, step, index]),
  ]);

describe('a schedule', () => {
  it('has as many faults as asked for, one or two a run, before the last step and in order', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 60 }), (seed, count) => {
        const trials = drawn(seed, count);
        const indices = trials.flatMap(({ faults }) => faults.map(({ index }) => index));
        expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        for (const { shape, faults } of trials) {
          expect([1, 2]).toContain(faults.length);
          for (const { fault, target, step } of faults) {
            expect(fault.targets).toContain(target);
            expect(step).toBeLessThan(STEPS - 1);
            expect(shape).toMatchObject(fault.needs(target));
          }
          expect(faults.at(-1)!.step).toBeGreaterThanOrEqual(faults[0]!.step);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is the same for a seed, and another for others', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => told(drawn(seed, 30)));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('draws every fault', () => {
    const ids = new Set(drawn(1, 100).flatMap(({ faults }) => faults.map(({ fault }) => fault.id)));
    expect([...ids].sort()).toEqual(FAULTS.map(({ id }) => id).sort());
  });

  it('has as many pairs as asked for, at one step and at others', () => {
    expect(drawn(1, 50, 0)).toHaveLength(50);
    const pairs = drawn(1, 60, 1);
    expect(pairs).toHaveLength(30);
    const apart = pairs.map(({ faults: [first, second] }) => second!.step - first!.step);
    expect(apart).toContain(0);
    expect(Math.max(...apart)).toBeGreaterThan(3);
  });
});
