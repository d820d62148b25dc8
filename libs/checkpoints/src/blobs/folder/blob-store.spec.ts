import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blobStoreContract } from '../contract/blob-store-contract.js';
import { FolderBlobStore } from './blob-store.js';
import { openFixture } from './testing.js';

describe('the contract', () => blobStoreContract(openFixture));

describe('a folder', () => {
  it('holds blobs as files, and no folder without any', async () => {
    const { root, store, remove } = await openFixture();
    const file = join(root, 'file');
    await writeFile(file, 'x');
    await store.put('a/b/c', file);
    await store.put('a/d', file);
    expect((await readdir(root, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/c', 'a/d', 'file']);
    await store.delete('a/b/c');
    expect((await readdir(root, { recursive: true })).sort()).toEqual(['a', 'a/d', 'file']);
    await remove();
  });

  it('may be given as a URL', async () => {
    const { root, remove } = await openFixture();
    const store = await FolderBlobStore.open(pathToFileURL(join(root, 'new folder')).href);
    expect(store.description).toBe(`folder ${join(root, 'new folder')}`);
    await expect(FolderBlobStore.open('file://elsewhere/folder')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await remove();
  });

  it('that cannot be made is refused', async () => {
    const { root, remove } = await openFixture();
    await writeFile(join(root, 'file'), '');
    await expect(FolderBlobStore.open(join(root, 'file', 'below'))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      found: 'ENOTDIR',
    });
    await remove();
  });

  it('does not follow links', async () => {
    const { root, store, remove } = await openFixture();
    const outside = await openFixture();
    const file = join(outside.root, 'secret');
    await writeFile(file, 'secret');
    await mkdir(join(root, 'run'));
    await symlink(file, join(root, 'run', 'weights'));
    await symlink(outside.root, join(root, 'elsewhere'));
    for (const name of ['run/weights', 'elsewhere/secret']) {
      await expect(store.get(name, join(root, 'copy'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    await expect(store.put('elsewhere/new', file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await readdir(outside.root)).toEqual(['secret']);
    await remove();
    await outside.remove();
  });
});
