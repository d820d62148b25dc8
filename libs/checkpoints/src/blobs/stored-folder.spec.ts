import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import fc from 'fast-check';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../read-checkpoint.js';
import { sha256 } from '../spec-hash.js';
import { sampleContents } from '../testing/sample-checkpoint.js';
import { writeCheckpoint } from '../write-checkpoint.js';
import type { BlobStore } from './blob-store.js';
import { FolderBlobStore } from './folder/blob-store.js';
import { openBlobStore } from './open-blob-store.js';
import { downloadFolder, listFolders, removeFolder, uploadFolder } from './stored-folder.js';

let parent: string;
let root: string;
let store: BlobStore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taskweave-stored-'));
  root = join(parent, 'store');
  store = await FolderBlobStore.open(root);
});
afterEach(() => rm(parent, { recursive: true }));

const write = (step: number) => writeCheckpoint(join(parent, 'written'), sampleContents(step));
const upload = async (step: number) => uploadFolder(store, await write(step), `run/step-${step}`);
const FILES = ['architect.json', 'manifest.json', 'optimizer.safetensors', 'weights.safetensors'];

describe('a checkpoint in a store', () => {
  it('comes back as it was put', async () => {
    const written = await write(7);
    const name = await uploadFolder(store, written, 'run/step-7');
    expect(name).toMatch(/^run\/step-7-[0-9a-f]{64}$/);
    const folder = join(parent, 'read', 'step-00000007');
    await downloadFolder(store, name, folder);
    expect((await readdir(folder)).sort()).toEqual(FILES);
    for (const file of FILES) {
      expect(await readFile(join(folder, file))).toEqual(await readFile(join(written, file)));
    }
    expect({ ...(await readCheckpoint(folder)), folder: '' }).toEqual({
      ...(await readCheckpoint(written)),
      folder: '',
    });
    expect(await readdir(join(parent, 'read'))).toEqual(['step-00000007']);
  });

  it('replaces one that was there before', async () => {
    const [first, second] = [await upload(1), await upload(2)];
    const folder = join(parent, 'read');
    await downloadFolder(store, first, folder);
    await downloadFolder(store, second, folder);
    expect((await readCheckpoint(folder)).manifest.step).toBe(2);
  });

  it('is listed, and removed with all its files', async () => {
    const names = [await upload(1), await upload(2)];
    expect(await listFolders(store)).toEqual([...names].sort());
    expect(await listFolders(store, 'run')).toEqual([...names].sort());
    expect(await listFolders(store, 'other')).toEqual([]);
    await removeFolder(store, names[0]!);
    expect(await listFolders(store)).toEqual([names[1]]);
    await removeFolder(store, names[0]!);
    await removeFolder(store, names[1]!);
    expect(await store.list()).toEqual([]);
  });

  it('is put once', async () => {
    const name = await upload(1);
    const weights = join(root, name, 'weights.safetensors');
    await writeFile(weights, 'touched');
    expect(await uploadFolder(store, join(parent, 'written', 'step-00000001'), 'run/step-1')).toBe(name);
    expect(await readFile(weights, 'utf8')).toBe('touched');
  });

  it('is not there until its last file is, and is there when it is put again', async () => {
    const name = await upload(1);
    // An upload that was interrupted has every file but the list, or less.
    await rm(join(root, name, 'contents.json'));
    await truncate(join(root, name, 'weights.safetensors'), 10);
    expect(await listFolders(store)).toEqual([]);
    const folder = join(parent, 'read');
    await expect(downloadFolder(store, name, folder)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(await uploadFolder(store, join(parent, 'written', 'step-00000001'), 'run/step-1')).toBe(name);
    await downloadFolder(store, name, folder);
    expect((await readCheckpoint(folder)).manifest.step).toBe(1);
  });

  it('whose list is half a list is put again', async () => {
    const name = await upload(1);
    await truncate(join(root, name, 'contents.json'), 10);
    await expect(downloadFolder(store, name, join(parent, 'read'))).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
    });
    await uploadFolder(store, join(parent, 'written', 'step-00000001'), 'run/step-1');
    await downloadFolder(store, name, join(parent, 'read'));
  });
});

describe('damage', () => {
  const expectDamage = async (name: string, file: string): Promise<void> => {
    const folder = join(parent, 'read', 'folder');
    await expect(downloadFolder(store, name, folder)).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      subject: `${store.description}, ${name}/${file}`,
    });
    expect(await readdir(join(parent, 'read'))).toEqual([]);
  };

  it.each(FILES)('to any byte of %s is found', async (file) => {
    const name = await upload(1);
    const path = join(root, name, file);
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= bits;
        await writeFile(path, flipped);
        await expectDamage(name, file);
      }),
      { numRuns: 10 },
    );
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['truncated', (path) => truncate(path, 10)],
    ['lengthened', (path) => appendFile(path, 'x')],
    ['missing', (path) => rm(path)],
  ])('a %s file is found', async (_, spoil) => {
    const name = await upload(1);
    await spoil(join(root, name, 'weights.safetensors'));
    await expectDamage(name, 'weights.safetensors');
  });

  it('and a list that was made to fit it is found, as the name says which list it is', async () => {
    const name = await upload(1);
    const path = join(root, name, 'optimizer.safetensors');
    const list = join(root, name, 'contents.json');
    const text = await readFile(list, 'utf8');
    const before = sha256(await readFile(path));
    const bytes = await readFile(path);
    bytes[0]! ^= 1;
    await writeFile(path, bytes);
    expect(text).toContain(before);
    await writeFile(list, text.replace(before, sha256(bytes)));
    await expectDamage(name, 'contents.json');
  });

  it('leaves what was there before', async () => {
    const [first, second] = [await upload(1), await upload(2)];
    const folder = join(parent, 'read', 'folder');
    await downloadFolder(store, first, folder);
    await rm(join(root, second, 'weights.safetensors'));
    await expect(downloadFolder(store, second, folder)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    expect((await readCheckpoint(folder)).manifest.step).toBe(1);
  });
});

describe('a list', () => {
  const store1 = async (contents: object | string): Promise<string> => {
    const text = typeof contents === 'string' ? contents : JSON.stringify(contents);
    const name = `run/x-${sha256(text)}`;
    await mkdir(join(root, name), { recursive: true });
    await writeFile(join(root, name, 'contents.json'), text);
    return name;
  };
  const list = (file: object) => ({
    format: 'taskweave-folder',
    version: 1,
    files: [{ name: 'a', bytes: 1, sha256: 'a'.repeat(64), ...file }],
  });

  it.each([
    ...['', '{', 'null', '[]', {}, { ...list({}), version: 2 }, { ...list({}), files: {} }],
    ...['../a', '/etc/passwd', '..', '.hidden', 'a/b', 'a\0', '', 'contents.json'].map((name) =>
      list({ name }),
    ),
    ...[list({ bytes: -1 }), list({ sha256: 'x' }), list({ extra: 1 })],
  ])('%j is refused', async (contents) => {
    const name = await store1(contents);
    await expect(downloadFolder(store, name, join(parent, 'read', 'folder'))).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
    });
    expect(await readdir(join(parent, 'read'))).toEqual([]);
  });

  it('of many megabytes is not even fetched', async () => {
    const name = await store1(' '.repeat(2_000_000));
    await expect(downloadFolder(store, name, join(parent, 'read'))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });
});

it.each<[string, (folder: string) => Promise<unknown>]>([
  ['a folder in it', (folder) => mkdir(join(folder, 'inner'))],
  ['a link to nowhere', (folder) => symlink('nowhere', join(folder, 'link'))],
  ['a name that is not plain', (folder) => writeFile(join(folder, 'a b'), '')],
])('does not put a folder with %s', async (_, spoil) => {
  const folder = await write(1);
  await spoil(folder);
  await expect(uploadFolder(store, folder, 'run/x')).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
  expect(await store.list()).toEqual([]);
});

it('goes over a server, too', async () => {
  const server = await NatsServer.start();
  try {
    const store = await openBlobStore(`${server.url}/bucket`);
    const name = await uploadFolder(store, await write(3), 'run/step-3');
    await downloadFolder(store, name, join(parent, 'read'));
    expect((await readCheckpoint(join(parent, 'read'))).manifest.step).toBe(3);
    await removeFolder(store, name);
    expect(await store.list()).toEqual([]);
    await store.close();
  } finally {
    await server.stop();
  }
});
