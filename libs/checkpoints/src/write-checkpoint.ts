import { TaskweaveError } from '@taskweave/common';
import { join } from 'node:path';
import { checkpointName } from './checkpoint-folder.js';
import { JSON_FILE, TENSORS, type CheckpointContents } from './checkpoint.js';
import { writeFolder } from './durable-folder.js';
import { MANIFEST_FILE, checkManifest, type CheckpointManifest } from './manifest.js';
import { encodeSafetensors } from './safetensors.js';
import { sha256 } from './spec-hash.js';

function encodeFiles({ tensors, json = {} }: CheckpointContents): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [name, list] of Object.entries(tensors)) files.set(name + TENSORS, encodeSafetensors(list));
  for (const [name, value] of Object.entries(json)) {
    files.set(name + JSON_FILE, Buffer.from(`${JSON.stringify(value)}\n`));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Writes `parent/step-NNNNNNNN`; a checkpoint of the same step is replaced.
 *
 * @returns the checkpoint's folder
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`, with nothing left behind; `INTERNAL` for contents that would not be
 *   readable again
 */
export async function writeCheckpoint(parent: string, contents: CheckpointContents): Promise<string> {
  const files = encodeFiles(contents);
  const folder = join(parent, checkpointName(contents.info.step));
  const manifest: CheckpointManifest = {
    format: 'taskweave-checkpoint',
    version: 1,
    ...contents.info,
    files: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
    createdAt: new Date().toISOString(),
  };
  try {
    checkManifest(manifest, MANIFEST_FILE);
  } catch (cause) {
    // Its author is this program and not a damaged disk.
    const details = TaskweaveError.from(cause).toDetails();
    throw new TaskweaveError(
      { ...details, code: 'INTERNAL', action: 'Report this; the run can be resumed.' },
      { cause },
    );
  }
  await writeFolder(folder, files.set(MANIFEST_FILE, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)));
  return folder;
}
