import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stepsDone } from './steps-done.js';

const step = (number: number): string => `{"kind":"step","step":${number}}\n`;

it('reads the end of a history, whatever its length and however it was left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-'));
  const path = join(folder, 'history.jsonl');
  expect(stepsDone(path)).toBe(0);
  for (const [text, expected] of [
    ['', 0],
    ['{"kind":"st', 0],
    [step(0), 1],
    [`${step(6)}{"kind":"evaluation","step":5,"scores":{}}\n`, 7],
    [`${step(0)}{"kind":"evaluation","step":5,"scores":{}}\n{"kind":"st`, 5],
    [Array.from({ length: 5000 }, (_, number) => step(number)).join(''), 5000],
  ] as const) {
    writeFileSync(path, text);
    expect(stepsDone(path)).toBe(expected);
  }
  rmSync(folder, { recursive: true });
});
