import { TaskweaveError } from '@taskweave/common';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLogSettings, startLog } from './log.js';

it('is off unless asked for, or the process stands alone', () => {
  expect(readLogSettings(false, {})).toMatchObject({ on: false });
  expect(readLogSettings(true, {})).toEqual({ on: true, level: 'info', file: undefined });
  expect(readLogSettings(false, { LOG_LEVEL: 'DEBUG' })).toMatchObject({ on: true, level: 'debug' });
  expect(readLogSettings(false, { TASKWEAVE_LOG: 'a.log' })).toMatchObject({ on: true, file: 'a.log' });
  expect(readLogSettings(false, { TASKWEAVE_LOG: 'stderr' })).toMatchObject({ on: true, file: undefined });
});

it('refuses a level that there is not', () => {
  expect(() => readLogSettings(false, { LOG_LEVEL: 'loud' })).toThrow(TaskweaveError);
});

it('refuses a file that cannot be written', async () => {
  const settings = readLogSettings(false, { TASKWEAVE_LOG: '/nonexistent/folder/log.jsonl' });
  await expect(startLog('test', settings)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

/** What a process of its own logs, as a process starts its log once. */
function logged(level: string): Record<string, unknown>[] {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-log-'));
  try {
    const file = join(folder, 'log.jsonl');
    const program = `
      import { inService, log, startTelemetry, withSpan } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      await startTelemetry('search');
      log.debug('detail');
      log.info('outside');
      await withSpan('work', {}, () => inService('architect', () => log.warn('inside', { run: 'r' })));
      log.error('failed', new Error('broken'), { step: 3 });
    `;
    const env = { ...process.env, LOG_LEVEL: level, TASKWEAVE_LOG: file };
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { env });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('writes a line of JSON for each thing, with service and trace, and no stack', () => {
  const [outside, inside, failed, ...rest] = logged('info');
  expect(rest).toEqual([]);
  expect(outside).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    service: 'search',
    msg: 'outside',
  });
  expect(inside).toMatchObject({
    level: 'warn',
    service: 'architect',
    run: 'r',
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  });
  expect(failed).toMatchObject({ level: 'error', step: 3, error: { code: 'INTERNAL', message: 'broken' } });
  expect(JSON.stringify(failed)).not.toContain('stack');
});

it('tells details, and stacks, only at level debug', () => {
  const lines = logged('debug');
  expect(lines.map(({ msg }) => msg)).toEqual(['detail', 'outside', 'inside', 'failed']);
  expect((lines[3]!['error'] as { stack: string }).stack).toContain('Error: broken\n    at ');
});
