import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { archive } from './archive.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-archive-'));
  await mkdir(join(folder, 'bundle'));
  await writeFile(join(folder, 'bundle', 'node'), 'binary', { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true }));

it('compresses as the name says', async () => {
  const file = join(folder, 'bundle.tar.gz');
  await archive(folder, 'bundle', file);
  expect([...(await readFile(file)).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  const { stdout } = await promisify(execFile)('tar', ['-tvf', file]);
  expect(stdout).toMatch(/^-rwxr-xr-x .* bundle\/node$/m);
});

it('says when it cannot be written', async () => {
  await expect(archive(folder, 'bundle', join(folder, 'nowhere', 'bundle.tar.gz'))).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    subject: expect.stringContaining('nowhere'),
  });
});
