import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastLine } from './history-tail.js';

it('gives the last whole line, of small files and of large ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-'));
  const path = join(folder, 'lines');
  expect(lastLine(path)).toBeUndefined();
  for (const [text, expected] of [
    ['', undefined],
    ['half', undefined],
    ['one\n', 'one'],
    ['one\ntwo\nhal', 'two'],
    [`${'x'.repeat(50_000)}\nlast\n`, 'last'],
  ] as const) {
    writeFileSync(path, text);
    expect(lastLine(path)).toBe(expected);
  }
  rmSync(folder, { recursive: true });
});
