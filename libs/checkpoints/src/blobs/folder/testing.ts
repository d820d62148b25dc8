import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fixture } from '../contract/fixture.js';
import { FolderBlobStore } from './blob-store.js';

/** A store in a temporary folder. */
export async function openFixture(): Promise<Fixture & { readonly root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'taskweave-blobs-'));
  const open = () => FolderBlobStore.open(root);
  return { root, store: await open(), open, remove: () => rm(root, { recursive: true, force: true }) };
}
