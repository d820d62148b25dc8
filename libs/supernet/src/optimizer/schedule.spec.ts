import { describe, expect, it } from 'vitest';
import { learningRateAt, type ScheduleOptions } from './schedule.js';

const options: ScheduleOptions = { learningRate: 1e-3, schedule: 'poly', power: 0.9, warmupSteps: 0 };

describe('learning rate', () => {
  it.each([
    [0, '1.000000000e-3'],
    [1, '9.999550021e-4'],
    [5000, '7.719010845e-4'],
    [10_000, '5.359108449e-4'],
  ])('poly at step %i is that of the MTL-NAS worked example', (step, printed) => {
    expect(learningRateAt(step, 20_001, options).toExponential(9)).toBe(printed);
  });

  it('poly at the last step is that of the MTL-NAS worked example', () => {
    expect(learningRateAt(20_000, 20_001, options).toExponential(6)).toBe('1.346026e-7');
  });

  it('cosine falls by half a wave', () => {
    const at = (step: number) => learningRateAt(step, 100, { ...options, schedule: 'cosine' });
    expect(at(0)).toBe(1e-3);
    expect(at(25)).toBeCloseTo(1e-3 * ((1 + Math.SQRT1_2) / 2), 12);
    expect(at(50)).toBeCloseTo(5e-4, 12);
    expect(at(100)).toBe(0);
  });

  it('step falls to a tenth at 60 % and at 90 %', () => {
    const at = (step: number) => learningRateAt(step, 100, { ...options, schedule: 'step' });
    const falls: [number, number][] = [
      [0, 1e-3],
      [59, 1e-3],
      [60, 1e-4],
      [89, 1e-4],
      [90, 1e-5],
      [99, 1e-5],
    ];
    for (const [step, rate] of falls) expect(at(step)).toBeCloseTo(rate, 12);
  });

  it('rises from 0 while it warms up, whatever the schedule', () => {
    for (const schedule of ['poly', 'cosine', 'step'] as const) {
      const cold = { ...options, schedule };
      const ratio = (step: number) =>
        learningRateAt(step, 100, { ...cold, warmupSteps: 20 }) / learningRateAt(step, 100, cold);
      expect([0, 5, 10, 20, 30].map(ratio)).toEqual([0, 0.25, 0.5, 1, 1]);
    }
  });

  it('is 0, not NaN, past the end of a poly schedule', () => {
    expect(learningRateAt(101, 100, options)).toBe(0);
  });
});
