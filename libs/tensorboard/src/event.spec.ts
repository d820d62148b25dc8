import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeEvent, type EventContents } from './event.js';
import { histogramOfShares } from './histogram.js';
import { encodeRecord } from './record.js';
import { readEvents, type ReadEvent } from './testing.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'taskweave-events-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function readBack(seconds: number, step: number, contents: EventContents): Promise<ReadEvent> {
  const path = join(folder, 'event');
  writeFileSync(path, encodeRecord(encodeEvent(seconds, step, contents)));
  const [event] = await readEvents(path);
  return event!;
}

it('says what it is, and where a session starts', async () => {
  expect(await readBack(12.5, 0, { kind: 'version' })).toEqual({
    wall_time: 12.5,
    step: 0,
    file_version: 'brain.Event:2',
  });
  expect(await readBack(1, 600, { kind: 'start' })).toEqual({
    wall_time: 1,
    step: 600,
    session_log: { status: 1 },
  });
});

it('holds any numbers under any tags, as float32', async () => {
  const value = fc.record({ tag: fc.string({ unit: 'binary' }), value: fc.float() });
  await fc.assert(
    fc.asyncProperty(fc.array(value), fc.nat(), fc.double({ noNaN: true }), async (values, step, seconds) => {
      const event = await readBack(seconds, step, { kind: 'values', values });
      expect([event.step, event.wall_time]).toEqual([step, seconds]);
      const read = (event.summary?.value ?? []).map((one) => ({
        tag: one.tag ?? '',
        value: one.simple_value,
      }));
      expect(read).toEqual(values);
    }),
    { numRuns: 50 },
  );
});

it('holds histograms and pictures', async () => {
  const histogram = histogramOfShares([0.1, 0.2, 0.9]);
  const png = Uint8Array.of(1, 2, 3);
  const event = await readBack(1, 2, {
    kind: 'values',
    values: [
      { tag: 'gates', value: histogram },
      { tag: 'examples', value: { width: 4, height: 5, channels: 3, png } },
    ],
  });
  const [gates, examples] = event.summary!.value;
  expect(gates!.histo).toEqual({
    min: 0.1,
    max: 0.9,
    num: 3,
    sum: histogram.sum,
    sum_squares: histogram.sumOfSquares,
    bucket_limit: histogram.limits,
    bucket: histogram.counts,
  });
  const { encoded_image_string: encoded, ...size } = examples!.image!;
  expect(size).toEqual({ height: 5, width: 4, colorspace: 3 });
  expect([...encoded]).toEqual([1, 2, 3]);
});
