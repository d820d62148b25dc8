import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

it('allows a burst, then as many as the rate', () => {
  const bucket = new TokenBucket(10, 3);
  const at = (times: number[]): boolean[] => times.map((now) => bucket.take(now));
  expect(at([0, 0, 0, 0])).toEqual([true, true, true, false]);
  expect(at([99, 100, 100, 199, 201])).toEqual([false, true, false, false, true]);
  // A rest fills it up to the burst and no further.
  expect(at([1e6, 1e6, 1e6, 1e6])).toEqual([true, true, true, false]);
});

it('never allows more than the burst and the rate together', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      (waits, rate, burst) => {
        const bucket = new TokenBucket(rate, burst);
        let now = 0;
        let allowed = 0;
        for (const wait of waits) if (bucket.take((now += wait))) allowed++;
        const start = waits[0] ?? 0;
        expect(allowed).toBeLessThanOrEqual(burst + ((now - start) / 1_000) * rate + 1e-9);
      },
    ),
  );
});
