/**
 * Checkpoints and exported models in a blob store: `<name>-<sha256>/<file>`, where the SHA-256 is that of
 * `contents.json`, which lists the files with theirs. So the name says what is in the folder: it cannot be replaced by
 * something else, whoever can write to the store, and what is there need not be put again.
 */
import { TaskweaveError } from '@taskweave/common';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { damaged } from '../damaged.js';
import { fillFolder } from '../durable-folder.js';
import { HashingReader } from '../hashing-reader.js';
import type { CheckpointFile } from '../manifest.js';
import { sha256 } from '../spec-hash.js';
import type { BlobStore } from './blob-store.js';
import { CONTENTS_FILE, MOST_CONTENTS_BYTES, describeFolder, parseContents } from './folder-contents.js';

const HASHED_NAME = /-([0-9a-f]{64})$/;

/**
 * Puts the files of a folder, and at last their list, from which moment on the folder is there. Nothing is put when it is
 * there already.
 *
 * @param folder holds files only
 * @param name the beginning of its name
 * @returns its whole name
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` for a folder that cannot be read; those of {@link BlobStore}
 */
export async function uploadFolder(store: BlobStore, folder: string, name: string): Promise<string> {
  const { files, text } = await describeFolder(folder);
  const stored = `${name}-${sha256(text)}`;
  const contents = `${stored}/${CONTENTS_FILE}`;
  await withScratchFolder(async (scratch) => {
    const file = join(scratch, CONTENTS_FILE);
    if (await isThere(store, contents, file, text)) return;
    for (const { name } of files) await store.put(`${stored}/${name}`, join(folder, name));
    await writeFile(file, text);
    await store.put(contents, file);
  });
  return stored;
}

/**
 * Gets a folder of a store as it was put: verified, and either there with all its files or not at all. A folder that was
 * there before is replaced.
 *
 * @param name its whole name
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` when a file is missing, or not what the name stands for; `FILE_MISSING`
 *   when there is no such folder; `OUTPUT_NOT_WRITABLE`; those of {@link BlobStore}
 */
export async function downloadFolder(store: BlobStore, name: string, folder: string): Promise<void> {
  const source = (file: string): string => `${store.description}, ${name}/${file}`;
  await fillFolder(folder, async (temporary) => {
    const list = join(temporary, CONTENTS_FILE);
    await store.get(`${name}/${CONTENTS_FILE}`, list, MOST_CONTENTS_BYTES);
    const text = await readFile(list, 'utf8');
    const expected = HASHED_NAME.exec(name)?.[1] ?? 'in the name of the folder';
    if (sha256(text) !== expected) {
      throw damaged(source(CONTENTS_FILE), 'is not what was put', sha256(text), `SHA-256 ${expected}`);
    }
    for (const file of parseContents(text, source(CONTENTS_FILE))) {
      const path = join(temporary, file.name);
      await store.get(`${name}/${file.name}`, path, file.bytes).catch((thrown: unknown) => {
        throw asDamage(source(file.name), file, thrown);
      });
      await verify(path, source(file.name), file);
    }
    await rm(list);
  });
}

/** Whole names of the folders in a store, in order. */
export async function listFolders(store: BlobStore, below?: string): Promise<string[]> {
  const end = `/${CONTENTS_FILE}`;
  const names = await store.list(below);
  return names.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
}

/** Removes a folder: first it is no longer there, then its files go. What an interrupted upload left goes too. */
export async function removeFolder(store: BlobStore, name: string): Promise<void> {
  await store.delete(`${name}/${CONTENTS_FILE}`);
  for (const blob of await store.list(name)) await store.delete(blob);
}

/** Uses an empty folder outside of everything, and removes it. */
export async function withScratchFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-scratch-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isThere(store: BlobStore, name: string, file: string, text: string): Promise<boolean> {
  try {
    await store.get(name, file, MOST_CONTENTS_BYTES);
    return (await readFile(file, 'utf8')) === text;
  } catch (thrown) {
    const { code } = TaskweaveError.from(thrown);
    // Half of a list, left by a store that was lost in the middle, is replaced.
    if (code === 'FILE_MISSING' || code === 'FILE_DAMAGED') return false;
    throw thrown;
  }
}

async function verify(path: string, source: string, { bytes, sha256 }: CheckpointFile): Promise<void> {
  const reader = await HashingReader.open(path);
  try {
    if (reader.length !== bytes) {
      throw damaged(source, 'has the wrong length', `${reader.length} bytes`, `${bytes} bytes`);
    }
    const found = await reader.sha256();
    if (found !== sha256) throw damaged(source, 'is not what was put', found, `SHA-256 ${sha256}`);
  } finally {
    await reader.close();
  }
}

function asDamage(source: string, { sha256 }: CheckpointFile, thrown: unknown): unknown {
  const { code, found = '' } = TaskweaveError.from(thrown);
  if (code === 'FILE_MISSING') return damaged(source, 'is missing', 'nothing', `SHA-256 ${sha256}`, thrown);
  if (code === 'FILE_DAMAGED')
    return damaged(source, 'is not what was put', found, `SHA-256 ${sha256}`, thrown);
  return thrown;
}
