import { describe, expect, it } from 'vitest';
import { SpeedModel, type SpeedSample } from './speed-samples.js';

const OVERHEAD = 5e-6;
const conv = (macs: number): SpeedSample => ({
  opType: 'Conv',
  macs,
  bytes: macs / 10,
  depth: 72,
  seconds: OVERHEAD + macs / 20e9,
});
const add = (bytes: number): SpeedSample => ({
  opType: 'Add',
  macs: 0,
  bytes,
  depth: 0,
  seconds: OVERHEAD + bytes / 10e9,
});
const nothing = (): SpeedSample => ({ opType: 'Reshape', macs: 0, bytes: 8, depth: 0, seconds: OVERHEAD });
const model = new SpeedModel([
  ...[1e5, 1e6, 1e7, 1e8].map(conv),
  ...[1e4, 1e5, 1e6, 1e7].map(add),
  ...Array.from({ length: 10 }, nothing),
]);

describe('SpeedModel', () => {
  it('finds speeds again', () => {
    expect(model.predict({ opType: 'Conv', macs: 5e7, bytes: 5e6, depth: 72 })).toBeCloseTo(
      OVERHEAD + 5e7 / 20e9,
      6,
    );
    expect(model.predict({ opType: 'Add', macs: 0, bytes: 3e6, depth: 0 })).toBeCloseTo(
      OVERHEAD + 3e6 / 10e9,
      6,
    );
  });

  it('takes operators it has not seen for ones that move memory', () => {
    expect(model.predict({ opType: 'Unseen', macs: 0, bytes: 3e6, depth: 0 })).toBeCloseTo(
      OVERHEAD + 3e6 / 10e9,
      6,
    );
  });

  it('does not blow up what took long for no reason', () => {
    const hiccup = new SpeedModel([
      { opType: 'Add', macs: 0, bytes: 4, depth: 0, seconds: 1e-3 },
      ...Array.from({ length: 9 }, nothing),
    ]);
    expect(hiccup.predict({ opType: 'Add', macs: 0, bytes: 1e5, depth: 0 })).toBeLessThan(1e-2);
  });
});
