import { expect, it } from 'vitest';
import { describeWire, measureAllReduce } from './all-reduce.js';

it('times averages in turns with plain TCP, between real processes', async () => {
  const small = { name: 'small', title: 'a little', members: 3, elements: 30_000 };
  const result = await measureAllReduce(small, 3);
  expect(result).toMatchObject({ name: 'small', members: 3, bytes: 160_000, rounds: 3 });
  for (const { medianMs, minimumMs, gigabytesPerSecond } of [result.average, result.raw, result.http2]) {
    expect(minimumMs).toBeGreaterThan(0);
    expect(medianMs).toBeGreaterThanOrEqual(minimumMs);
    expect(gigabytesPerSecond).toBeCloseTo(160_000 / medianMs / 1e6, 10);
  }
  expect(result.ratioToRaw).toBeGreaterThan(0);
  expect(result.http2RatioToRaw).toBeGreaterThan(0);
  expect(describeWire(result)).toMatch(
    /^small: a little\n {2}average .* ms.*\n.*\n.*\n {2}ratio .* % of raw TCP/,
  );
});
