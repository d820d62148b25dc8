import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SeriesAnswer } from '../../api/types.js';
import { bucketsOf } from '../../server/buckets.js';
import { Table } from '../../server/table.js';
import { tailStart, withTail } from './series.js';

function answer(values: readonly number[], size: number, from = 0): SeriesAnswer {
  const table = new Table();
  values.forEach((value, step) => table.add(step, [['loss', value]]));
  const buckets = bucketsOf(table, { columns: ['loss'], from, to: Infinity, size });
  return { epoch: 'e', table: 'steps', columns: ['loss'], ...buckets };
}

it('a series and its tail are the series read as a whole', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, values, fc.constantFrom(1, 2, 8), (before, after, size) => {
      const all = [...before, ...after];
      const known = answer(before, size);
      const joined = withTail(known, answer(all, size, tailStart(known)));
      const whole = answer(all, size);
      expect(joined.x).toEqual(whole.x);
      const column = (from: SeriesAnswer) => {
        const { mean, low = mean, high = mean } = from.series['loss']!;
        return { mean, low, high };
      };
      expect(column(joined)).toEqual(column(whole));
    }),
  );
});
