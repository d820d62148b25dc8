import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendToFile, writeFileAtomically } from './files.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-files-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes to a file in the order asked for, though nobody waits in between', async () => {
  const texts = Array.from({ length: 30 }, (_, i) => `${i} ${'x'.repeat((i * 7919) % 5000)}\n`);
  await Promise.all(texts.map((text) => appendToFile(path, text)));
  expect(readFileSync(path, 'utf8')).toBe(texts.join(''));
  const all = [...texts.map((text) => writeFileAtomically(path, text)), appendToFile(path, 'end')];
  await Promise.all(all);
  expect(readFileSync(path, 'utf8')).toBe(`${texts.at(-1)}end`);
  expect(readdirSync(folder)).toEqual(['file']);
});

it('writes contents that come in pieces', async () => {
  await writeFileAtomically(path, ['ä', '', 'b'].values());
  expect(readFileSync(path, 'utf8')).toBe('äb');
});

it('goes on after a write that failed, which leaves nothing behind', async () => {
  mkdirSync(path);
  const failed = writeFileAtomically(path, 'text');
  const other = writeFileAtomically(join(folder, 'other'), 'text');
  await expect(failed).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', found: 'EISDIR', subject: path });
  await expect(appendToFile(path, 'text')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  await other;
  expect(readdirSync(folder).sort()).toEqual(['file', 'other']);
  rmSync(path, { recursive: true });
  await writeFileAtomically(path, 'again');
  expect(readFileSync(path, 'utf8')).toBe('again');
});
