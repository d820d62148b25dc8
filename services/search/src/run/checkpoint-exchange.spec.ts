import { checkpointName, openBlobStore, writeFolder } from '@taskweave/checkpoints';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SharedBlobs, SharedDisk } from './checkpoint-exchange.js';
import { withSharedFolder } from './shared-folder.js';

let parent: string;
let checkpoints: string;
let exchange: SharedBlobs;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taskweave-exchange-'));
  checkpoints = join(parent, 'checkpoints');
  process.env['TASKWEAVE_BLOBS'] = join(parent, 'blobs');
  exchange = new SharedBlobs(checkpoints, 'run/0af', 'run');
});
afterEach(async () => {
  delete process.env['TASKWEAVE_BLOBS'];
  await rm(parent, { recursive: true });
});

/** A folder of the run, named after a step. */
async function write(step: number): Promise<string> {
  const folder = join(checkpoints, checkpointName(step));
  await writeFolder(folder, new Map([['weights', [Buffer.from(String(step))]]]));
  return folder;
}

const stored = async (): Promise<string[]> => (await openBlobStore(join(parent, 'blobs'))).list();

it('takes a checkpoint from the store into the folder', async () => {
  const folder = await write(4);
  const path = await exchange.share(folder);
  expect(path).toMatch(/^blob:run\/0af\/step-00000004-/);
  await rm(folder, { recursive: true });
  expect(await exchange.receive(path, 4)).toBe(folder);
  expect(await readFile(join(folder, 'weights'), 'utf8')).toBe('4');
  expect(exchange.destination).toBe('blob:run/0af');
});

it.each([
  'blob:other/0af/step-00000004-1',
  'blob:run/1/step-00000004-1',
  'blob:run/0af/step-00000005-1',
  '/tmp/x',
  '',
])('takes nothing else: %s', async (path) => {
  await expect(exchange.receive(path, 4)).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
    subject: 'checkpoint',
  });
});

it('removes a checkpoint from both, and no other', async () => {
  const [four, five] = [await write(4), await write(5)];
  await exchange.share(four);
  await exchange.share(five);
  await exchange.remove(four);
  expect(await readdir(checkpoints)).toEqual(['step-00000005']);
  expect((await stored()).every((name) => name.startsWith('run/0af/step-00000005-'))).toBe(true);
  expect(await stored()).toHaveLength(2);
});

it('empties its own place at the beginning and at the end', async () => {
  const other = new SharedBlobs(checkpoints, 'run/1', 'run');
  await exchange.share(await write(4));
  await other.share(await write(4));
  await exchange.open();
  expect((await stored()).map((name) => name.slice(0, 5))).toEqual(['run/1', 'run/1']);
  await other.close();
  expect(await stored()).toEqual([]);
  expect(await readdir(checkpoints)).toEqual(['step-00000004']);
});

it('shares a folder for a request: for good where the run keeps its checkpoints, else as long as it takes', async () => {
  const folder = await write(4);
  const known = await exchange.share(folder);
  expect(
    await withSharedFolder(folder, { run: 'run', blobs: 'run/0af' }, (path) => Promise.resolve(path)),
  ).toBe(known);
  const before = await stored();
  const own = withSharedFolder(folder, { run: 'run' }, async (path) => {
    expect(path).toMatch(/^blob:run\/[0-9a-f-]{36}\/step-00000004-/);
    expect(await stored()).toHaveLength(before.length + 2);
    throw new Error('the request failed');
  });
  await expect(own).rejects.toThrow('the request failed');
  expect(await stored()).toEqual(before);
});

it('leaves paths as they are where there is no store', async () => {
  delete process.env['TASKWEAVE_BLOBS'];
  const folder = await write(4);
  const disk = new SharedDisk(checkpoints);
  expect(disk.destination).toBe(checkpoints);
  expect(await disk.share(folder)).toBe(folder);
  expect(await disk.receive(folder)).toBe(folder);
  expect(await withSharedFolder(folder, { run: 'run' }, (path) => Promise.resolve(path))).toBe(folder);
  await disk.remove(folder);
  expect(await readdir(checkpoints)).toEqual([]);
});
