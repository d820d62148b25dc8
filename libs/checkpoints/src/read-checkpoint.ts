import { TaskweaveError, type Json } from '@taskweave/common';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from './checkpoint-folder.js';
import { JSON_FILE, TENSORS, type Checkpoint } from './checkpoint.js';
import { notReadable } from './damaged.js';
import type { HashingReader } from './hashing-reader.js';
import { MANIFEST_FILE, parseManifest, type CheckpointManifest } from './manifest.js';
import { readSafetensors } from './read-safetensors.js';
import { readVerified } from './read-verified.js';

/** Puts the contents of one file, whose name says what it is, into the checkpoint. */
async function parseInto(
  checkpoint: Checkpoint,
  name: string,
  reader: HashingReader,
  path: string,
): Promise<void> {
  if (name.endsWith(TENSORS)) {
    checkpoint.tensors[name.slice(0, -TENSORS.length)] = (await readSafetensors(reader, path)).tensors;
  } else if (name.endsWith(JSON_FILE)) {
    const text = Buffer.alloc(reader.length);
    await reader.fill(text);
    checkpoint.json[name.slice(0, -JSON_FILE.length)] = JSON.parse(text.toString('utf8')) as Json;
  }
}

/**
 * Reads only the manifest, without verifying the files.
 *
 * @throws TaskweaveError `CHECKPOINT_DAMAGED`
 */
export async function readManifest(folder: string): Promise<CheckpointManifest> {
  const path = join(folder, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw notReadable(path, cause);
  });
  return parseManifest(text, path);
}

/**
 * Reads a checkpoint after verifying the SHA-256 of every file.
 *
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` naming the file, or the field of the manifest
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const manifest = await readManifest(folder);
  const checkpoint: Checkpoint = { folder, manifest, tensors: {}, json: {} };
  for (const file of manifest.files) {
    const path = join(folder, file.name);
    await readVerified(path, file, (reader) => parseInto(checkpoint, file.name, reader, path));
  }
  return checkpoint;
}

export interface LatestOptions {
  /** Told of every damaged checkpoint that was passed over. */
  onDamaged?(folder: string, error: TaskweaveError): void;
}

/** The newest checkpoint in `parent` that verifies, or undefined when there is none. */
export async function latestCheckpoint(
  parent: string,
  options: LatestOptions = {},
): Promise<Checkpoint | undefined> {
  for (const folder of await listCheckpoints(parent)) {
    try {
      return await readCheckpoint(folder);
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      if (error.code !== 'CHECKPOINT_DAMAGED') throw thrown;
      options.onDamaged?.(folder, error);
    }
  }
  return undefined;
}
