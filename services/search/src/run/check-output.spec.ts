import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkOutputFile, checkOutputFolder } from './check-output.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-output-'));
  writeFileSync(join(cwd, 'file'), 'text');
  mkdirSync(join(cwd, 'folder'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

it('accepts folders that are there or can be made, and files, and leaves nothing behind', () => {
  for (const name of ['folder', 'new', 'new/and/newer']) checkOutputFolder(join(cwd, name));
  for (const name of ['file', 'new', 'folder/new']) checkOutputFile(join(cwd, name), '--out');
  checkOutputFile('/dev/null', '--out');
  expect(readdirSync(cwd).sort()).toEqual(['file', 'folder']);
  expect(readdirSync(join(cwd, 'folder'))).toEqual([]);
});

const refusedOf = (check: () => void): unknown => {
  try {
    check();
  } catch (error) {
    return error;
  }
  return undefined;
};

it.each([
  ['folder', 'file', 'part of the path is a file', 'ENOTDIR'],
  ['folder', 'file/below', 'part of the path is a file', 'ENOTDIR'],
  ['file', 'file/below', 'part of the path is a file', 'ENOTDIR'],
  ['file', 'folder', 'a folder is in the way', 'EISDIR'],
  ['file', 'nowhere/new', 'its folder does not exist, or takes no files', 'ENOENT'],
] as const)('refuses as a %s: %s, since %s', (kind, name, reason, found) => {
  const path = join(cwd, name);
  const error = refusedOf(() =>
    kind === 'file' ? checkOutputFile(path, '--svg') : checkOutputFolder(path, '--svg'),
  );
  expect(error).toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    exitCode: 2,
    message: expect.stringMatching(new RegExp(`^Cannot write ${path}.*: ${reason}\\.$`)) as string,
    found,
    action: expect.stringContaining('--svg') as string,
  });
});

it.runIf(process.platform === 'linux')('names what the user named, not how it was tried', () => {
  const error = refusedOf(() => checkOutputFolder('/proc', '--out', '/proc/x'));
  expect(error).toMatchObject({
    message: 'Cannot write /proc/x (below /proc): its folder does not exist, or takes no files.',
    found: 'ENOENT',
  });
});
