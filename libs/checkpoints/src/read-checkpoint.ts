import { TaskweaveError, type Json } from '@taskweave/common';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from './checkpoint-folder.js';
import { JSON_FILE, TENSORS, type Checkpoint } from './checkpoint.js';
import { MANIFEST_FILE, parseManifest, type CheckpointFile, type CheckpointManifest } from './manifest.js';
import { decodeSafetensors } from './safetensors.js';
import { sha256 } from './spec-hash.js';

function damaged(
  path: string,
  problem: string,
  found: string,
  expected: string,
  cause?: unknown,
): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'CHECKPOINT_DAMAGED',
      message: `${path} ${problem}.`,
      subject: path,
      found,
      expected,
      action: 'Resume from an older checkpoint.',
    },
    { cause },
  );
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw damaged(path, 'cannot be read', code, 'a readable file', cause);
  }
}

async function readVerified(folder: string, file: CheckpointFile): Promise<Buffer> {
  const path = join(folder, file.name);
  const bytes = await readBytes(path);
  if (bytes.length !== file.bytes) {
    throw damaged(path, 'has the wrong length', `${bytes.length} bytes`, `${file.bytes} bytes`);
  }
  const hash = sha256(bytes);
  if (hash !== file.sha256) throw damaged(path, 'is not what was written', hash, `SHA-256 ${file.sha256}`);
  return bytes;
}

/**
 * Reads only the manifest, without verifying the files.
 *
 * @throws TaskweaveError `CHECKPOINT_DAMAGED`
 */
export async function readManifest(folder: string): Promise<CheckpointManifest> {
  const path = join(folder, MANIFEST_FILE);
  return parseManifest((await readBytes(path)).toString('utf8'), path);
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
    const bytes = await readVerified(folder, file);
    const path = join(folder, file.name);
    try {
      if (file.name.endsWith(TENSORS)) {
        checkpoint.tensors[file.name.slice(0, -TENSORS.length)] = decodeSafetensors(bytes, path).tensors;
      } else if (file.name.endsWith(JSON_FILE)) {
        checkpoint.json[file.name.slice(0, -JSON_FILE.length)] = JSON.parse(bytes.toString('utf8')) as Json;
      }
    } catch (cause) {
      throw damaged(path, 'cannot be understood', (cause as Error).message, 'safetensors or JSON', cause);
    }
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
