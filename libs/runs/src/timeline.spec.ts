import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendTimeline, readTimeline, streamTimeline, type TimelineLine } from './timeline.js';

it('reads back what was written, to the microsecond, and passes over what is no line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-'));
  const path = join(folder, 'timeline.jsonl');
  expect(readTimeline(path)).toEqual([]);
  const line: TimelineLine = {
    kind: 'step',
    step: 4,
    by: 'trainer-1',
    began: 1_770_000_000_000,
    phases: [{ phase: 'data-wait', start: 0.1234567, seconds: 0.00000049 }],
    trace: 'a'.repeat(32),
  };
  await appendTimeline(path, [line, { ...line, kind: 'checkpoint', phases: [] }]);
  await appendTimeline(path, []);
  appendFileSync(path, 'null\n{"kind":"step"}\n{"kind":"st');
  const rounded = [{ phase: 'data-wait', start: 0.123457, seconds: 0 }];
  expect(readTimeline(path)).toEqual([
    { ...line, phases: rounded },
    { ...line, kind: 'checkpoint', phases: [] },
  ]);
  const streamed: TimelineLine[] = [];
  for await (const one of streamTimeline(path)) streamed.push(one);
  expect(streamed).toEqual(readTimeline(path));
  rmSync(folder, { recursive: true });
});
