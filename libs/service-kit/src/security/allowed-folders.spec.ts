import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { AllowedFolders, STORAGE_VARIABLE } from './allowed-folders.js';

let parent: string;
let runs: string;
let data: string;
beforeAll(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'taskweave-allowed-')));
  runs = join(parent, 'runs');
  data = join(parent, 'data');
  for (const folder of [runs, data, join(parent, 'private'), join(parent, 'runs-of-others')])
    await mkdir(folder);
  await symlink(join(parent, 'private'), join(runs, 'link'));
  await symlink(join(parent, 'nowhere'), join(runs, 'dangling'));
  await symlink(runs, join(data, 'link-to-runs'));
});
afterAll(() => rm(parent, { recursive: true }));
afterEach(() => delete process.env[STORAGE_VARIABLE]);

function within(...roots: string[]): AllowedFolders {
  process.env[STORAGE_VARIABLE] = roots.join(delimiter);
  return AllowedFolders.fromEnvironment();
}

it.each([
  '',
  'runs/a',
  '..',
  '/a/../b',
  '/a/./b',
  '/a//b',
  '/a\0b',
  '/a\nb',
  `/${'x'.repeat(5_000)}`,
  '\ud800',
])('refuses %j, whatever the folders', async (path) => {
  for (const folders of [AllowedFolders.fromEnvironment(), within('/')]) {
    await expect(folders.check('resume_from', path)).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      subject: 'resume_from',
    });
  }
});

it('allows what is within the folders, also what does not exist yet', async () => {
  const folders = within(runs, data);
  const links = join(data, 'link-to-runs');
  for (const path of [runs, `${runs}/`, join(runs, 'new', 'checkpoints'), join(data, '..a')]) {
    expect(await folders.check('path', path)).toBe(path);
  }
  // A link from one to the other leaves the folder it is written to be in.
  await expect(folders.check('path', links)).rejects.toMatchObject({ code: 'PATH_REFUSED' });
});

it('refuses what is outside, by its text or by a link', async () => {
  const folders = within(runs);
  for (const path of [
    '/',
    '/etc/passwd',
    parent,
    join(parent, 'runs-of-others'),
    join(runs, 'link', 'a'),
    join(runs, 'dangling'),
  ]) {
    await expect(folders.check('path', path)).rejects.toMatchObject({ code: 'PATH_REFUSED', found: path });
  }
});

it('takes any plain path when only this machine can call', async () => {
  const folders = AllowedFolders.fromEnvironment('127.0.0.1:0');
  expect(await folders.check('path', '/some/folder')).toBe('/some/folder');
});

it.each([undefined, '', 'runs'])('must be told folders when others can call: %j', (value) => {
  if (value !== undefined) process.env[STORAGE_VARIABLE] = value;
  expect(() => AllowedFolders.fromEnvironment('0.0.0.0:7100')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', subject: STORAGE_VARIABLE }),
  );
});
