import type { StepLine } from '@taskweave/runs';
import { expect, it } from 'vitest';
import { progressLine } from './progress-line.js';

const line: StepLine = {
  kind: 'step',
  step: 311,
  losses: { left: 0.1134, right: 0.1866 },
  architectureLosses: {},
  entropy: 0.2841,
  edgesAbove: 6,
  learningRate: 0.05,
  seconds: 0.08,
  stepsPerSecond: 12.34,
};

it('tells losses, entropy, speed and the time that is left', () => {
  expect(progressLine(line, 1200)).toBe(
    'step 312/1200  left 0.113  right 0.187  entropy 0.284  edges 6  12.3 steps/s  ETA 1:12',
  );
});

it('fits narrow terminals, where the time that is left stays longest', () => {
  expect(progressLine(line, 1200, 80)).toBe(
    'step 312/1200 left 0.113 right 0.187 entropy 0.284 edges 6 12.3 steps/s ETA 1:12',
  );
  expect(progressLine(line, 1200, 79)).toBe(
    'step 312/1200 left 0.113 right 0.187 entropy 0.284 12.3 steps/s ETA 1:12',
  );
  expect(progressLine(line, 1200, 70)).toBe('step 312/1200 left 0.113 right 0.187 entropy 0.284 ETA 1:12');
  expect(progressLine(line, 1200, 20)).toBe('step 312/1200 left 0');
});

it('leaves out what single-task networks do not have', () => {
  const { kind, step, losses, architectureLosses, learningRate, seconds } = line;
  const plain = { kind, step, losses, architectureLosses, learningRate, seconds, stepsPerSecond: 0 };
  expect(progressLine(plain, 1200)).toBe('step 312/1200  left 0.113  right 0.187');
});
