import { appendTimeline, type TimelineLine } from '@taskweave/runs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectTrace } from './testing.js';
import { writeTrace } from './write-trace.js';

let folder: string;
let timeline: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-trace-'));
  timeline = join(folder, 'timeline.jsonl');
  file = join(folder, 'trace.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const stepLine = (step: number): TimelineLine => ({
  kind: 'step',
  step,
  by: 'trainer-0',
  began: 1_770_000_000_000 + 10 * step,
  phases: [{ phase: 'weight-step', start: 0, seconds: 0.009 }],
  trace: '',
});
const record = (from: number, to: number): Promise<void> =>
  appendTimeline(
    timeline,
    Array.from({ length: to - from + 1 }, (_, i) => stepLine(from + i)),
  );

interface Trace {
  readonly otherData: unknown;
  readonly traceEvents: readonly { readonly name: string }[];
}
const read = (): Trace => JSON.parse(readFileSync(file, 'utf8')) as Trace;

it('writes the last steps of a long run unless others are wanted, also of one that goes on', async () => {
  await record(50, 5000);
  writeFileSync(timeline, '{"kind":"st', { flag: 'a' });
  expect(await writeTrace(timeline, 'digits', undefined, file)).toEqual({
    from: 4901,
    to: 5000,
    slices: 200,
  });
  expectTrace(read());
  const steps = read().traceEvents.filter(({ name }) => name.startsWith('step '));
  expect([steps[0]!.name, steps.at(-1)!.name]).toEqual(['step 4901', 'step 5000']);
  expect(read().otherData).toEqual({ run: 'digits', steps: '4901-5000' });
});

it('leaves steps out that there are not, and says which there are if there is none', async () => {
  await record(10, 20);
  expect(await writeTrace(timeline, 'digits', { from: 0, to: 12 }, file)).toMatchObject({ from: 10, to: 12 });
  await expect(writeTrace(timeline, 'digits', { from: 21, to: 30 }, file)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    found: '21-30',
    expected: 'steps from 10 to 20',
  });
});

it('says when there is no timeline, or no place for the trace', async () => {
  await expect(writeTrace(timeline, 'digits', undefined, file)).rejects.toMatchObject({
    code: 'FILE_MISSING',
    subject: timeline,
  });
  await record(0, 1);
  await expect(writeTrace(timeline, 'digits', undefined, folder)).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
  });
});
