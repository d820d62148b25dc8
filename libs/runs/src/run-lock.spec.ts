import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockOwner, lockRun } from './run-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-lock-'));
  path = join(folder, 'run.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is held by one, and free again afterwards', () => {
  const unlock = lockRun(path);
  expect(lockOwner(path)).toBe(process.pid);
  expect(() => lockRun(path)).toThrow('Another process is working on this run.');
  expect(readdirSync(folder)).toEqual(['run.lock']);
  unlock();
  expect(existsSync(path)).toBe(false);
  lockRun(path)();
});

it('is taken over from a process that is gone', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid } = child;
  await once(child, 'exit');
  writeFileSync(path, JSON.stringify({ pid, started: '1' }));
  expect(lockOwner(path)).toBeUndefined();
  lockRun(path);
  expect(lockOwner(path)).toBe(process.pid);
  expect(readdirSync(folder)).toEqual(['run.lock']);
});

it('is taken over when another process has the pid now', () => {
  lockRun(path);
  const owner = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; started: string };
  writeFileSync(path, JSON.stringify({ ...owner, started: `${owner.started}0` }));
  expect(lockOwner(path)).toBeUndefined();
  lockRun(path);
  expect(lockOwner(path)).toBe(process.pid);
});

it('is taken over when it cannot be read', () => {
  writeFileSync(path, '');
  lockRun(path);
  expect(lockOwner(path)).toBe(process.pid);
});
