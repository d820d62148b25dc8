import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TraceRow, type Stretch } from './trace-row.js';

it('puts slices beside and within each other', () => {
  const row = new TraceRow();
  expect(row.place({ ts: 0, dur: 100 }, 0, false)).toEqual({ ts: 0, dur: 100 });
  expect(row.place({ ts: 10, dur: 40 }, 0, true)).toEqual({ ts: 10, dur: 40 });
  expect(row.place({ ts: 20, dur: 10 }, 0, true)).toEqual({ ts: 20, dur: 10 });
  expect(row.place({ ts: 50, dur: 50 }, 0, true)).toEqual({ ts: 50, dur: 50 });
  expect(row.place({ ts: 100, dur: 7 }, 0, false)).toEqual({ ts: 100, dur: 7 });
});

it('takes none that overlaps another one, or stands within it where it may not', () => {
  const row = new TraceRow();
  row.place({ ts: 0, dur: 100 }, 0, false);
  expect(row.place({ ts: 50, dur: 60 }, 0, true)).toBeUndefined();
  expect(row.place({ ts: 50, dur: 10 }, 0, false)).toBeUndefined();
  expect(row.place({ ts: 60, dur: 40 }, 0, true)).toEqual({ ts: 60, dur: 40 });
});

it('moves what overlaps by no more than the clocks are wrong', () => {
  const row = new TraceRow();
  row.place({ ts: 0, dur: 100 }, 5, false);
  expect(row.place({ ts: 97, dur: 10 }, 5, false)).toEqual({ ts: 100, dur: 10 });
  expect(row.place({ ts: 105, dur: 8 }, 5, true)).toEqual({ ts: 110, dur: 8 });
});

it('never has two slices across each other, whatever comes', () => {
  const stretch = fc.record({ ts: fc.nat(300), dur: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(fc.tuple(stretch, fc.boolean())), fc.nat(20), (slices, rounding) => {
      const row = new TraceRow();
      const placed = slices
        .sort(([a], [b]) => a.ts - b.ts || b.dur - a.dur)
        .flatMap(([slice, within]) => row.place(slice, rounding, within) ?? []);
      placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => expect(areAcross(a, b)).toBe(false)));
    }),
  );
});

function areAcross(a: Stretch, b: Stretch): boolean {
  const [endA, endB] = [a.ts + a.dur, b.ts + b.dur];
  return (a.ts < b.ts && b.ts < endA && endA < endB) || (b.ts < a.ts && a.ts < endB && endB < endA);
}
